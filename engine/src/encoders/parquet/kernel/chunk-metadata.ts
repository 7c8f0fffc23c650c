import { ENCODING } from '../../../kernel/pages.ts';
import { CompactWriter } from '../../../parquet/compact-writer.ts';
import { CHUNK, COLUMN, PHYSICAL, STATISTICS } from '../../../parquet/metadata.ts';
import type { Leaf } from '../../../parquet/schema-elements.ts';
import { WIRE } from '../../../parquet/thrift.ts';
import type { Bounds } from './bounds.ts';
import type { WrittenColumn } from './column-writer.ts';

/** PageEncodingStats { 1: page_type  2: encoding  3: count }; types are those of page headers. */
const PAGE_TYPE = { data: 0, dictionary: 2, dataV2: 3 } as const;

/** What of a column's metadata is the same in every row group. */
export interface ChunkFacts {
  readonly physical: number;
  /** `path_in_schema` as it is on the wire. */
  readonly path: Uint8Array;
  readonly codec: number;
  readonly pageVersion: 1 | 2;
}

/** Where a chunk lies, and what is in it. */
export interface Chunk {
  readonly column: WrittenColumn;
  readonly facts: ChunkFacts;
  readonly start: number;
  readonly bounds: Bounds | undefined;
  /** Where its bloom filter lies, if it has one. */
  readonly bloomStart: number;
  /** Absent if nobody asked for statistics. */
  readonly nulls: number | undefined;
}

export function chunkFacts({ path, stored }: Leaf, codec: number, pageVersion: 1 | 2): ChunkFacts {
  return { physical: PHYSICAL[stored.physical], path: encodedPath(path), codec, pageVersion };
}

/** One for all paths: each has a buffer, and a table may have 10,000 columns. */
const paths = new CompactWriter();

/** A list of binaries, without the field it will be. */
function encodedPath(path: readonly string[]): Uint8Array {
  paths.start();
  paths.list(1, WIRE.binary, path.length);
  for (const name of path) paths.element(Buffer.from(name));
  return paths.bytes.slice(1);
}

/** ColumnChunk, as a list's element; its offsets count from the row group's start. */
export function writeChunk(writer: CompactWriter, chunk: Chunk): void {
  const { column, facts, start, bounds, bloomStart, nulls } = chunk;
  const dictionaryBytes = column.dictionary?.length ?? 0;
  writer.open();
  writer.i64(CHUNK.fileOffset, 0); // deprecated, and 0 is what it must be
  writer.struct(CHUNK.meta);
  writer.i32(COLUMN.type, facts.physical);
  writeEncodings(writer, column);
  writer.encoded(COLUMN.path, WIRE.list, facts.path);
  writer.i32(COLUMN.codec, facts.codec);
  writer.i64(COLUMN.values, column.entries);
  writer.i64(COLUMN.uncompressedBytes, column.uncompressedBytes);
  writer.i64(COLUMN.compressedBytes, column.compressedBytes);
  writer.i64(COLUMN.dataPageOffset, start + dictionaryBytes);
  if (dictionaryBytes > 0) writer.i64(COLUMN.dictionaryPageOffset, start);
  if (nulls !== undefined) writeStatistics(writer, nulls, bounds);
  writeEncodingStats(writer, column, facts.pageVersion);
  if (column.bloomFilter) {
    writer.i64(COLUMN.bloomOffset, bloomStart);
    writer.i32(COLUMN.bloomLength, column.bloomFilter.length);
  }
  writer.end();
  writer.end();
}

/** In ascending order; levels are RLE in every column, the values of a dictionary PLAIN. */
function writeEncodings(writer: CompactWriter, { dictionary, pagesByEncoding }: WrittenColumn): void {
  const isUsed = (encoding: number) =>
    pagesByEncoding[encoding]! > 0 || encoding === ENCODING.RLE || (dictionary && encoding === ENCODING.PLAIN);
  let used = 0;
  for (let encoding = 0; encoding < pagesByEncoding.length; encoding++) if (isUsed(encoding)) used++;
  writer.list(COLUMN.encodings, WIRE.i32, used);
  for (let encoding = 0; encoding < pagesByEncoding.length; encoding++) {
    if (isUsed(encoding)) writer.numberElement(encoding);
  }
}

function writeStatistics(writer: CompactWriter, nulls: number, bounds: Bounds | undefined): void {
  writer.struct(COLUMN.statistics);
  writer.i64(STATISTICS.nullCount, nulls);
  if (bounds) {
    writer.binary(STATISTICS.max, bounds.max);
    writer.binary(STATISTICS.min, bounds.min);
    writer.bool(STATISTICS.maxExact, bounds.maxExact);
    writer.bool(STATISTICS.minExact, bounds.minExact);
  }
  writer.end();
}

function writeEncodingStats(writer: CompactWriter, column: WrittenColumn, pageVersion: 1 | 2): void {
  const { dictionary, pagesByEncoding } = column;
  let stats = dictionary ? 1 : 0;
  for (const pages of pagesByEncoding) if (pages > 0) stats++;
  writer.list(COLUMN.encodingStats, WIRE.struct, stats);
  if (dictionary) writeEncodingStat(writer, PAGE_TYPE.dictionary, ENCODING.PLAIN, 1);
  const type = pageVersion === 1 ? PAGE_TYPE.data : PAGE_TYPE.dataV2;
  for (let encoding = 0; encoding < pagesByEncoding.length; encoding++) {
    const pages = pagesByEncoding[encoding]!;
    if (pages > 0) writeEncodingStat(writer, type, encoding, pages);
  }
}

function writeEncodingStat(writer: CompactWriter, type: number, encoding: number, pages: number): void {
  writer.open();
  writer.i32(1, type);
  writer.i32(2, encoding);
  writer.i32(3, pages);
  writer.end();
}
