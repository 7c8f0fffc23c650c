import type { FileAbout, Segment } from '../../columns/encoder.ts';
import {
  bytesAt,
  CHUNK,
  FILE,
  fieldsOf,
  i16,
  i32,
  i64,
  KEY_VALUE,
  list,
  listAt,
  ROW_GROUP,
  struct,
  structAt,
  structsAt,
  text,
} from '../../parquet/metadata.ts';
import type { StoredSchema } from '../../parquet/schema-elements.ts';
import { changed, shiftOffsetIndex, shiftRowGroup } from '../../parquet/shift.ts';
import { union } from '../../parquet/stored-type.ts';
import type { ThriftStruct, ThriftValue } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { writeStruct } from '../../parquet/thrift-writer.ts';
import { SEGMENT } from './segment.ts';
import { verifyFooter } from './verify.ts';

/*
 * A file: "PAR1" | the segments' bytes | column indexes | offset indexes | FileMetaData | its length, u32 LE | "PAR1"
 * The indexes of all row groups lie together, so that a reader gets them with the metadata in one request.
 */

export const MAGIC = new TextEncoder().encode('PAR1');

/** Parquet's ordinals are 16-bit; a file with more row groups leaves them out. */
const MAX_ORDINALS = 0x7fff;
const FORMAT_VERSION = 1; // 2 promises nothing more to readers, and old ones refuse it
const TYPE_ORDER = union(1); // statistics compare as the type says

/** What goes into the metadata beside the row groups. */
export interface FooterAbout {
  readonly schema: StoredSchema;
  readonly keyValues: FileAbout['keyValues'];
  readonly createdBy: string;
}

/**
 * One file out of segments, in order, as parts: the segments' own bytes between a head and a tail. The same input gives the
 * same bytes. Throws E_INTEGRITY if the result does not hold together (a segment was cut short, or does not fit).
 */
export function assembleFile(segments: readonly Segment[], about: FooterAbout): Uint8Array[] {
  const filled = segments.filter(({ rows }) => rows > 0);
  const tail = new Tail();
  let offset = MAGIC.length;
  for (const { bytes, meta } of filled) {
    tail.add(readStruct(meta).value, offset);
    offset += bytes.length;
  }
  const groups = tail.write(offset);
  const metadata = writeStruct(fileMetadata(filled, groups, about));
  const parts = [MAGIC, ...filled.map(({ bytes }) => bytes), tailBytes(tail.indexes, metadata)];
  verifyFooter(metadata, {
    segments: filled,
    columns: about.schema.leaves.length,
    dataStart: MAGIC.length,
    indexEnd: tail.end,
  });
  return parts;
}

function fileMetadata(segments: readonly Segment[], groups: readonly ThriftStruct[], about: FooterAbout): ThriftStruct {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const pairs = Object.entries(about.keyValues).sort(([a], [b]) => (a < b ? -1 : 1));
  return fieldsOf([
    [FILE.version, i32(FORMAT_VERSION)],
    [FILE.schema, list('struct', about.schema.elements.map(struct))],
    [FILE.rows, i64(rows)],
    [FILE.rowGroups, list('struct', groups.map(struct))],
    [FILE.keyValues, pairs.length === 0 ? undefined : list('struct', pairs.map(keyValue))],
    [FILE.createdBy, text(about.createdBy)],
    [
      FILE.columnOrders,
      list(
        'struct',
        about.schema.leaves.map(() => TYPE_ORDER),
      ),
    ],
  ]);
}

function keyValue([key, value]: [string, string]): ThriftValue {
  return struct(
    fieldsOf([
      [KEY_VALUE.key, text(key)],
      [KEY_VALUE.value, text(value)],
    ]),
  );
}

function tailBytes(indexes: readonly Uint8Array[], metadata: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, metadata.length, true);
  return new Uint8Array(Buffer.concat([...indexes, metadata, length, MAGIC]));
}

/** Gathers row groups at their place in the file, then lays out the page indexes behind the last. */
class Tail {
  readonly indexes: Uint8Array[] = [];
  end = 0;
  readonly #groups: { group: ThriftStruct; columnIndexes: Uint8Array[]; offsetIndexes: Uint8Array[] }[] = [];

  add(meta: ThriftStruct, offset: number): void {
    const group = structAt(meta, SEGMENT.rowGroup, 'row group') ?? new Map();
    const columnIndexes = listAt(meta, SEGMENT.columnIndexes, 'column indexes').map(bytesOf);
    const offsetIndexes = structsAt(meta, SEGMENT.offsetIndexes, 'offset indexes').map((index) =>
      index.size === 0 ? new Uint8Array(0) : writeStruct(shiftOffsetIndex(index, offset)),
    );
    this.#groups.push({ group: shiftRowGroup(group, offset), columnIndexes, offsetIndexes });
  }

  /** The row groups, pointing at their indexes. */
  write(start: number): ThriftStruct[] {
    this.end = start;
    const columnSpans = this.#groups.map(({ columnIndexes }) => columnIndexes.map((bytes) => this.#append(bytes)));
    const offsetSpans = this.#groups.map(({ offsetIndexes }) => offsetIndexes.map((bytes) => this.#append(bytes)));
    return this.#groups.map(({ group }, ordinal) => {
      const chunks = structsAt(group, ROW_GROUP.columns, 'columns').map((chunk, i) =>
        struct(
          fieldsOf([
            ...chunk,
            ...span(offsetSpans[ordinal]?.[i], CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength),
            ...span(columnSpans[ordinal]?.[i], CHUNK.columnIndexOffset, CHUNK.columnIndexLength),
          ]),
        ),
      );
      const placed = new Map(changed(group, ROW_GROUP.columns, list('struct', chunks)));
      if (this.#groups.length > MAX_ORDINALS) placed.delete(ROW_GROUP.ordinal);
      else placed.set(ROW_GROUP.ordinal, i16(ordinal));
      return placed;
    });
  }

  #append(bytes: Uint8Array): readonly [offset: number, length: number] {
    const offset = this.end;
    this.indexes.push(bytes);
    this.end += bytes.length;
    return [offset, bytes.length];
  }
}

function span(at: readonly [number, number] | undefined, offsetId: number, lengthId: number): [number, ThriftValue][] {
  if (!at || at[1] === 0) return [];
  return [
    [offsetId, i64(at[0])],
    [lengthId, i32(at[1])],
  ];
}

function bytesOf(value: ThriftValue): Uint8Array {
  return bytesAt(new Map([[1, value]]), 1, 'index') ?? new Uint8Array(0);
}
