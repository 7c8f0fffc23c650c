import type { Segment } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import {
  binary,
  CHUNK,
  COLUMN,
  ELEMENT,
  FILE,
  fieldsOf,
  i64,
  list,
  numberAt,
  OFFSET_INDEX,
  PAGE_LOCATION,
  ROW_GROUP,
  requiredNumber,
  struct,
  structAt,
  structsAt,
} from './metadata.ts';
import type { Leaf, StoredSchema } from './schema-elements.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';
import { writeStruct } from './thrift-writer.ts';

/*
 * A segment's `meta` is a thrift struct of our own, with every offset counted from the segment's first byte:
 *   1: RowGroup   2: list<binary> ColumnIndex, one a column   3: list<struct> OffsetIndex, one a column
 * An index that a column does not have is empty.
 */
export const SEGMENT = { rowGroup: 1, columnIndexes: 2, offsetIndexes: 3 } as const;

const MAGIC_BYTES = 4; // PAR1
const TAIL_BYTES = 8; // length of the metadata, PAR1

/**
 * Cuts a file of one row group, as parquet-wasm makes it, into a segment; the bytes are a view into `file`. The names in it
 * become those of `schema`. Throws E_INTERNAL if the file is not laid out as `schema` says.
 */
export function cutSegment(file: Uint8Array, schema: StoredSchema): Segment {
  const { metadata, start } = readMetadata(file);
  checkLayout(structsAt(metadata, FILE.schema, 'schema'), schema);
  const groups = structsAt(metadata, FILE.rowGroups, 'row_groups');
  const [group] = groups;
  if (!group || groups.length > 1) throw unexpected(`one row group, got ${groups.length}`);
  const chunks = structsAt(group, ROW_GROUP.columns, 'columns');
  const columns = chunks.map((chunk, i) => struct(cutChunk(chunk, schema.leaves[i]!)));
  const columnIndexes = cutIndexes(file, chunks, CHUNK.columnIndexOffset, CHUNK.columnIndexLength);
  const offsetIndexes = cutIndexes(file, chunks, CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength);
  const cutGroup = changed(
    moved(group, [ROW_GROUP.fileOffset], -MAGIC_BYTES),
    ROW_GROUP.columns,
    list('struct', columns),
  );
  const meta = fieldsOf([
    [SEGMENT.rowGroup, struct(cutGroup)],
    [SEGMENT.columnIndexes, list('binary', columnIndexes.map(binary))],
    [SEGMENT.offsetIndexes, list('struct', offsetIndexes.map(shiftedIndex))],
  ]);
  return {
    bytes: file.subarray(MAGIC_BYTES, indexStart(chunks, start)),
    rows: requiredNumber(group, ROW_GROUP.rows, 'num_rows'),
    meta: writeStruct(meta),
  };
}

/** Moves every offset of a row group by `bytes`. */
export function shiftRowGroup(group: ThriftStruct, bytes: number): ThriftStruct {
  const columns = structsAt(group, ROW_GROUP.columns, 'columns').map((chunk) => {
    const meta = structAt(chunk, CHUNK.meta, 'meta_data');
    return meta ? changed(chunk, CHUNK.meta, struct(moved(meta, COLUMN_OFFSETS, bytes))) : chunk;
  });
  const shifted = moved(group, [ROW_GROUP.fileOffset], bytes);
  return changed(shifted, ROW_GROUP.columns, list('struct', columns.map(struct)));
}

/** Moves the page locations of an offset index by `bytes`: they count from the start of the file. */
export function shiftOffsetIndex(index: ThriftStruct, bytes: number): ThriftStruct {
  const pages = structsAt(index, OFFSET_INDEX.pages, 'page_locations').map((page) =>
    struct(moved(page, [PAGE_LOCATION.offset], bytes)),
  );
  return changed(index, OFFSET_INDEX.pages, list('struct', pages));
}

/** A copy of `from` with `value` at `id`. */
export function changed(from: ThriftStruct, id: number, value: ThriftValue): ThriftStruct {
  return new Map(from).set(id, value);
}

const COLUMN_OFFSETS = [
  COLUMN.dataPageOffset,
  COLUMN.indexPageOffset,
  COLUMN.dictionaryPageOffset,
  COLUMN.bloomOffset,
] as const;

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
  return result.set(CHUNK.meta, struct(changed(moved(meta, COLUMN_OFFSETS, -MAGIC_BYTES), COLUMN.path, pathText)));
}

/** The bytes of each column's index; empty where a column has none (NaN in floats leaves a column without bounds). */
function cutIndexes(file: Uint8Array, chunks: readonly ThriftStruct[], at: number, length: number): Uint8Array[] {
  return chunks.map((chunk) => {
    const offset = numberAt(chunk, at, 'index offset') ?? 0;
    return file.subarray(offset, offset + (numberAt(chunk, length, 'index length') ?? 0));
  });
}

function shiftedIndex(bytes: Uint8Array): ThriftValue {
  return struct(bytes.length === 0 ? new Map() : shiftOffsetIndex(readStruct(bytes).value, -MAGIC_BYTES));
}

/** Where the page indexes start, or else the metadata: what lies before belongs to the row group, bloom filters too. */
function indexStart(chunks: readonly ThriftStruct[], metadataStart: number): number {
  const starts = chunks.flatMap((chunk) => [
    numberAt(chunk, CHUNK.columnIndexOffset, 'column_index_offset') ?? metadataStart,
    numberAt(chunk, CHUNK.offsetIndexOffset, 'offset_index_offset') ?? metadataStart,
  ]);
  return Math.min(metadataStart, ...starts);
}

function moved(from: ThriftStruct, ids: readonly number[], bytes: number): ThriftStruct {
  const result = new Map(from);
  for (const id of ids) {
    const offset = numberAt(from, id, 'offset');
    if (offset !== undefined) result.set(id, i64(offset + bytes));
  }
  return result;
}

function unexpected(wanted: string): ParquetryError {
  return new ParquetryError('E_INTERNAL', `the encoded row group must have ${wanted}`);
}
