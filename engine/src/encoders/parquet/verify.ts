import type { HeldSegment } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import { totalBytes } from '../../core/total-bytes.ts';
import { CHUNK, COLUMN, FILE, ROW_GROUP } from '../../parquet/metadata.ts';
import { ThriftCursor } from '../../parquet/thrift-cursor.ts';

/** What a footer must agree with. */
export interface FooterFacts {
  readonly segments: readonly HeldSegment[];
  /** Columns of the schema; every row group has them all. */
  readonly columns: number;
  /** File offset of the first segment. */
  readonly dataStart: number;
  /** File offset behind the last page index: where the metadata starts. */
  readonly indexEnd: number;
}

/** Where a segment lies in the file. */
interface SegmentPlace {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/**
 * Reads a footer as a reader would and holds it against the segments: rows, and every offset within its segment.
 * Throws E_INTEGRITY; called before a file is handed out.
 */
export function verifyFooter(metadata: Uint8Array, facts: FooterFacts): void {
  const cursor = new ThriftCursor(metadata);
  let rows: number | undefined;
  let groups = 0;
  cursor.enter();
  while (cursor.next()) {
    if (cursor.id === FILE.rows) rows = cursor.number();
    else if (cursor.id === FILE.rowGroups) groups = verifyGroups(cursor, facts);
    else cursor.skip();
  }
  if (cursor.at !== metadata.length) throw broken('the metadata', `${metadata.length} bytes`, `${cursor.at}`);
  const wanted = facts.segments.reduce((sum, segment) => sum + segment.rows, 0);
  equal('num_rows of the file', wanted, rows);
  equal('the number of row groups', facts.segments.length, groups);
}

function verifyGroups(cursor: ThriftCursor, facts: FooterFacts): number {
  const { segments, dataStart } = facts;
  const size = cursor.structs();
  equal('the number of row groups', segments.length, size);
  const dataEnd = segments.reduce((end, { parts }) => end + totalBytes(parts), dataStart);
  let start = dataStart;
  for (const [ordinal, { rows, parts }] of segments.entries()) {
    const end = start + totalBytes(parts);
    verifyGroup(cursor, { ordinal, start, end, rows }, { columns: facts.columns, dataEnd, indexEnd: facts.indexEnd });
    start = end;
  }
  return size;
}

interface FilePlace {
  readonly columns: number;
  readonly dataEnd: number;
  readonly indexEnd: number;
}

function verifyGroup(cursor: ThriftCursor, segment: SegmentPlace, file: FilePlace): void {
  let rows: number | undefined;
  let columns = 0;
  cursor.enter();
  while (cursor.next()) {
    if (cursor.id === ROW_GROUP.rows) rows = cursor.number();
    else if (cursor.id === ROW_GROUP.columns) columns = verifyChunks(cursor, segment, file);
    else cursor.skip();
  }
  equal(`num_rows of row group ${segment.ordinal}`, segment.rows, rows);
  equal(`the columns of row group ${segment.ordinal}`, file.columns, columns);
}

/** The column chunks lie one behind the other from the segment's first byte; bloom filters may follow them. */
function verifyChunks(cursor: ThriftCursor, segment: SegmentPlace, file: FilePlace): number {
  const columns = cursor.structs();
  let at = segment.start;
  for (let i = 0; i < columns; i++) {
    const chunk = readChunk(cursor);
    at = verifyChunk(chunk, at, i, segment);
    verifyIndex(chunk.columnIndex, file);
    verifyIndex(chunk.offsetIndex, file);
  }
  if (at > segment.end) throw broken(`the columns of row group ${segment.ordinal}`, `end by ${segment.end}`, `${at}`);
  return columns;
}

/** What a chunk says of places in the file. */
interface ChunkPlaces {
  data: number | undefined;
  dictionary: number | undefined;
  bytes: number | undefined;
  bloom: number | undefined;
  readonly columnIndex: IndexPlace;
  readonly offsetIndex: IndexPlace;
}

interface IndexPlace {
  offset: number | undefined;
  length: number | undefined;
}

const nowhere = (): IndexPlace => ({ offset: undefined, length: undefined });

function readChunk(cursor: ThriftCursor): ChunkPlaces {
  const places: ChunkPlaces = {
    data: undefined,
    dictionary: undefined,
    bytes: undefined,
    bloom: undefined,
    columnIndex: nowhere(),
    offsetIndex: nowhere(),
  };
  cursor.enter();
  while (cursor.next()) {
    if (cursor.id === CHUNK.meta) readColumn(cursor, places);
    else if (cursor.id === CHUNK.columnIndexOffset) places.columnIndex.offset = cursor.number();
    else if (cursor.id === CHUNK.columnIndexLength) places.columnIndex.length = cursor.number();
    else if (cursor.id === CHUNK.offsetIndexOffset) places.offsetIndex.offset = cursor.number();
    else if (cursor.id === CHUNK.offsetIndexLength) places.offsetIndex.length = cursor.number();
    else cursor.skip();
  }
  return places;
}

function readColumn(cursor: ThriftCursor, places: ChunkPlaces): void {
  cursor.enter();
  while (cursor.next()) {
    if (cursor.id === COLUMN.dataPageOffset) places.data = cursor.number();
    else if (cursor.id === COLUMN.dictionaryPageOffset) places.dictionary = cursor.number();
    else if (cursor.id === COLUMN.compressedBytes) places.bytes = cursor.number();
    else if (cursor.id === COLUMN.bloomOffset) places.bloom = cursor.number();
    else cursor.skip();
  }
}

/** Answers where the chunk ends. */
function verifyChunk(chunk: ChunkPlaces, at: number, column: number, segment: SegmentPlace): number {
  const { ordinal, start, end } = segment;
  const { data, dictionary = data, bytes, bloom = start } = chunk;
  if (data === undefined || bytes === undefined || dictionary === undefined) {
    throw broken(`column ${column} of row group ${ordinal}`, 'at a place', 'none');
  }
  equal(`the offset of column ${column} in row group ${ordinal}`, at, dictionary);
  const next = at + bytes;
  if (data < dictionary || data >= next) {
    throw broken(`data_page_offset of column ${column}`, `within ${dictionary}..${next}`, `${data}`);
  }
  if (bloom < start || bloom >= end) throw broken('bloom_filter_offset', `within ${start}..${end}`, `${bloom}`);
  return next;
}

function verifyIndex(index: IndexPlace, { dataEnd, indexEnd }: FilePlace): void {
  const { offset = dataEnd, length = 0 } = index;
  if (offset >= dataEnd && offset + length <= indexEnd) return;
  throw broken('a page index', `within ${dataEnd}..${indexEnd}`, `${offset}..${offset + length}`);
}

function equal(what: string, wanted: number, got: number | undefined): void {
  if (wanted !== got) throw broken(what, `${wanted}`, `${got ?? 'none'}`);
}

function broken(what: string, wanted: string, got: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `${what} must be ${wanted}, got ${got}`, {
    hint: 'The segments were damaged or encoded for another schema; their rows return to the queue.',
  });
}
