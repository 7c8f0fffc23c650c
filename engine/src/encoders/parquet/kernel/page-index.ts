import type { CompactWriter } from '../../../parquet/compact-writer.ts';
import { WIRE } from '../../../parquet/thrift.ts';
import type { Compare } from './bounds.ts';
import type { WrittenPage } from './column-writer.ts';

const NO_BYTES = new Uint8Array(0);
/** BoundaryOrder of parquet.thrift. */
const ORDER = { none: 0, ascending: 1, descending: 2 } as const;

/**
 * ColumnIndex { 1: null_pages  2: min_values  3: max_values  4: boundary_order  5: null_counts }. Nothing is written if a page
 * that has values has no bounds (NaN): a reader could not tell what is in it.
 */
export function writeColumnIndex(writer: CompactWriter, pages: readonly WrittenPage[], compare: Compare): void {
  if (pages.some((page) => !page.bounds && !isNull(page))) return;
  writer.open();
  writer.list(1, WIRE.true, pages.length);
  for (const page of pages) writer.boolElement(!page.bounds);
  writer.list(2, WIRE.binary, pages.length);
  for (const { bounds } of pages) writer.element(bounds?.min ?? NO_BYTES);
  writer.list(3, WIRE.binary, pages.length);
  for (const { bounds } of pages) writer.element(bounds?.max ?? NO_BYTES);
  writer.i32(4, boundaryOrder(pages, compare));
  writer.list(5, WIRE.i64, pages.length);
  for (const { nulls } of pages) writer.numberElement(nulls);
  writer.end();
}

function isNull({ values }: WrittenPage): boolean {
  return values === 0;
}

function boundaryOrder(pages: readonly WrittenPage[], compare: Compare): number {
  let [ascends, descends] = [true, true];
  let last: WrittenPage['bounds'];
  for (const { bounds } of pages) {
    if (!bounds) continue;
    if (last) {
      const orders = [compare(last.min, bounds.min), compare(last.max, bounds.max)];
      ascends &&= orders.every((order) => order <= 0);
      descends &&= orders.every((order) => order >= 0);
    }
    last = bounds;
  }
  return ascends ? ORDER.ascending : descends ? ORDER.descending : ORDER.none;
}

/** OffsetIndex { 1: page_locations: PageLocation { 1: offset  2: compressed_page_size  3: first_row_index } }, as a list's element. */
export function writeOffsetIndex(writer: CompactWriter, pages: readonly WrittenPage[], start: number): void {
  writer.open();
  writer.list(1, WIRE.struct, pages.length);
  let offset = start;
  let row = 0;
  for (const { bytes, rows } of pages) {
    writer.open();
    writer.i64(1, offset);
    writer.i32(2, bytes.length);
    writer.i64(3, row);
    writer.end();
    offset += bytes.length;
    row += rows;
  }
  writer.end();
}
