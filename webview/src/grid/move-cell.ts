import type { CellAddress } from './source.ts';

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page key passes. */
  readonly pageRows: number;
}

/** Where a key leads from a cell, as grids do it by ARIA's practices; undefined: the key is not the grid's. */
export function moveCell(
  from: CellAddress,
  key: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean },
  size: GridSize,
): CellAddress | undefined {
  const isFar = key.ctrlKey || key.metaKey;
  const { row, column } = from;
  const target = (
    {
      ArrowUp: { row: isFar ? 0 : row - 1, column },
      ArrowDown: { row: isFar ? size.rows - 1 : row + 1, column },
      ArrowLeft: { row, column: isFar ? 0 : column - 1 },
      ArrowRight: { row, column: isFar ? size.columns - 1 : column + 1 },
      PageUp: { row: row - size.pageRows, column },
      PageDown: { row: row + size.pageRows, column },
      Home: { row: isFar ? 0 : row, column: 0 },
      End: { row: isFar ? size.rows - 1 : row, column: size.columns - 1 },
    } as Readonly<Record<string, CellAddress>>
  )[key.key];
  return target && { row: clamp(target.row, size.rows), column: clamp(target.column, size.columns) };
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}
