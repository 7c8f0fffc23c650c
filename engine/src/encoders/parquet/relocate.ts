import type { CompactWriter } from '../../parquet/compact-writer.ts';
import { CHUNK, COLUMN, OFFSET_INDEX, PAGE_LOCATION, ROW_GROUP } from '../../parquet/metadata.ts';
import { WIRE } from '../../parquet/thrift.ts';
import type { ThriftCursor } from '../../parquet/thrift-cursor.ts';

/** What of a struct's fields, by their id, counts from the start of the file: an offset, or what is in a struct or its list. */
type Moves = readonly (Moves | 'offset' | undefined)[];

function moves(entries: Readonly<Record<number, Moves | 'offset'>>): Moves {
  const byId: (Moves | 'offset' | undefined)[] = [];
  for (const [id, move] of Object.entries(entries)) byId[Number(id)] = move;
  return byId;
}

const COLUMN_MOVES = moves({
  [COLUMN.dataPageOffset]: 'offset',
  [COLUMN.indexPageOffset]: 'offset',
  [COLUMN.dictionaryPageOffset]: 'offset',
  [COLUMN.bloomOffset]: 'offset',
});
const CHUNK_MOVES = moves({ [CHUNK.meta]: COLUMN_MOVES });
const OFFSET_INDEX_MOVES = moves({ [OFFSET_INDEX.pages]: moves({ [PAGE_LOCATION.offset]: 'offset' }) });
const GROUP_MOVES = moves({ [ROW_GROUP.fileOffset]: 'offset' });

/** Copies the fields of a struct with its offsets moved by `by` bytes, up to its end. */
function copyFields(from: ThriftCursor, to: CompactWriter, what: Moves, by: number): void {
  from.enter();
  while (from.next()) copyField(from, to, what[from.id], by);
}

function copyField(from: ThriftCursor, to: CompactWriter, move: Moves | 'offset' | undefined, by: number): void {
  const { id, wire, at } = from;
  if (move === undefined) {
    from.skip();
    to.encoded(id, wire, from.bytes, at, from.at);
  } else if (move === 'offset') {
    to.i64(id, from.number() + by);
  } else if (wire === WIRE.list) {
    const size = from.structs();
    to.list(id, WIRE.struct, size);
    for (let i = 0; i < size; i++) {
      to.open();
      copyFields(from, to, move, by);
      to.end();
    }
  } else {
    to.struct(id);
    copyFields(from, to, move, by);
    to.end();
  }
}

/** Copies an OffsetIndex. */
export function copyOffsetIndex(from: ThriftCursor, to: CompactWriter, by: number): void {
  to.open();
  copyFields(from, to, OFFSET_INDEX_MOVES, by);
  to.end();
}

/** What a row group gets in its file. */
export interface RowGroupPlace {
  readonly offset: number;
  /** Undefined in files with more row groups than ordinals. */
  readonly ordinal: number | undefined;
  /** Of each column, where its indexes lie. */
  readonly columnIndexes: readonly Span[];
  readonly offsetIndexes: readonly Span[];
}

/** `length` 0: there is none. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Copies a RowGroup to its place. */
export function copyRowGroup(from: ThriftCursor, to: CompactWriter, place: RowGroupPlace): void {
  to.open();
  from.enter();
  while (from.next()) {
    if (from.id === ROW_GROUP.columns) copyChunks(from, to, place);
    else if (from.id === ROW_GROUP.ordinal) from.skip();
    else copyField(from, to, GROUP_MOVES[from.id], place.offset);
  }
  if (place.ordinal !== undefined) to.i16(ROW_GROUP.ordinal, place.ordinal);
  to.end();
}

function copyChunks(
  from: ThriftCursor,
  to: CompactWriter,
  { offset, columnIndexes, offsetIndexes }: RowGroupPlace,
): void {
  const { id } = from;
  const size = from.structs();
  to.list(id, WIRE.struct, size);
  for (let i = 0; i < size; i++) {
    to.open();
    copyFields(from, to, CHUNK_MOVES, offset);
    writeSpan(to, offsetIndexes[i], CHUNK.offsetIndexOffset, CHUNK.offsetIndexLength);
    writeSpan(to, columnIndexes[i], CHUNK.columnIndexOffset, CHUNK.columnIndexLength);
    to.end();
  }
}

function writeSpan(to: CompactWriter, span: Span | undefined, offsetId: number, lengthId: number): void {
  if (!span || span.length === 0) return;
  to.i64(offsetId, span.offset);
  to.i32(lengthId, span.length);
}
