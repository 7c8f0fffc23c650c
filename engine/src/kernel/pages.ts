/*
 * The kernel's page writer as TypeScript sees it: structs in kernel memory by the word numbers of their fields, as
 * assembly/pages-state.ts declares them, and functions over them.
 */

/** Words of ColumnState: what is kept of a column of an open row group. */
export const STATE = {
  kind: 0,
  width: 1,
  unsigned: 2,
  maxDefinition: 3,
  maxRepetition: 4,
  pageBytes: 5,
  pageRows: 6,
  policy: 7,
  encoding: 8,
  statistics: 9,
  indexed: 10,
  plainUsed: 11,
  pending: 12,
  rows: 13,
  entries: 14,
  values: 15,
  used: 19,
  pages: 23,
  dictionaryPages: 24,
  heldBytes: 26,
  count: 28,
  data: 29,
  dataBytes: 30,
  starts: 32,
  body: 36,
  bodyBytes: 37,
  repetitionBytes: 38,
  definitionBytes: 39,
  bodyEncoding: 40,
  min: 41,
  minBytes: 42,
  max: 43,
  maxBytes: 44,
  wholeBytes: 45,
  indexBits: 46,
} as const;

/** Words of Leaf: values of one column of a batch that are appended. */
export const LEAF = {
  loader: 0,
  source: 1,
  offsets: 2,
  codes: 3,
  remap: 4,
  slots: 5,
  first: 6,
  entries: 7,
  definitions: 8,
  repetitions: 9,
  entry: 10,
  value: 11,
} as const;

/** How values of a column lie in an open page. */
export const KIND = { BOOL: 0, INT32: 1, INT64: 2, FLOAT: 3, DOUBLE: 4, BYTES: 5, FIXED: 6 } as const;

/** How slots become stored values. */
export const LOADER = {
  COPY32: 0,
  COPY64: 1,
  INT8: 2,
  INT16: 3,
  UINT8: 4,
  UINT16: 5,
  DECIMAL32: 6,
  DECIMAL64: 7,
  DECIMAL_FIXED: 8,
  COPY128: 9,
  BOOL: 10,
  MICROS: 11,
  BYTES: 12,
} as const;

/** Whether a column has a dictionary: never, as long as it pays, as long as it is small enough. */
export const POLICY = { NEVER: 0, AUTO: 1, ALWAYS: 2 } as const;

/** Numbers of parquet.thrift's Encoding. */
export const ENCODING = {
  PLAIN: 0,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

/**
 * Entries of a nesting level: `slots` (i32 each; 0: `first`, `first + 1`, …), `definitions` and `repetitions` (a byte each, or 0:
 * none is missing, every entry is a row). See assembly/pages-levels.ts.
 */
export interface PageWriter {
  stateBytes(): number;
  leafBytes(): number;
  /** Readies a state, whose settings are set, for the first row of a row group. */
  startColumn(state: number): void;
  /** Readies it for the first row of the next page. */
  startPage(state: number): void;
  releaseColumn(state: number): void;
  /** Appends what is left of a leaf; 1 as soon as the page must end, 0 when all is in. */
  appendLeaf(state: number, leaf: number): number;
  /** Encodes the open page; the answer is in the state. */
  encodePage(state: number, version: number): void;
  /** Encodes its body once more, after `wholeBytes` or `encoding` was changed. */
  encodeBody(state: number, version: number): void;
  /** Encodes the page's first values, at most `count` of them, in an encoding but a dictionary's; the answer is the body. */
  encodeSample(state: number, encoding: number, count: number): void;

  composeSlots(slots: number, first: number, count: number, inner: number, target: number): void;
  descendOptional(
    slots: number,
    first: number,
    count: number,
    definitions: number,
    validity: number,
    level: number,
    outSlots: number,
    outDefinitions: number,
  ): void;
  countElements(slots: number, first: number, count: number, offsets: number): number;
  descendList(
    slots: number,
    first: number,
    count: number,
    definitions: number,
    repetitions: number,
    offsets: number,
    level: number,
    repetition: number,
    outSlots: number,
    outDefinitions: number,
    outRepetitions: number,
  ): void;
  leafEntries(
    slots: number,
    first: number,
    count: number,
    definitions: number,
    validity: number,
    maxDefinition: number,
    outSlots: number,
    outDefinitions: number,
  ): number;
  /** Size of the struct that keeps a column's last value for `compareRows`; it starts as zeros. */
  lastValueBytes(): number;
  releaseLastValue(last: number): void;
  plainBound(state: number, leaf: number, values: number): number;
  /** How rows compare to those before them: see assembly/pages-order.ts. 1 if any is out of order. */
  compareRows(
    state: number,
    leaf: number,
    values: number,
    last: number,
    descending: number,
    nullsFirst: number,
    first: number,
    orders: number,
    scratch: number,
  ): number;

  /** Hashes of the open page's values, or of the dictionary's entries, 8 bytes each. */
  hashPage(state: number, target: number): void;
  hashDictionary(state: number, target: number): void;
  bloomInsertHashes(filter: number, filterBytes: number, hashes: number, count: number): void;

  /** Canonical texts of 16-byte uuids, and their `count + 1` offsets. */
  uuidTexts(source: number, count: number, data: number, offsets: number): void;
}
