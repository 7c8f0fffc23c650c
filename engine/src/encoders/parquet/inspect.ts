import { ParquetryError } from '../../core/errors.ts';
import { boundsOf, codecName, encodingsOf } from '../../parquet/chunk-facts.ts';
import type { JsonValue } from '../../parquet/exact-value.ts';
import { type ByteSource, readFooter } from '../../parquet/footer-reader.ts';
import { physicalText, typeText } from '../../parquet/foreign-type.ts';
import {
  CHUNK,
  COLUMN,
  FILE,
  KEY_VALUE,
  numberAt,
  ROW_GROUP,
  requiredNumber,
  STATISTICS,
  structAt,
  structsAt,
  textAt,
  textsAt,
} from '../../parquet/metadata.ts';
import type { GuardedChunk } from '../../parquet/page-guard.ts';
import type { Levels } from '../../parquet/page-runs.ts';
import { type JsonRow, readRows } from '../../parquet/row-reader.ts';
import { leavesOf, levelsOf, type SchemaNode, schemaTree } from '../../parquet/schema-tree.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';

/** What a Parquet file says of itself, as plain data. */
export interface ParquetSummary {
  readonly sizeBytes: number;
  readonly metadataBytes: number;
  readonly rows: number;
  readonly createdBy?: string;
  readonly keyValues: Readonly<Record<string, string>>;
  /** Top-level columns in our notation of types. */
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  /** The columns as they are stored: without children, by path. */
  readonly columns: readonly { readonly path: readonly string[]; readonly type: string; readonly physical: string }[];
  readonly rowGroups: readonly RowGroupSummary[];
  /** The first rows, if asked for. */
  readonly head: readonly JsonRow[];
}

export interface RowGroupSummary {
  readonly rows: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  /** One a column of the summary, same order. */
  readonly columns: readonly ChunkSummary[];
}

export interface ChunkSummary {
  readonly codec: string;
  readonly encodings: readonly string[];
  readonly values: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly nullCount?: number;
  /** Exact, by the column's type. */
  readonly min?: JsonValue;
  readonly max?: JsonValue;
  /** False if a long minimum or maximum was cut. */
  readonly exactBounds: boolean;
  readonly pageIndex: boolean;
  readonly bloomFilter: boolean;
}

export interface InspectOptions {
  /** Rows to decode; none by default. */
  readonly rows?: number;
}

const HYPARQUET_CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'];
/**
 * Reads a file's metadata, and its first rows if asked for. Reads only the ranges it needs. Throws E_INTEGRITY on anything
 * that is not a sound Parquet file, E_ACCESS on an encrypted one.
 */
export async function inspectParquet(source: ByteSource, options: InspectOptions = {}): Promise<ParquetSummary> {
  const { metadata, tail } = await readFooter(source);
  const schema = schemaTree(structsAt(metadata, FILE.schema, 'schema'));
  const leaves = leavesOf(schema);
  const groups = structsAt(metadata, FILE.rowGroups, 'row_groups');
  // Before any row is read: hyparquet trusts the metadata.
  const levels = levelsOf(schema);
  const rowGroups = groups.map((group) => rowGroupSummary(group, leaves));
  const chunks = groups.flatMap((group) => chunksOf(group, levels, source.byteLength - tail.length));
  const wanted = options.rows ?? 0;
  const head = wanted > 0 ? await readRows({ source, tail, schema, chunks, rows: wanted }) : [];
  return {
    sizeBytes: source.byteLength,
    metadataBytes: tail.length - 8,
    rows: requiredNumber(metadata, FILE.rows, 'num_rows'),
    createdBy: textAt(metadata, FILE.createdBy, 'created_by'),
    keyValues: keyValuesOf(metadata),
    fields: schema.children.map((node) => ({ name: node.name, type: typeText(node) })),
    columns: leaves.map((leaf) => ({ path: leaf.path, type: typeText(leaf), physical: physicalText(leaf) })),
    rowGroups,
    head,
  };
}

function keyValuesOf(metadata: ThriftStruct): Record<string, string> {
  const pairs = structsAt(metadata, FILE.keyValues, 'key_value_metadata').map((pair): [string, string] => [
    textAt(pair, KEY_VALUE.key, 'key') ?? '',
    textAt(pair, KEY_VALUE.value, 'value') ?? '',
  ]);
  return Object.fromEntries(pairs);
}

function rowGroupSummary(group: ThriftStruct, leaves: readonly SchemaNode[]): RowGroupSummary {
  const chunks = structsAt(group, ROW_GROUP.columns, 'columns');
  if (chunks.length !== leaves.length) throw broken(`${leaves.length} columns`, chunks.length);
  const columns = chunks.map((chunk, i) => chunkSummary(chunk, leaves[i]!));
  return {
    rows: requiredNumber(group, ROW_GROUP.rows, 'num_rows'),
    uncompressedBytes: requiredNumber(group, ROW_GROUP.totalBytes, 'total_byte_size'),
    // Optional in the format, and older writers leave it out.
    compressedBytes: columns.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
    columns,
  };
}

function chunkSummary(chunk: ThriftStruct, leaf: SchemaNode): ChunkSummary {
  const meta = metaOf(chunk);
  const path = textsAt(meta, COLUMN.path, 'path_in_schema');
  if (path.join('.') !== leaf.path.join('.'))
    throw broken(`column ${leaf.path.join('.')} in its place`, path.join('.'));
  const statistics = structAt(meta, COLUMN.statistics, 'statistics') ?? new Map();
  const codec = requiredNumber(meta, COLUMN.codec, 'codec');
  return {
    codec: codecName(codec),
    encodings: encodingsOf(meta),
    values: requiredNumber(meta, COLUMN.values, 'num_values'),
    uncompressedBytes: requiredNumber(meta, COLUMN.uncompressedBytes, 'total_uncompressed_size'),
    compressedBytes: requiredNumber(meta, COLUMN.compressedBytes, 'total_compressed_size'),
    nullCount: numberAt(statistics, STATISTICS.nullCount, 'null_count'),
    ...boundsOf(statistics, leaf),
    exactBounds: hasExactBounds(statistics),
    pageIndex: chunk.has(CHUNK.offsetIndexOffset) && chunk.has(CHUNK.columnIndexOffset),
    bloomFilter: meta.has(COLUMN.bloomOffset),
  };
}

function hasExactBounds(statistics: ThriftStruct): boolean {
  return ![STATISTICS.minExact, STATISTICS.maxExact].some((id) => {
    const exact = statistics.get(id);
    return exact?.kind === 'bool' && !exact.value;
  });
}

/** Where the columns of a row group lie; all of them must be in the file. */
function chunksOf(group: ThriftStruct, levels: readonly Levels[], end: number): GuardedChunk[] {
  return structsAt(group, ROW_GROUP.columns, 'columns').map((chunk, i) => {
    const meta = metaOf(chunk);
    const data = requiredNumber(meta, COLUMN.dataPageOffset, 'data_page_offset');
    // Some writers say 0 for "no dictionary page".
    const start = numberAt(meta, COLUMN.dictionaryPageOffset, 'dictionary_page_offset') || data;
    const size = requiredNumber(meta, COLUMN.compressedBytes, 'total_compressed_size');
    if (start < 0 || size < 0 || start + size > end) throw broken(`columns that end by byte ${end}`, start + size);
    const codec = HYPARQUET_CODECS[requiredNumber(meta, COLUMN.codec, 'codec')] ?? 'UNKNOWN';
    return { start, end: start + size, codec, levels: levels[i]! };
  });
}

function metaOf(chunk: ThriftStruct): ThriftStruct {
  return structAt(chunk, CHUNK.meta, 'meta_data') ?? new Map();
}

function broken(wanted: string, got: number | string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet row group must have ${wanted}, got ${got}`, {
    hint: 'The file is damaged or cut short.',
  });
}
