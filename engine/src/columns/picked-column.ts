import type { Type } from '../core/schema.ts';
import { createBuilder } from './builder.ts';
import type { Column, FixedValues, Picked } from './column.ts';

/**
 * Slots of another column, by number: what a transform hands on untouched. Whoever knows `picked` reads through it; for everyone
 * else the slots are gathered when first asked for. Valid as long as the column it is of.
 */
export class PickedColumn implements Column {
  readonly type: Type;
  readonly length: number;
  readonly picked: Picked;
  #gathered: Column | undefined;

  /** `type` is the output's: physically that of `column`. */
  constructor(type: Type, column: Column, rows: Int32Array) {
    this.type = type;
    this.length = rows.length;
    this.picked = { column, rows };
  }

  get nullCount(): number {
    return this.picked.column.nullCount === 0 ? 0 : this.#column.nullCount;
  }

  get validity(): Uint8Array | undefined {
    return this.#column.validity;
  }

  get values(): FixedValues | undefined {
    return this.#column.values;
  }

  get offsets(): Int32Array | undefined {
    return this.#column.offsets;
  }

  get data(): Uint8Array | undefined {
    return this.#column.data;
  }

  get children(): readonly Column[] | undefined {
    return this.#column.children;
  }

  /** A column of its own with these slots. */
  gathered(): Column {
    return this.#column;
  }

  get #column(): Column {
    if (this.#gathered === undefined) {
      const builder = createBuilder(this.type);
      builder.appendSelection(this.picked.column, this.picked.rows);
      this.#gathered = builder.finish();
    }
    return this.#gathered;
  }
}

/** The column itself, or what it picks: for who takes columns apart by their properties. */
export function plainColumn(column: Column): Column {
  return column instanceof PickedColumn ? column.gathered() : column;
}
