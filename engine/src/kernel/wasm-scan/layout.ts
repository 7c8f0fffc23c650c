/** Structures of assembly/json-layout.ts, which mirrors them: byte offsets of what JavaScript reads and writes. */

export const COLUMN = {
  kind: 0,
  isOptional: 4,
  length: 8,
  values: 16,
  validity: 20,
  hasNulls: 24,
  data: 28,
  dataEnd: 32,
  first: 40,
  second: 44,
  dictionary: 48,
  codes: 52,
  bitmap: 56,
  bits: 60,
  nullCount: 64,
  isBareKey: 72,
  min: 80,
  max: 88,
  digits: 96,
  detail: 100,
  stride: 128,
} as const;

export const MEMBER = {
  required: 16,
  writtenLength: 20,
  written: 24,
  column: 28,
  next: 32,
  stride: 48,
} as const;

export const OBJECT = { memberCount: 0, members: 4, first: 8, table: 12, tableMask: 16, bytes: 32 } as const;

export const SCAN = {
  columns: 0,
  columnCount: 4,
  record: 8,
  rest: 12,
  rows: 16,
  deliveries: 24,
  ordinals: 28,
  starts: 32,
  ends: 36,
  delivery: 40,
  ordinal: 44,
  body: 48,
  bodyEnd: 52,
  maxRecordBytes: 56,
  isExhausted: 60,
  unknownTable: 64,
  unknownCounts: 68,
  countsOthers: 72,
  pending: 76,
  scratch: 84,
  bytes: 96,
} as const;

/** Names of unknown keys that are told apart; sizes of the tables around them. */
export const OTHERS = 1000;
export const UNKNOWN_TABLE_BYTES = 4096 * 4;
export const UNKNOWN_COUNTS_BYTES = (OTHERS + 1) * 4;
export const PENDING_BYTES = 1024 * 12;
/** Longest unknown key, as it is written, that the kernel counts by itself. */
export const KEY_BYTES = 1024;

export const DICTIONARY = { size: 0, offsets: 4, data: 8 } as const;

/** How the kernel reads a type, by the names of its constants. */
export const KIND = {
  int8: 0,
  int16: 1,
  int32: 2,
  int64: 3,
  uint64: 4,
  float: 5,
  double: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  uuid: 11,
  bool: 12,
  string: 13,
  binary: 14,
  json: 15,
  list: 16,
  map: 17,
  struct: 18,
} as const;
