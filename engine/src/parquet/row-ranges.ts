import type { PageSpan } from './page-spans.ts';

/** Rows [start, end) of a row group. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A column as far as cutting it goes. */
export interface CutColumn {
  readonly spans: readonly PageSpan[];
  /** What its values take in memory, estimated. */
  readonly decodedBytes: number;
}

export interface CutLimits {
  readonly targetBytes: number;
  readonly maxRows: number;
  /**
   * How often a page may be decoded because it lies across cuts: where pages hold many rows, ranges grow beyond the other limits
   * rather than being decoded again and again. Default: as often as it takes.
   */
  readonly decodesPerPage?: number;
}

/**
 * Cuts rows into ranges that take about `targetBytes` decoded, in order. A page that lies across a cut is decoded on both sides,
 * so cuts are made where a page of the heaviest column starts, if one is near. The same rows are cut the same way every time.
 */
export function cutRows(rows: RowRange, columns: readonly CutColumn[], limits: CutLimits): RowRange[] {
  const wanted = wantedRows(columns, limits);
  const most = Math.max(wanted, limits.maxRows);
  const starts = heaviest(columns)?.spans.map(({ firstRow }) => firstRow) ?? [];
  const ranges: RowRange[] = [];
  for (let start = rows.start; start < rows.end; ) {
    const isLast = rows.end - start <= Math.min(wanted * 1.5, most);
    const end = isLast ? rows.end : Math.min(nextCut(start, wanted, starts), start + most, rows.end);
    ranges.push({ start, end });
    start = end;
  }
  return ranges;
}

function wantedRows(columns: readonly CutColumn[], { targetBytes, maxRows, decodesPerPage }: CutLimits): number {
  const rows = Math.max(1, ...columns.map(({ spans }) => (spans.length > 0 ? endOf(spans.at(-1)!) : 0)));
  const bytes = columns.reduce((sum, { decodedBytes }) => sum + decodedBytes, 0);
  const wanted = Math.max(1, Math.min(maxRows, Math.floor((targetBytes * rows) / Math.max(1, bytes))));
  if (decodesPerPage === undefined) return wanted;
  const longest = columns.reduce((most, { spans }) => spans.reduce((own, span) => Math.max(own, span.rows), most), 1);
  return Math.max(wanted, Math.ceil(longest / decodesPerPage));
}

/** The start of a page between half and one and a half of what is wanted, the nearest; else just so many rows. */
function nextCut(start: number, wanted: number, starts: readonly number[]): number {
  const ideal = start + wanted;
  let best: number | undefined;
  for (const candidate of starts) {
    const distance = Math.abs(candidate - ideal);
    if (distance <= wanted / 2 && (best === undefined || distance < Math.abs(best - ideal))) best = candidate;
  }
  return best !== undefined && best > start ? best : ideal;
}

function heaviest(columns: readonly CutColumn[]): CutColumn | undefined {
  let found: CutColumn | undefined;
  for (const column of columns) {
    if (column.spans.length > 1 && column.decodedBytes > (found?.decodedBytes ?? -1)) found = column;
  }
  return found;
}

/** The spans that hold rows of a range. */
export function spansWithin(spans: readonly PageSpan[], { start, end }: RowRange): PageSpan[] {
  return spans.filter((span) => span.firstRow < end && endOf(span) > start);
}

function endOf({ firstRow, rows }: PageSpan): number {
  return firstRow + rows;
}
