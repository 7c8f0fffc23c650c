import type { FileAbout, HeldSegment, Sized } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import { totalBytes } from '../../core/total-bytes.ts';
import { CompactWriter } from '../../parquet/compact-writer.ts';
import { FILE, fieldsOf, KEY_VALUE, struct } from '../../parquet/metadata.ts';
import type { StoredSchema } from '../../parquet/schema-elements.ts';
import { WIRE } from '../../parquet/thrift.ts';
import { ThriftCursor } from '../../parquet/thrift-cursor.ts';
import { writeStruct } from '../../parquet/thrift-writer.ts';
import { copyOffsetIndex, copyRowGroup, type Span } from './relocate.ts';
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
const TYPE_ORDER = fieldsOf([[1, struct(new Map())]]); // ColumnOrder: statistics compare as the type says

/** What goes into the metadata beside the row groups. */
export interface FooterAbout {
  readonly schema: StoredSchema;
  readonly keyValues: FileAbout['keyValues'];
  readonly createdBy: string;
}

const writer = new CompactWriter();
const utf8 = new TextEncoder();

/**
 * One file out of segments, in order, as parts: the segments' own bytes, which are not looked into, between a head and a tail. The same input gives the
 * same bytes. Throws E_INTEGRITY if the result does not hold together (a segment was cut short, or does not fit).
 */
export function assembleFile<Bytes extends Sized>(
  segments: readonly HeldSegment<Bytes>[],
  about: FooterAbout,
): (Bytes | Uint8Array)[] {
  const filled = segments.filter(({ rows }) => rows > 0);
  const groups = filled.map(({ meta }) => new ThriftCursor(meta));
  const starts = startsOf(filled);
  const dataEnd = starts[filled.length]!;
  for (const group of groups) group.enter();
  writer.start();
  const columnIndexes = groups.map((group) => copyColumnIndexes(group, dataEnd));
  const offsetIndexes = groups.map((group, i) => copyOffsetIndexes(group, starts[i]!, dataEnd));
  const indexBytes = writer.length;
  writer.open();
  writeFileMetadata(filled, about, () => {
    for (let i = 0; i < groups.length; i++) {
      const ordinal = groups.length > MAX_ORDINALS ? undefined : i;
      seek(groups[i]!, SEGMENT.rowGroup);
      copyRowGroup(groups[i]!, writer, {
        offset: starts[i]!,
        ordinal,
        columnIndexes: columnIndexes[i]!,
        offsetIndexes: offsetIndexes[i]!,
      });
    }
  });
  writer.end();
  const metadataBytes = writer.length - indexBytes;
  writer.u32(metadataBytes);
  writer.raw(MAGIC);
  const tail = Buffer.from(writer.bytes); // from the pool, if it is small: memory of its own costs more than filling it
  verifyFooter(tail.subarray(indexBytes, indexBytes + metadataBytes), {
    segments: filled,
    columns: about.schema.leaves.length,
    dataStart: MAGIC.length,
    indexEnd: dataEnd + indexBytes,
  });
  return [MAGIC, ...filled.flatMap(({ parts }) => parts), tail];
}

/** Where each segment starts in the file, and where the last ends. */
function startsOf(segments: readonly HeldSegment[]): number[] {
  const starts = [MAGIC.length];
  for (const { parts } of segments) starts.push(starts.at(-1)! + totalBytes(parts));
  return starts;
}

/** To a field of a segment's metadata. A segment without it fails the check of the footer, or here. */
function seek(cursor: ThriftCursor, id: number): void {
  while (cursor.next()) {
    if (cursor.id === id) return;
    cursor.skip();
  }
  throw new ParquetryError('E_INTEGRITY', `the metadata of a segment must have field ${id}, got none`, {
    hint: 'The segment was damaged; its rows return to the queue.',
  });
}

/** Copies the column indexes of a segment; answers where in the file. `base` is where the writer's first byte will lie. */
function copyColumnIndexes(cursor: ThriftCursor, base: number): Span[] {
  seek(cursor, SEGMENT.columnIndexes);
  const spans: Span[] = [];
  for (let left = cursor.list().size; left > 0; left--) {
    const length = cursor.binary();
    spans.push({ offset: base + writer.length, length });
    writer.raw(cursor.bytes, cursor.at - length, cursor.at);
  }
  return spans;
}

function copyOffsetIndexes(cursor: ThriftCursor, offset: number, base: number): Span[] {
  seek(cursor, SEGMENT.offsetIndexes);
  const spans: Span[] = [];
  for (let left = cursor.structs(); left > 0; left--) {
    const start = writer.length;
    const isEmpty = cursor.bytes[cursor.at] === 0;
    if (isEmpty) cursor.at++;
    else copyOffsetIndex(cursor, writer, offset);
    spans.push({ offset: base + start, length: writer.length - start });
  }
  return spans;
}

function writeFileMetadata(segments: readonly HeldSegment[], about: FooterAbout, writeGroups: () => void): void {
  const { schema, keyValues } = about;
  const { elements, createdBy, columnOrders } = constantParts(about);
  const pairs = Object.entries(keyValues).sort(([a], [b]) => (a < b ? -1 : 1));
  writer.i32(FILE.version, FORMAT_VERSION);
  writer.list(FILE.schema, WIRE.struct, schema.elements.length);
  writer.raw(elements);
  writer.i64(
    FILE.rows,
    segments.reduce((sum, { rows }) => sum + rows, 0),
  );
  writer.list(FILE.rowGroups, WIRE.struct, segments.length);
  writeGroups();
  if (pairs.length > 0) writer.list(FILE.keyValues, WIRE.struct, pairs.length);
  for (const [key, value] of pairs) {
    writer.open();
    writer.binary(KEY_VALUE.key, utf8.encode(key));
    writer.binary(KEY_VALUE.value, utf8.encode(value));
    writer.end();
  }
  writer.binary(FILE.createdBy, createdBy);
  writer.list(FILE.columnOrders, WIRE.struct, schema.leaves.length);
  writer.raw(columnOrders);
}

/** What is the same in every file of a schema, as it is on the wire. */
interface ConstantParts {
  readonly elements: Uint8Array;
  readonly createdBy: Uint8Array;
  readonly columnOrders: Uint8Array;
}

const partsOf = new WeakMap<StoredSchema, ConstantParts>();

function constantParts({ schema, createdBy }: FooterAbout): ConstantParts {
  const known = partsOf.get(schema);
  if (known) return known;
  const parts = {
    elements: Buffer.concat(schema.elements.map(writeStruct)),
    createdBy: utf8.encode(createdBy),
    columnOrders: Buffer.concat(schema.leaves.map(() => writeStruct(TYPE_ORDER))),
  };
  partsOf.set(schema, parts);
  return parts;
}
