import type { Segment } from '../../columns/encoder.ts';
import { SEGMENT } from '../../encoders/parquet/segment.ts';
import { CHUNK, COLUMN, listAt, numberAt, ROW_GROUP, structAt, structsAt, textsAt } from '../../parquet/metadata.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';

/** What a top-level column takes in row groups of Parquet, its dictionaries and all its leaves together. */
export interface ChunkSize {
  readonly bytes: number;
  /** Of its first leaf, as pipeline files write it; `dictionary` where pages have one. */
  readonly encoding: string;
}

/** Numbers of parquet.thrift's Encoding that values have, the telling ones first: levels are RLE in every column. */
const ENCODINGS: readonly (readonly [number: number, name: string])[] = [
  [8, 'dictionary'],
  [2, 'dictionary'],
  [5, 'delta'],
  [6, 'delta-length'],
  [7, 'delta-strings'],
  [9, 'byte-stream-split'],
  [0, 'plain'],
  [3, 'rle'],
];

/** The columns of encoded row groups, by name. */
export function chunkSizes(segments: readonly Pick<Segment, 'meta'>[]): Map<string, ChunkSize> {
  const sizes = new Map<string, ChunkSize>();
  for (const meta of segments.flatMap(columnsOf)) {
    const [name = ''] = textsAt(meta, COLUMN.path, 'path_in_schema');
    const known = sizes.get(name);
    const bytes = (known?.bytes ?? 0) + (numberAt(meta, COLUMN.compressedBytes, 'total_compressed_size') ?? 0);
    sizes.set(name, { bytes, encoding: known?.encoding ?? encodingOf(meta) });
  }
  return sizes;
}

function columnsOf({ meta }: Pick<Segment, 'meta'>): ThriftStruct[] {
  const group = structAt(readStruct(meta).value, SEGMENT.rowGroup, 'row group');
  const chunks = group ? structsAt(group, ROW_GROUP.columns, 'columns') : [];
  return chunks.flatMap((chunk) => structAt(chunk, CHUNK.meta, 'meta_data') ?? []);
}

function encodingOf(meta: ThriftStruct): string {
  const used = listAt(meta, COLUMN.encodings, 'encodings').map(({ value }) => Number(value));
  return ENCODINGS.find(([number]) => used.includes(number))?.[1] ?? 'plain';
}
