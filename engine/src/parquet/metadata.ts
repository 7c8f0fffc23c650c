import { ParquetryError } from '../core/errors.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';

/** Field ids of Parquet's metadata structs, as parquet.thrift (format 2.12) numbers them. Only those we name. */
export const FILE = {
  version: 1,
  schema: 2,
  rows: 3,
  rowGroups: 4,
  keyValues: 5,
  createdBy: 6,
  columnOrders: 7,
} as const;
export const ELEMENT = {
  type: 1,
  typeLength: 2,
  repetition: 3,
  name: 4,
  children: 5,
  converted: 6,
  scale: 7,
  precision: 8,
  fieldId: 9,
  logical: 10,
} as const;
export const KEY_VALUE = { key: 1, value: 2 } as const;
export const ROW_GROUP = {
  columns: 1,
  totalBytes: 2,
  rows: 3,
  sorting: 4,
  fileOffset: 5,
  compressedBytes: 6,
  ordinal: 7,
} as const;
export const CHUNK = {
  filePath: 1,
  fileOffset: 2,
  meta: 3,
  offsetIndexOffset: 4,
  offsetIndexLength: 5,
  columnIndexOffset: 6,
  columnIndexLength: 7,
  crypto: 8,
} as const;
export const COLUMN = {
  type: 1,
  encodings: 2,
  path: 3,
  codec: 4,
  values: 5,
  uncompressedBytes: 6,
  compressedBytes: 7,
  keyValues: 8,
  dataPageOffset: 9,
  indexPageOffset: 10,
  dictionaryPageOffset: 11,
  statistics: 12,
  encodingStats: 13,
  bloomOffset: 14,
  bloomLength: 15,
} as const;
export const STATISTICS = {
  oldMax: 1,
  oldMin: 2,
  nullCount: 3,
  distinctCount: 4,
  max: 5,
  min: 6,
  maxExact: 7,
  minExact: 8,
} as const;
export const OFFSET_INDEX = { pages: 1 } as const;
export const PAGE_LOCATION = { offset: 1, compressedBytes: 2, firstRow: 3 } as const;

/** Physical types by their number. */
export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;
export type Physical = keyof typeof PHYSICAL;

/** Repetitions by their number. */
export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

const utf8 = new TextDecoder();
const encoder = new TextEncoder();

/** Builders of thrift values. */
export const i16 = (value: number): ThriftValue => ({ kind: 'i16', value });
export const i32 = (value: number): ThriftValue => ({ kind: 'i32', value });
export const i64 = (value: number | bigint): ThriftValue => ({ kind: 'i64', value: BigInt(value) });
export const bool = (value: boolean): ThriftValue => ({ kind: 'bool', value });
export const text = (value: string): ThriftValue => ({ kind: 'binary', value: encoder.encode(value) });
export const binary = (value: Uint8Array): ThriftValue => ({ kind: 'binary', value });
export const list = (of: ThriftValue['kind'], value: readonly ThriftValue[]): ThriftValue => ({
  kind: 'list',
  of,
  value,
});
export const struct = (value: ThriftStruct): ThriftValue => ({ kind: 'struct', value });

/** A struct out of `[id, value]` pairs; undefined values are left out. */
export function fieldsOf(entries: Iterable<readonly [number, ThriftValue | undefined]>): ThriftStruct {
  const fields = new Map<number, ThriftValue>();
  for (const [id, value] of entries) if (value) fields.set(id, value);
  return fields;
}

/** The integer at `id` (any width), or undefined where absent. Throws E_INTEGRITY if it is something else or beyond 2^53. */
export function numberAt(from: ThriftStruct, id: number, what: string): number | undefined {
  const value = from.get(id);
  if (!value) return undefined;
  const number = isInteger(value) ? Number(value.value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : malformed(what, 'an integer', value);
}

/** The integer at `id`. Throws E_INTEGRITY if it is absent too. */
export function requiredNumber(from: ThriftStruct, id: number, what: string): number {
  return numberAt(from, id, what) ?? malformed(what, 'present');
}

/** The bytes at `id`, or undefined where absent. */
export function bytesAt(from: ThriftStruct, id: number, what: string): Uint8Array | undefined {
  const value = from.get(id);
  if (value && value.kind !== 'binary') return malformed(what, 'a binary', value);
  return value?.value;
}

/** The UTF-8 text at `id`, or undefined where absent; bytes that are not UTF-8 show as U+FFFD. */
export function textAt(from: ThriftStruct, id: number, what: string): string | undefined {
  const bytes = bytesAt(from, id, what);
  return bytes && utf8.decode(bytes);
}

/** The struct at `id`, or undefined where absent. */
export function structAt(from: ThriftStruct, id: number, what: string): ThriftStruct | undefined {
  const value = from.get(id);
  if (value && value.kind !== 'struct') return malformed(what, 'a struct', value);
  return value?.value;
}

/** The list at `id`; empty where absent. */
export function listAt(from: ThriftStruct, id: number, what: string): readonly ThriftValue[] {
  const value = from.get(id);
  if (value && value.kind !== 'list') return malformed(what, 'a list', value);
  return value?.value ?? [];
}

/** The list of structs at `id`; empty where absent. */
export function structsAt(from: ThriftStruct, id: number, what: string): ThriftStruct[] {
  return listAt(from, id, what).map((value) =>
    value.kind === 'struct' ? value.value : malformed(what, 'a list of structs', value),
  );
}

/** The list of texts at `id`; empty where absent. */
export function textsAt(from: ThriftStruct, id: number, what: string): string[] {
  return listAt(from, id, what).map((value) =>
    value.kind === 'binary' ? utf8.decode(value.value) : malformed(what, 'a list of texts', value),
  );
}

type IntegerValue = Extract<ThriftValue, { kind: 'i8' | 'i16' | 'i32' | 'i64' }>;

function isInteger(value: ThriftValue): value is IntegerValue {
  return value.kind === 'i8' || value.kind === 'i16' || value.kind === 'i32' || value.kind === 'i64';
}

function malformed(what: string, rule: string, value?: ThriftValue): never {
  const got = value ? (isInteger(value) ? `${value.kind} ${value.value}` : value.kind) : 'nothing';
  throw new ParquetryError('E_INTEGRITY', `${what} in Parquet metadata must be ${rule}, got ${got}`, {
    hint: 'The file is damaged or not a Parquet file.',
  });
}
