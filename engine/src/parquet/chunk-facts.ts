import type { ColumnChunk } from './column-chunk.ts';
import { type JsonValue, statisticValue } from './exact-value.ts';
import { bytesAt, COLUMN, listAt, numberAt, STATISTICS, structAt } from './metadata.ts';
import type { SchemaNode } from './schema-tree.ts';
import type { ThriftStruct } from './thrift.ts';

/** What a column chunk says of itself. */
export interface ChunkFacts {
  readonly codec: string;
  readonly encodings: readonly string[];
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly nulls?: number;
  /** Exact, by the column's type; long ones may be cut. */
  readonly min?: JsonValue;
  readonly max?: JsonValue;
  readonly hasPageIndex: boolean;
  readonly hasBloom: boolean;
}

const CODEC_NAMES = ['none', 'snappy', 'gzip', 'lzo', 'brotli', 'lz4-hadoop', 'zstd', 'lz4'];
const ENCODING_NAMES: readonly (string | undefined)[] = [
  'PLAIN',
  undefined,
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
];

/** A codec by Parquet's number, in words. */
export function codecName(codec: number): string {
  return CODEC_NAMES[codec] ?? `codec ${codec}`;
}

/** An encoding by Parquet's number, as the format calls it. */
export function encodingName(encoding: number): string {
  return ENCODING_NAMES[encoding] ?? `encoding ${encoding}`;
}

/** The encodings of a chunk's metadata. */
export function encodingsOf(meta: ThriftStruct): string[] {
  return listAt(meta, COLUMN.encodings, 'encodings').map((value) =>
    encodingName(value.kind === 'i32' ? value.value : -1),
  );
}

/** Minimum and maximum of a Statistics struct, without the deprecated ones: their order is wrong for text and unsigned numbers. */
export function boundsOf(statistics: ThriftStruct, leaf: SchemaNode): { min?: JsonValue; max?: JsonValue } {
  const boundAt = (id: number) => {
    const bytes = bytesAt(statistics, id, 'statistics');
    return bytes && statisticValue(leaf, bytes);
  };
  return { min: boundAt(STATISTICS.min), max: boundAt(STATISTICS.max) };
}

/** Of the column `leaf`. */
export function chunkFacts(chunk: ColumnChunk, leaf: SchemaNode): ChunkFacts {
  const { meta, pages, codec, uncompressedBytes, offsetIndex, columnIndex, bloomOffset } = chunk;
  const statistics = structAt(meta, COLUMN.statistics, 'statistics') ?? new Map();
  return {
    codec: codecName(codec),
    encodings: encodingsOf(meta),
    compressedBytes: pages.end - pages.start,
    uncompressedBytes,
    nulls: numberAt(statistics, STATISTICS.nullCount, 'null_count'),
    ...boundsOf(statistics, leaf),
    hasPageIndex: offsetIndex !== undefined && columnIndex !== undefined,
    hasBloom: bloomOffset !== undefined,
  };
}
