import type { GridColumn, GridSource } from './source.ts';

/** Where columns begin and end, in pixels. */
export interface ColumnAxis {
  /** One more than columns. */
  readonly starts: Float64Array;
  readonly width: number;
}

const minWidthPx = 56;
const maxWidthPx = 320;
/** Of cells and headers, on both sides, with the room of the resize handle. */
const paddingPx = 22;
/** Looking at cells costs; a table of more columns is laid out by its headers. */
const maxColumnsLookedAt = 200;
const rowsLookedAt = 40;

export function columnAxis(widths: readonly number[]): ColumnAxis {
  const starts = new Float64Array(widths.length + 1);
  for (let i = 0; i < widths.length; i++) starts[i + 1] = starts[i]! + widths[i]!;
  return { starts, width: starts[widths.length]! };
}

export function widthOf({ starts }: ColumnAxis, column: number): number {
  return starts[column + 1]! - starts[column]!;
}

/** First column that is seen, and the one after the last. */
export function visibleColumns(axis: ColumnAxis, left: number, widthPx: number): readonly [first: number, end: number] {
  const count = axis.starts.length - 1;
  if (count === 0) return [0, 0];
  return [columnAt(axis, left), Math.min(count, columnAt(axis, left + Math.max(0, widthPx - 1)) + 1)];
}

/** The column at a distance from the left; the last one beyond the end. */
export function columnAt({ starts }: ColumnAxis, x: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The nearest scroll position at which a column is seen: its start, where it is wider than the view. */
export function leftToShow(axis: ColumnAxis, column: number, left: number, widthPx: number): number {
  const start = axis.starts[column]!;
  const end = axis.starts[column + 1]!;
  if (start < left || end - start > widthPx) return start;
  return end > left + widthPx ? end - widthPx : left;
}

/** Width that shows a column's header, and its cells as far as they are reasonable. `charPx`: of a digit in the grid's font. */
export function fittingWidth(source: GridSource, column: number, charPx: number): number {
  const header = headerChars(source.columns[column]!);
  const looked = source.columns.length > maxColumnsLookedAt ? 0 : Math.min(rowsLookedAt, source.rowCount);
  let chars = header;
  for (let row = 0; row < looked; row++) chars = Math.max(chars, source.cell(row, column)?.text.length ?? 0);
  return Math.round(Math.min(maxWidthPx, Math.max(minWidthPx, chars * charPx + paddingPx)));
}

/** A long type is cut rather than that it makes a column wide. */
function headerChars({ name, type, minChars = 0 }: GridColumn): number {
  return Math.max(name.length, Math.min(type.length, 18), minChars);
}
