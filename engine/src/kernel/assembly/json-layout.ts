// What the JSON scanner keeps in memory, and who lays it out: `wasm-scan/plan.ts` writes these structures once for a schema,
// by the offsets in `wasm-scan/layout.ts`, which mirror the ones here; the scanner fills the columns.

/** What readers answer instead of the position after a value: no position is 0. */
export const FAILED: usize = 0;

// How a column is read from JSON, and so how it lies in memory.
export const INT8: i32 = 0;
export const INT16: i32 = 1;
export const INT32: i32 = 2;
export const INT64: i32 = 3;
export const UINT64: i32 = 4;
export const FLOAT: i32 = 5;
export const DOUBLE: i32 = 6;
export const DECIMAL: i32 = 7;
export const DATE: i32 = 8;
export const TIME: i32 = 9;
export const TIMESTAMP: i32 = 10;
export const UUID: i32 = 11;
export const BOOL: i32 = 12;
/** From here on slots have offsets into bytes … */
export const STRING: i32 = 13;
export const BINARY: i32 = 14;
export const JSON: i32 = 15;
/** … or into other columns. */
export const LIST: i32 = 16;
export const MAP: i32 = 17;
export const STRUCT: i32 = 18;

/**
 * A growing column, in Arrow's layout but for validity and booleans: those are bytes, 0 or 1, while they grow, and packed into
 * bitmaps when the columns are taken.
 * **Invariant:** the validity bytes from `length` on are 1, and offset 0 is 0.
 */
@unmanaged
export class Column {
  kind: i32; // 0
  isOptional: i32; // 4
  /** Slots there are, and slots there is room for. */
  length: i32; // 8
  capacity: i32; // 12
  /** Fixed-width values, or `length + 1` offsets. */
  values: usize; // 16
  validity: usize; // 20
  /** Whether a null was appended since the last reset: only then is validity looked at. */
  hasNulls: i32; // 24
  /** Bytes of strings, binary and json. */
  data: usize; // 28
  dataEnd: i32; // 32
  dataCapacity: i32; // 36
  /** Column of a list's elements or a map's keys; object of a struct. */
  first: usize; // 40
  /** Column of a map's values. */
  second: usize; // 44
  /** 0 where there is none, or no longer. */
  dictionary: usize; // 48
  codes: usize; // 52
  /** What `finish` made: bitmaps of validity and of booleans. */
  bitmap: usize; // 56
  bits: usize; // 60
  nullCount: i32; // 64
  /** Takes in a row that used little of what there is room for. */
  idleTakes: i32; // 68
  /** 1 for keys of maps whose type JSON writes without quotes. */
  isBareKey: i32; // 72
  reserved: i32; // 76
  /** Bounds of integers. */
  min: i64; // 80
  max: i64; // 88
  /** Digits after the point: scale of a decimal, 3, 6 or 9 of a timestamp. */
  digits: i32; // 96
  /** Digits in all of a decimal; 1 for timestamps in UTC. */
  detail: i32; // 100
}

/** Bytes from one column of a plan to the next. */
export const COLUMN_STRIDE: usize = 128;

/** A field of an object, found by its key. */
@unmanaged
export class Member {
  /** The first 16 bytes of `"name":`, then zeros: read as one vector. */
  prefixLow: u64; // 0
  prefixHigh: u64; // 8
  /** Which of them must agree, a bit a byte. A bit that no vector has makes a member that nothing matches. */
  required: i32; // 16
  /** Length of `"name":`, and where all of it is. */
  writtenLength: i32; // 20
  written: usize; // 24
  column: usize; // 28
  /** The member that followed it last: what is looked for first the next time. */
  next: usize; // 32
}

/** A record, or a struct. */
@unmanaged
export class ObjectPlan {
  memberCount: i32; // 0
  /** Its members, MEMBER_STRIDE bytes each. */
  members: usize; // 4
  /** The member that came first the last time. */
  first: usize; // 8
  /** Hash table of members by their name as it is written: addresses, 0 where empty. */
  table: usize; // 12
  tableMask: i32; // 16
}

/** Bytes from one member of an object to the next. */
export const MEMBER_STRIDE: usize = 48;

/** Everything one scanner has in the kernel. */
@unmanaged
export class Scan {
  /** Columns, COLUMN_STRIDE bytes each, those of nested fields among them. */
  columns: usize; // 0
  columnCount: i32; // 4
  /** The object that a record is. */
  record: usize; // 8
  /** Column of the members no field has; 0 if they are not kept. */
  rest: usize; // 12
  rows: i32; // 16
  /** Where each row came from: arrays of i32 with room for `rowCapacity`. */
  rowCapacity: i32; // 20
  deliveries: usize; // 24
  ordinals: usize; // 28
  starts: usize; // 32
  ends: usize; // 36
  /** The body being scanned: its number, the number of its next record, where it lies. */
  delivery: i32; // 40
  ordinal: i32; // 44
  body: usize; // 48
  bodyEnd: usize; // 52
  maxRecordBytes: u32; // 56
  /** 1 once there was no memory for a column to grow. */
  isExhausted: i32; // 60
  /** Hash table of the unknown keys that are counted here: addresses of UnknownKey, 0 where empty. */
  unknownTable: usize; // 64
  /** How often each name was seen, by its number. */
  unknownCounts: usize; // 68
  /** 1 when no more names are told apart: keys that are not in the table count as number OTHERS. */
  countsOthers: i32; // 72
  /** Unknown members of the record being read, 12 bytes each: number, start and end of a top-level `"key":value`. */
  pending: usize; // 76
  pendingCount: i32; // 80
  /** Hash table to tell the keys of one map apart. */
  scratch: usize; // 84
  scratchBytes: i32; // 88
  /** Takes in a row that used little of the index. */
  idleTakes: i32; // 92
}

/** Names of unknown keys that are told apart, and slots of their table. */
export const OTHERS: i32 = 1000;
export const UNKNOWN_SLOTS: u32 = 4096;
export const MAX_PENDING: i32 = 1024;

/** The scan that the exported functions work for. */
export let scan: Scan = changetype<Scan>(0);

export function setScan(address: usize): void {
  scan = changetype<Scan>(address);
}
