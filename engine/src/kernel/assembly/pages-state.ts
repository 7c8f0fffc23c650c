// What the page writer keeps of one column of an open row group, and what it is given to append. Both are structs in raw memory
// whose fields TypeScript reads and writes by their word number: kernel/pages.ts has the same list, in the same order.

import { allocate, blockBytes, release, roomFor } from './heap';

/** Physical types, and how their values lie in an open page: bool as a byte, fixed as it is stored, bytes as length and bytes. */
export namespace Kind {
  export const BOOL: u32 = 0;
  export const INT32: u32 = 1;
  export const INT64: u32 = 2;
  export const FLOAT: u32 = 3;
  export const DOUBLE: u32 = 4;
  export const BYTES: u32 = 5;
  export const FIXED: u32 = 6;
}

/** Numbers of parquet.thrift's Encoding. */
export namespace Encoding {
  export const PLAIN: u32 = 0;
  export const RLE: u32 = 3;
  export const DELTA_BINARY_PACKED: u32 = 5;
  export const DELTA_LENGTH_BYTE_ARRAY: u32 = 6;
  export const DELTA_BYTE_ARRAY: u32 = 7;
  export const RLE_DICTIONARY: u32 = 8;
  export const BYTE_STREAM_SPLIT: u32 = 9;
}

/** Whether a column has a dictionary: never, as long as it pays, as long as it is small enough. */
export namespace Policy {
  export const NEVER: u32 = 0;
  export const AUTO: u32 = 1;
  export const ALWAYS: u32 = 2;
}

/** Bytes before the values of a page, where definition levels find room without moving the values. */
export const HEADROOM: u32 = 3072;

// @ts-ignore: decorator
@unmanaged
export class ColumnState {
  // Settings, by TypeScript.
  kind: u32;
  /** Bytes of a value in a page; 0 for bytes. */
  width: u32;
  /** Statistics compare as unsigned numbers. */
  unsigned: u32;
  maxDefinition: u32;
  maxRepetition: u32;
  pageBytes: u32;
  /** At most so many rows a page, twice as many if it has indices. */
  pageRows: u32;
  policy: u32;
  /** Of pages without a dictionary. */
  encoding: u32;
  statistics: u32;

  // The open page.
  /** 1: the values are indices into the dictionary, u32. */
  indexed: u32;
  /** Bytes of the values of a page that counts as indexed while they still lie plainly; see `pending`. */
  plainUsed: u32;
  /** 1: which index each value has is found out later, when it is known that a dictionary may pay. */
  pending: u32;
  rows: u32;
  entries: u32;
  values: u32;
  /** Row of the page at which something is to be decided: whether the dictionary pays, or else that the page is full. */
  checkpoint: u32;
  block: u32;
  capacity: u32;
  used: u32;
  definitions: u32;
  repetitions: u32;
  levelCapacity: u32;

  // The row group so far.
  pages: u32;
  dictionaryPages: u32;
  /** Values in pages with indices. */
  indexedValues: u32;
  /** Memory of all blocks below. */
  heldBytes: u32;

  // The dictionary: a PLAIN page in the making, where its entries start (bytes only), and a hash table of index + 1.
  dictionaryFull: u32;
  count: u32;
  data: u32;
  dataBytes: u32;
  dataCapacity: u32;
  starts: u32;
  startCapacity: u32;
  table: u32;
  tableBits: u32;

  // What `encodePage` answers.
  body: u32;
  bodyBytes: u32;
  repetitionBytes: u32;
  definitionBytes: u32;
  bodyEncoding: u32;
  /** Where the least and greatest value lie, and their bytes; 0: there are none. */
  min: u32;
  minBytes: u32;
  max: u32;
  maxBytes: u32;

  /** Set by TypeScript, page by page. 1: indices take whole bytes each, rather than the fewest bits. */
  wholeBytes: u32;
  /** Bits of an index in the body, if it has indices. */
  indexBits: u32;
  /** Room for bounds. */
  minLow: u64;
  minHigh: u64;
  maxLow: u64;
  maxHigh: u64;
}

/** Values of one column of a batch, with their levels: what is appended next. */
// @ts-ignore: decorator
@unmanaged
export class Leaf {
  /** How slots become stored values: see `Loader`. */
  loader: u32;
  source: u32;
  offsets: u32;
  /** Codes of a source's own dictionary, and what index of ours each has, -1: not known; or 0. */
  codes: u32;
  remap: u32;
  /** Slots of the values, i32; 0: they are `first`, `first + 1`, ... */
  slots: u32;
  first: u32;
  entries: u32;
  /** A byte an entry; 0: all entries have values. */
  definitions: u32;
  /** A byte an entry; 0: every entry is a row. */
  repetitions: u32;
  /** Entries and values that are in the column already. */
  entry: u32;
  value: u32;
}

export function stateBytes(): u32 {
  return offsetof<ColumnState>();
}

export function leafBytes(): u32 {
  return offsetof<Leaf>();
}

/** Where the values of the open page start. */
// @ts-ignore: decorator
@inline
export function valuesOf(s: ColumnState): u32 {
  return s.block + headroomOf(s);
}

// @ts-ignore: decorator
@inline
function headroomOf(s: ColumnState): u32 {
  return s.maxDefinition | s.maxRepetition ? HEADROOM : 0;
}

/** Room for `more` bytes of values after those that are used. */
export function reserveValues(s: ColumnState, more: u32): void {
  reserveBehind(s, s.used, more);
}

/** Room for `more` bytes of values after the first `used` bytes of them. */
export function reserveBehind(s: ColumnState, used: u32, more: u32): void {
  const needed = used + more;
  if (needed <= s.capacity) return;
  const headroom = headroomOf(s);
  const room = roomFor(headroom + max(needed, s.capacity + 1));
  s.block = grown(s, s.block, headroom + used, room);
  s.capacity = room - headroom;
}

export function reserveLevels(s: ColumnState, more: u32): void {
  const needed = s.entries + more;
  if (needed <= s.levelCapacity) return;
  const room = roomFor(max(needed, s.levelCapacity + 1));
  s.definitions = grown(s, s.definitions, s.entries, room);
  if (s.maxRepetition) s.repetitions = grown(s, s.repetitions, s.entries, room);
  s.levelCapacity = room;
}

/** A larger block with the first `used` bytes of `block`, which is given back. Traps if memory is exhausted. */
export function grown(s: ColumnState, block: u32, used: u32, wanted: u32): u32 {
  const larger = allocate(wanted);
  if (!larger) unreachable();
  s.heldBytes += blockBytes(larger);
  if (block) memory.copy(larger, block, used);
  drop(s, block);
  return larger;
}

/** Gives a block of the column back. 0 is allowed. */
export function drop(s: ColumnState, block: u32): void {
  s.heldBytes -= blockBytes(block);
  release(block);
}

/** Ready for the first row of a row group; blocks are kept. */
export function startColumn(s: ColumnState): void {
  s.pages = 0;
  s.dictionaryPages = 0;
  s.indexedValues = 0;
  s.indexed = s.policy != Policy.NEVER ? 1 : 0;
  s.dictionaryFull = 0;
  s.count = 0;
  s.dataBytes = 0;
  clearTable(s);
  startPage(s);
}

/** A table that grew is not kept: clearing it would cost a small row group more than growing costs a large one. */
function clearTable(s: ColumnState): void {
  if (!s.table) return;
  const bytes: u32 = 8 << s.tableBits;
  if (s.tableBits <= MAX_KEPT_TABLE_BITS) {
    memory.fill(s.table, 0, bytes);
    return;
  }
  dropTable(s);
}

/** Gives the hash table back, if there is one. */
export function dropTable(s: ColumnState): void {
  drop(s, s.table);
  s.table = 0;
}

const MAX_KEPT_TABLE_BITS: u32 = 10;

/** Ready for the first row of a page. */
export function startPage(s: ColumnState): void {
  s.rows = 0;
  s.entries = 0;
  s.values = 0;
  s.used = 0;
  if (s.dictionaryFull) s.indexed = 0;
  const probes = s.indexed && s.policy == Policy.AUTO && s.pages == 0;
  s.checkpoint = probes ? min(PROBE_ROWS, s.pageRows) : rowLimit(s);
  s.pending = probes ? 1 : 0;
  s.plainUsed = 0;
}

/** Rows with which the open page is full. Indices are so small that a page of them holds more, of which codecs find more repeated. */
export function rowLimit(s: ColumnState): u32 {
  return s.indexed ? s.pageRows << 1 : s.pageRows;
}

/** Rows after which a dictionary that will not pay is given up: hashing values that never come again is the cost of trying. */
export const PROBE_ROWS: u32 = 4096;

/** Gives all blocks of a column back. */
export function releaseColumn(s: ColumnState): void {
  release(s.block);
  release(s.definitions);
  release(s.repetitions);
  release(s.data);
  release(s.starts);
  release(s.table);
  memory.fill(changetype<u32>(s), 0, offsetof<ColumnState>());
}
