import { PickedColumn } from '../../columns/picked-column.ts';
import { scalarsOf } from '../../parquet/stored-fields.ts';
import type { OpenedFile } from './opened-file.ts';
import { type RowsRead, readRowsOf } from './page-of-rows.ts';
import type { ViewField } from './view-fields.ts';

/** Who scrolls asks for a few rows at a time, of pages that hold thousands: so many are kept of what was decoded. */
const BLOCK_ROWS = 1_024;
const MAX_BLOCK_BYTES = 8 << 20;
const HELD_BLOCKS = 8;

export interface RangeWanted {
  readonly fields: readonly ViewField[];
  readonly start: number;
  readonly count: number;
}

/** Rows as the file has them. Those around them are kept where they are small, so that a large page is not decoded for each screen. */
export async function readRange(file: OpenedFile, wanted: RangeWanted, signal: AbortSignal): Promise<RowsRead> {
  const { fields, start, count } = wanted;
  const block = Math.floor(start / BLOCK_ROWS);
  const first = block * BLOCK_ROWS;
  const isWithin = count > 0 && start + count <= first + BLOCK_ROWS;
  if (!isWithin || blockBytes(file, wanted) > MAX_BLOCK_BYTES) {
    return readRowsOf(file, fields, rowNumbers(start, count), signal);
  }
  const { rowBlocks } = file;
  const key = `${block} ${JSON.stringify(fields.map(({ name }) => name))}`;
  // Others may wait for it, too: it is not taken back with the request that was first.
  const rows = Math.min(BLOCK_ROWS, file.parquet.rows - first);
  const read = rowBlocks.get(key) ?? readRowsOf(file, fields, rowNumbers(first, rows), new AbortController().signal);
  read.catch(() => rowBlocks.delete(key));
  rowBlocks.delete(key);
  rowBlocks.set(key, read);
  if (rowBlocks.size > HELD_BLOCKS) rowBlocks.delete(rowBlocks.keys().next().value!);
  return sliced(await read, start - first, count);
}

/** Row numbers [start, start + count). */
export function rowNumbers(start: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => start + i);
}

/** What a block of these columns takes, by what they take in the row group of the first row. */
function blockBytes(file: OpenedFile, { fields, start }: RangeWanted): number {
  const group = file.group(file.groupOf(start));
  const bytes = fields
    .flatMap(({ stored }) => scalarsOf(stored.stored))
    .reduce((sum, { leaf }) => sum + group.chunks[leaf]!.uncompressedBytes, 0);
  return (bytes / Math.max(1, group.rows)) * BLOCK_ROWS;
}

function sliced({ fields, columns, cut, refused }: RowsRead, start: number, count: number): RowsRead {
  const rows = Int32Array.from({ length: count }, (_, i) => start + i);
  const isWithin = (row: number) => row >= start && row < start + count;
  return {
    fields,
    length: count,
    columns: columns.map((column) => new PickedColumn(column.type, column, rows)),
    cut: cut.flatMap(([row, column]) => (isWithin(row) ? [[row - start, column] as const] : [])),
    refused: refused.flatMap((cell) => (isWithin(cell.row) ? [{ ...cell, row: cell.row - start }] : [])),
  };
}
