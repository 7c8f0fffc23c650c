import { ParquetryError } from '../core/errors.ts';
import { CHUNK, COLUMN, numberAt, ROW_GROUP, requiredNumber, structAt, structsAt } from './metadata.ts';
import type { StoredScalar } from './stored-fields.ts';
import type { ThriftStruct } from './thrift.ts';

/** Bytes [start, end) of a file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A column of a row group: where its pages and what is known of them lie. */
export interface ColumnChunk {
  readonly meta: ThriftStruct;
  /** Dictionary and data pages. */
  readonly pages: ByteRange;
  /** Where the data pages start, as far as the metadata says. */
  readonly dataStart: number;
  /** By Parquet's number. */
  readonly codec: number;
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly offsetIndex?: ByteRange;
  readonly columnIndex?: ByteRange;
  /** Where the bloom filter starts. */
  readonly bloomOffset?: number;
}

export interface RowGroup {
  readonly rows: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** One a column of the file, same order. */
  readonly chunks: readonly ColumnChunk[];
}

/** A row group of the metadata, every range of it checked to lie within the file's `dataBytes`. Throws E_INTEGRITY. */
export function rowGroupOf(group: ThriftStruct, scalars: readonly StoredScalar[], dataBytes: number): RowGroup {
  const found = structsAt(group, ROW_GROUP.columns, 'columns');
  if (found.length !== scalars.length) throw broken(`${scalars.length} columns`, found.length);
  const rows = requiredNumber(group, ROW_GROUP.rows, 'num_rows');
  if (rows < 0) throw broken('a number of rows', rows);
  const chunks = found.map((chunk) => chunkOf(chunk, dataBytes));
  const sum = (size: (chunk: ColumnChunk) => number) => chunks.reduce((total, chunk) => total + size(chunk), 0);
  return {
    rows,
    compressedBytes: sum(({ pages }) => pages.end - pages.start),
    uncompressedBytes: sum((chunk) => chunk.uncompressedBytes),
    chunks,
  };
}

function chunkOf(chunk: ThriftStruct, dataBytes: number): ColumnChunk {
  const meta = structAt(chunk, CHUNK.meta, 'meta_data');
  if (!meta) throw broken('metadata for every column', 'none');
  if (chunk.has(CHUNK.filePath)) throw broken('its columns in the file itself', 'one in another file');
  const dataStart = requiredNumber(meta, COLUMN.dataPageOffset, 'data_page_offset');
  const dictionaryStart = numberAt(meta, COLUMN.dictionaryPageOffset, 'dictionary_page_offset') ?? 0;
  // Some writers put 0 for none.
  const start = dictionaryStart > 0 && dictionaryStart < dataStart ? dictionaryStart : dataStart;
  const size = requiredNumber(meta, COLUMN.compressedBytes, 'total_compressed_size');
  const within = (what: string, range: ByteRange | undefined) => {
    if (range && (range.start < 0 || range.end < range.start || range.end > dataBytes)) {
      throw broken(`${what} within its ${dataBytes} bytes`, `${range.start}..${range.end}`);
    }
    return range;
  };
  return {
    meta,
    pages: within('column chunks', { start, end: start + size })!,
    dataStart,
    codec: requiredNumber(meta, COLUMN.codec, 'codec'),
    values: requiredNumber(meta, COLUMN.values, 'num_values'),
    uncompressedBytes: Math.max(0, requiredNumber(meta, COLUMN.uncompressedBytes, 'total_uncompressed_size')),
    offsetIndex: within('page indexes', rangeAt(chunk, CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength)),
    columnIndex: within('page indexes', rangeAt(chunk, CHUNK.columnIndexOffset, CHUNK.columnIndexLength)),
    bloomOffset: numberAt(meta, COLUMN.bloomOffset, 'bloom_filter_offset'),
  };
}

function rangeAt(chunk: ThriftStruct, offsetId: number, lengthId: number): ByteRange | undefined {
  const start = numberAt(chunk, offsetId, 'index offset');
  const length = numberAt(chunk, lengthId, 'index length') ?? 0;
  return start === undefined || length === 0 ? undefined : { start, end: start + length };
}

function broken(wanted: string, got: string | number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet file must have ${wanted}, got ${got}`, {
    hint: 'The file is damaged, cut short or not a Parquet file.',
  });
}
