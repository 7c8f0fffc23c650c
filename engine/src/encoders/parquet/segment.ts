import type { Segment } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import {
  binary,
  CHUNK,
  COLUMN,
  ELEMENT,
  FILE,
  fieldsOf,
  list,
  numberAt,
  ROW_GROUP,
  requiredNumber,
  struct,
  structAt,
  structsAt,
} from '../../parquet/metadata.ts';
import type { Leaf, StoredSchema } from '../../parquet/schema-elements.ts';
import { changed, moved, shiftColumn, shiftOffsetIndex } from '../../parquet/shift.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { writeStruct } from '../../parquet/thrift-writer.ts';
import type { PageCodec } from './compress.ts';
import { compressPages } from './recompress.ts';

/*
 * A segment's `meta` is a thrift struct of our own, with every offset counted from the segment's first byte:
 *   1: list<binary> ColumnIndex, one a column   2: list<struct> OffsetIndex, one a column   3: RowGroup
 * An index that a column does not have is empty. That is the order in which a file has them.
 */
export const SEGMENT = { columnIndexes: 1, offsetIndexes: 2, rowGroup: 3 } as const;

const MAGIC_BYTES = 4; // PAR1
const TAIL_BYTES = 8; // length of the metadata, PAR1

/**
 * Cuts a file of one row group, as parquet-wasm makes it, into a segment. The names in it become those of `schema`, and the
 * pages of each column that has one of `codecs`, which are in file order, are compressed with it; without any, the bytes are
 * a view into `file`. Throws E_INTERNAL if the file is not laid out as `schema` says.
 */
export function cutSegment(
  file: Uint8Array,
  schema: StoredSchema,
  codecs: readonly (PageCodec | undefined)[],
): Segment {
  const { metadata, start } = readMetadata(file);
  checkLayout(structsAt(metadata, FILE.schema, 'schema'), schema);
  const groups = structsAt(metadata, FILE.rowGroups, 'row_groups');
  const [group] = groups;
  if (!group || groups.length > 1) throw unexpected(`one row group, got ${groups.length}`);
  const chunks = structsAt(group, ROW_GROUP.columns, 'columns');
  const columns = chunks.map((chunk, i) => struct(cutChunk(chunk, schema.leaves[i]!)));
  const columnIndexes = cutIndexes(file, chunks, CHUNK.columnIndexOffset, CHUNK.columnIndexLength);
  const offsetIndexes = cutIndexes(file, chunks, CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength);
  const cutGroup = new Map(moved(group, [ROW_GROUP.fileOffset], -MAGIC_BYTES));
  cutGroup.set(ROW_GROUP.columns, list('struct', columns)).delete(ROW_GROUP.ordinal); // its file gives it one
  const bytes = file.subarray(MAGIC_BYTES, indexStart(chunks, start));
  const parts = { bytes, group: cutGroup, offsetIndexes: offsetIndexes.map(shiftedIndex) };
  const packed = compressPages(parts, codecs);
  const meta = fieldsOf([
    [SEGMENT.rowGroup, struct(packed.group)],
    [SEGMENT.columnIndexes, list('binary', columnIndexes.map(binary))],
    [SEGMENT.offsetIndexes, list('struct', packed.offsetIndexes.map(struct))],
  ]);
  return {
    parts: [packed.bytes],
    rows: requiredNumber(group, ROW_GROUP.rows, 'num_rows'),
    meta: writeStruct(meta),
  };
}

const INDEX_IDS = [
  CHUNK.offsetIndexOffset,
  CHUNK.offsetIndexLength,
  CHUNK.columnIndexOffset,
  CHUNK.columnIndexLength,
] as const;

function readMetadata(file: Uint8Array): { metadata: ThriftStruct; start: number } {
  const end = file.length - TAIL_BYTES;
  const start = end - new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(end, true);
  return { metadata: readStruct(file.subarray(start, end)).value, start };
}

const LAYOUT = [ELEMENT.type, ELEMENT.typeLength, ELEMENT.repetition, ELEMENT.children] as const;

/** The file must store what our schema says it stores: same tree, same physical types, same repetitions. */
function checkLayout(actual: readonly ThriftStruct[], { elements }: StoredSchema): void {
  if (actual.length !== elements.length) throw unexpected(`${elements.length} schema elements, got ${actual.length}`);
  for (let i = 1; i < elements.length; i++) {
    for (const id of LAYOUT) {
      const [wanted, got] = [elements[i]!, actual[i]!].map((element) => numberAt(element, id, 'schema'));
      if (wanted !== got) throw unexpected(`${wanted} in field ${id} of schema element ${i}, got ${got}`);
    }
  }
}

/** A column's metadata under our name for it, counted from the segment's start, without its place for page indexes. */
function cutChunk(chunk: ThriftStruct, { pathText }: Leaf): ThriftStruct {
  const meta = structAt(chunk, CHUNK.meta, 'meta_data');
  if (!meta) throw unexpected('metadata for every column');
  const result = new Map(chunk);
  for (const id of INDEX_IDS) result.delete(id);
  return result.set(CHUNK.meta, struct(changed(shiftColumn(meta, -MAGIC_BYTES), COLUMN.path, pathText)));
}

/** The bytes of each column's index; empty where a column has none (NaN in floats leaves a column without bounds). */
function cutIndexes(file: Uint8Array, chunks: readonly ThriftStruct[], at: number, length: number): Uint8Array[] {
  return chunks.map((chunk) => {
    const offset = numberAt(chunk, at, 'index offset') ?? 0;
    return file.subarray(offset, offset + (numberAt(chunk, length, 'index length') ?? 0));
  });
}

function shiftedIndex(bytes: Uint8Array): ThriftStruct {
  return bytes.length === 0 ? new Map() : shiftOffsetIndex(readStruct(bytes).value, -MAGIC_BYTES);
}

/** Where the page indexes start, or else the metadata: what lies before belongs to the row group, bloom filters too. */
function indexStart(chunks: readonly ThriftStruct[], metadataStart: number): number {
  const starts = chunks.flatMap((chunk) => [
    numberAt(chunk, CHUNK.columnIndexOffset, 'column_index_offset') ?? metadataStart,
    numberAt(chunk, CHUNK.offsetIndexOffset, 'offset_index_offset') ?? metadataStart,
  ]);
  return Math.min(metadataStart, ...starts);
}

function unexpected(wanted: string): ParquetryError {
  return new ParquetryError('E_INTERNAL', `the encoded row group must have ${wanted}`);
}
