import type { Column } from '../../columns/column.ts';

/**
 * Gives the cells of a column as the values user code sees. Bound to a column, then asked row by row; null for null.
 * One class a layout and one instance a column: the generated code around it calls each from a place of its own, so
 * that V8 sees one class there and takes the call in.
 */
export interface Reader {
  bind(column: Column): void;
  at(row: number): unknown;
}

/** What readers share: the null check. */
export abstract class NullableReader implements Reader {
  private validity: Uint8Array | undefined;

  bind(column: Column): void {
    this.validity = column.nullCount > 0 ? column.validity : undefined;
    this.bindValues(column);
  }

  at(row: number): unknown {
    const { validity } = this;
    if (validity !== undefined && ((validity[row >> 3]! >> (row & 7)) & 1) === 0) return null;
    return this.valueAt(row);
  }

  protected abstract bindValues(column: Column): void;
  protected abstract valueAt(row: number): unknown;
}
