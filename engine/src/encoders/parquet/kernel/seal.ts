import type { Segment } from '../../../columns/encoder.ts';
import type { CompactWriter } from '../../../parquet/compact-writer.ts';
import { ROW_GROUP } from '../../../parquet/metadata.ts';
import { WIRE } from '../../../parquet/thrift.ts';
import { SEGMENT } from '../segment.ts';
import { type Compare, joinBounds } from './bounds.ts';
import { type ChunkFacts, writeChunk } from './chunk-metadata.ts';
import type { WrittenColumn } from './column-writer.ts';
import { writeColumnIndex, writeOffsetIndex } from './page-index.ts';
import type { SortColumn } from './row-order.ts';

/** What sealing needs to know of a column besides its pages. */
export interface SealedColumn {
  readonly column: WrittenColumn;
  readonly facts: ChunkFacts;
  readonly compare: Compare;
  readonly statistics: 'none' | 'chunk' | 'page';
}

/** Buffers that are used again: for the metadata, and for the column indexes that go into it. */
export interface SealBuffers {
  readonly meta: CompactWriter;
  readonly columnIndexes: CompactWriter;
}

/** A row group that is complete. */
export interface SealedRowGroup {
  readonly columns: readonly SealedColumn[];
  readonly rows: number;
  /** By which columns its rows are sorted, if that is known. */
  readonly sorting: readonly SortColumn[];
}

/** A row group, which has rows, as a segment; `parts` are its bytes. */
export function sealColumns(group: SealedRowGroup, parts: readonly Uint8Array[], buffers: SealBuffers): Segment {
  const { columns, rows } = group;
  const { meta } = buffers;
  meta.start();
  writeColumnIndexes(buffers, columns);
  meta.list(SEGMENT.offsetIndexes, WIRE.struct, columns.length);
  let start = 0;
  for (const { column, statistics } of columns) {
    const data = start + (column.dictionary?.length ?? 0);
    if (statistics === 'page') writeOffsetIndex(meta, column.pages, data);
    else writeNothing(meta);
    start += column.compressedBytes;
  }
  meta.struct(SEGMENT.rowGroup);
  writeRowGroup(meta, group);
  meta.end();
  // From Node's pool: memory of its own would take longer than writing it.
  return { parts, ownsBuffers: true, rows, meta: Buffer.from(meta.bytes) };
}

/** As binaries, of which an empty one stands for none: their length must be known before them. */
function writeColumnIndexes({ meta, columnIndexes }: SealBuffers, columns: readonly SealedColumn[]): void {
  meta.list(SEGMENT.columnIndexes, WIRE.binary, columns.length);
  for (const { column, compare, statistics } of columns) {
    columnIndexes.start();
    if (statistics === 'page') writeColumnIndex(columnIndexes, column.pages, compare);
    meta.elementOf(columnIndexes);
  }
}

/** An empty struct. */
function writeNothing(writer: CompactWriter): void {
  writer.open();
  writer.end();
}

function writeRowGroup(writer: CompactWriter, { columns, rows, sorting }: SealedRowGroup): void {
  writer.list(ROW_GROUP.columns, WIRE.struct, columns.length);
  let [start, uncompressedBytes] = [0, 0];
  let bloomStart = columns.reduce((sum, { column }) => sum + column.compressedBytes, 0);
  for (const { column, facts, compare, statistics } of columns) {
    const { pages } = column;
    const hasStatistics = statistics !== 'none';
    const nulls = hasStatistics ? pages.reduce((sum, page) => sum + page.nulls, 0) : undefined;
    const bounds = joinBounds(pages, compare);
    writeChunk(writer, { column, facts, start, bounds, bloomStart, nulls });
    bloomStart += column.bloomFilter?.length ?? 0;
    start += column.compressedBytes;
    uncompressedBytes += column.uncompressedBytes;
  }
  writer.i64(ROW_GROUP.totalBytes, uncompressedBytes);
  writer.i64(ROW_GROUP.rows, rows);
  if (sorting.length > 0) writeSorting(writer, sorting);
  writer.i64(ROW_GROUP.fileOffset, 0);
  writer.i64(ROW_GROUP.compressedBytes, start);
  writer.end();
}

/** SortingColumn { 1: column_idx  2: descending  3: nulls_first } */
function writeSorting(writer: CompactWriter, sorting: readonly SortColumn[]): void {
  writer.list(ROW_GROUP.sorting, WIRE.struct, sorting.length);
  for (const { index, descending, nullsFirst } of sorting) {
    writer.open();
    writer.i32(1, index);
    writer.bool(2, descending);
    writer.bool(3, nullsFirst);
    writer.end();
  }
}
