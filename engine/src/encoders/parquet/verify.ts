import type { Segment } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import {
  CHUNK,
  COLUMN,
  FILE,
  numberAt,
  ROW_GROUP,
  requiredNumber,
  structAt,
  structsAt,
} from '../../parquet/metadata.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';

/** What a footer must agree with. */
export interface FooterFacts {
  readonly segments: readonly Segment[];
  /** Columns of the schema; every row group has them all. */
  readonly columns: number;
  /** File offset of the first segment. */
  readonly dataStart: number;
  /** File offset behind the last page index: where the metadata starts. */
  readonly indexEnd: number;
}

/**
 * Reads a footer as a reader would and holds it against the segments: rows, and every offset within its segment.
 * Throws E_INTEGRITY; called before a file is handed out.
 */
export function verifyFooter(metadata: Uint8Array, { segments, columns, dataStart, indexEnd }: FooterFacts): void {
  const { value: file, end } = readStruct(metadata);
  if (end !== metadata.length) throw broken('the metadata', `${metadata.length} bytes`, `${end}`);
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  equal('num_rows of the file', rows, requiredNumber(file, FILE.rows, 'num_rows'));
  const groups = structsAt(file, FILE.rowGroups, 'row_groups');
  equal('the number of row groups', segments.length, groups.length);
  let start = dataStart;
  for (const [i, segment] of segments.entries()) {
    const group = groups[i]!;
    equal(`num_rows of row group ${i}`, segment.rows, requiredNumber(group, ROW_GROUP.rows, 'num_rows'));
    equal(`the columns of row group ${i}`, columns, structsAt(group, ROW_GROUP.columns, 'columns').length);
    verifyChunks(group, i, start, start + segment.bytes.length);
    start += segment.bytes.length;
  }
  for (const group of groups) verifyIndexes(group, start, indexEnd);
}

/** The column chunks lie one behind the other from the segment's first byte; bloom filters may follow them. */
function verifyChunks(group: ThriftStruct, ordinal: number, start: number, end: number): void {
  let at = start;
  for (const [i, chunk] of structsAt(group, ROW_GROUP.columns, 'columns').entries()) {
    const meta = structAt(chunk, CHUNK.meta, 'meta_data') ?? new Map();
    const data = requiredNumber(meta, COLUMN.dataPageOffset, 'data_page_offset');
    const first = numberAt(meta, COLUMN.dictionaryPageOffset, 'dictionary_page_offset') ?? data;
    equal(`the offset of column ${i} in row group ${ordinal}`, at, first);
    at += requiredNumber(meta, COLUMN.compressedBytes, 'total_compressed_size');
    if (data < first || data >= at)
      throw broken(`data_page_offset of column ${i}`, `within ${first}..${at}`, `${data}`);
    const bloom = numberAt(meta, COLUMN.bloomOffset, 'bloom_filter_offset') ?? start;
    if (bloom < start || bloom >= end) throw broken('bloom_filter_offset', `within ${start}..${end}`, `${bloom}`);
  }
  if (at > end) throw broken(`the columns of row group ${ordinal}`, `end by ${end}`, `${at}`);
}

function verifyIndexes(group: ThriftStruct, start: number, end: number): void {
  for (const chunk of structsAt(group, ROW_GROUP.columns, 'columns')) {
    for (const [offsetId, lengthId] of [
      [CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength],
      [CHUNK.columnIndexOffset, CHUNK.columnIndexLength],
    ] as const) {
      const offset = numberAt(chunk, offsetId, 'index offset') ?? start;
      const last = offset + (numberAt(chunk, lengthId, 'index length') ?? 0);
      if (offset < start || last > end) throw broken('a page index', `within ${start}..${end}`, `${offset}..${last}`);
    }
  }
}

function equal(what: string, wanted: number, got: number): void {
  if (wanted !== got) throw broken(what, `${wanted}`, `${got}`);
}

function broken(what: string, wanted: string, got: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `${what} must be ${wanted}, got ${got}`, {
    hint: 'The segments were damaged or encoded for another schema; their rows return to the queue.',
  });
}
