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

/**
 * Copies what a cursor goes past, with the offsets in it moved by `by` bytes. What lies between two offsets is copied as it is,
 * heads of fields and all: those before a field stay the same, so its head does.
 */
class Relocation {
  readonly #from: ThriftCursor;
  readonly #to: CompactWriter;
  readonly #by: number;
  /** First byte that is not copied yet. */
  #rest: number;

  constructor(from: ThriftCursor, to: CompactWriter, by: number) {
    this.#from = from;
    this.#to = to;
    this.#by = by;
    this.#rest = from.at;
  }

  /** Goes past a struct; answers the id of its last field. */
  struct(what: Moves): number {
    const from = this.#from;
    let last = 0;
    from.enter();
    while (from.next()) {
      last = from.id;
      this.field(what[last]);
    }
    return last;
  }

  field(move: Moves | 'offset' | undefined): void {
    const from = this.#from;
    if (move === undefined) from.skip();
    else if (move === 'offset') this.#offset();
    else if (from.wire === WIRE.list) for (let left = from.structs(); left > 0; left--) this.struct(move);
    else this.struct(move);
  }

  #offset(): void {
    this.copyTo(this.#from.at);
    this.#to.numberElement(this.#from.number() + this.#by);
    this.#rest = this.#from.at;
  }

  /** Copies what is left up to byte `end`. */
  copyTo(end: number): void {
    this.#to.raw(this.#from.bytes, this.#rest, end);
    this.#rest = end;
  }

  /** The struct that was gone past ends later: the writer goes on behind its last field. */
  reopen(last: number): void {
    this.copyTo(this.#from.at - 1);
    this.#rest = this.#from.at;
    this.#to.resume(last);
  }
}

/** Copies an OffsetIndex. */
export function copyOffsetIndex(from: ThriftCursor, to: CompactWriter, by: number): void {
  const copy = new Relocation(from, to, by);
  copy.struct(OFFSET_INDEX_MOVES);
  copy.copyTo(from.at);
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

/** Copies a RowGroup to its place; it has no ordinal. */
export function copyRowGroup(from: ThriftCursor, to: CompactWriter, place: RowGroupPlace): void {
  const copy = new Relocation(from, to, place.offset);
  let last = 0;
  from.enter();
  while (from.next()) {
    last = from.id;
    if (last === ROW_GROUP.columns) copyChunks(from, to, copy, place);
    else copy.field(GROUP_MOVES[last]);
  }
  copy.reopen(last);
  if (place.ordinal !== undefined) to.i16(ROW_GROUP.ordinal, place.ordinal);
  to.end();
}

function copyChunks(
  from: ThriftCursor,
  to: CompactWriter,
  copy: Relocation,
  { columnIndexes, offsetIndexes }: RowGroupPlace,
): void {
  const size = from.structs();
  for (let i = 0; i < size; i++) {
    copy.reopen(copy.struct(CHUNK_MOVES));
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
