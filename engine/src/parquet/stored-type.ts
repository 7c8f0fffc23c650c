import type { Type } from '../core/schema.ts';
import type { Physical } from './metadata.ts';
import { bool, fieldsOf, i32, struct } from './metadata.ts';
import type { ThriftValue } from './thrift.ts';

/** How a value without children lies in a file: the physical type and the annotations that give it its meaning. */
export interface StoredType {
  readonly physical: Physical;
  /** Bytes a value, of FIXED_LEN_BYTE_ARRAY only. */
  readonly typeLength?: number;
  /** The LogicalType union. */
  readonly logical?: ThriftValue;
  /** The older ConvertedType, where the format gives the logical type one: readers from before 2018 know only this. */
  readonly converted?: number;
  readonly scale?: number;
  readonly precision?: number;
}

/** A type without children. */
export type LeafType = Exclude<Type, { kind: 'list' | 'struct' | 'map' }>;

/** ConvertedType by its number. */
export const CONVERTED = {
  UTF8: 0,
  MAP: 1,
  MAP_KEY_VALUE: 2,
  LIST: 3,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  UINT_8: 11,
  UINT_16: 12,
  UINT_32: 13,
  UINT_64: 14,
  INT_8: 15,
  INT_16: 16,
  INT_32: 17,
  INT_64: 18,
  JSON: 19,
  INTERVAL: 21,
} as const;

/** Members of the LogicalType union by their field id. */
export const LOGICAL = {
  STRING: 1,
  MAP: 2,
  LIST: 3,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME: 7,
  TIMESTAMP: 8,
  INTEGER: 10,
  JSON: 12,
  UUID: 14,
  FLOAT16: 15,
  GEOMETRY: 17,
  GEOGRAPHY: 18,
} as const;

/** Members of the TimeUnit union by their field id. */
export const UNIT = { ms: 1, us: 2, ns: 3 } as const;

/** How the encoder stores a type without children. The physical side is what parquet-wasm makes of its Arrow type. */
export function storedTypeOf(type: LeafType): StoredType {
  switch (type.kind) {
    case 'int':
    case 'int64':
      return { physical: 'INT64' };
    case 'int32':
      return { physical: 'INT32' };
    case 'int8':
      return integer('INT32', 8, true, CONVERTED.INT_8);
    case 'int16':
      return integer('INT32', 16, true, CONVERTED.INT_16);
    case 'uint8':
      return integer('INT32', 8, false, CONVERTED.UINT_8);
    case 'uint16':
      return integer('INT32', 16, false, CONVERTED.UINT_16);
    case 'uint32':
      return integer('INT32', 32, false, CONVERTED.UINT_32);
    case 'uint64':
      return integer('INT64', 64, false, CONVERTED.UINT_64);
    case 'float':
      return { physical: 'FLOAT' };
    case 'double':
      return { physical: 'DOUBLE' };
    case 'bool':
      return { physical: 'BOOLEAN' };
    case 'string':
      return { physical: 'BYTE_ARRAY', logical: union(LOGICAL.STRING), converted: CONVERTED.UTF8 };
    case 'json':
      return { physical: 'BYTE_ARRAY', logical: union(LOGICAL.JSON), converted: CONVERTED.JSON };
    case 'binary':
      return { physical: 'BYTE_ARRAY' };
    case 'uuid':
      return { physical: 'FIXED_LEN_BYTE_ARRAY', typeLength: 16, logical: union(LOGICAL.UUID) };
    case 'date':
      return { physical: 'INT32', logical: union(LOGICAL.DATE), converted: CONVERTED.DATE };
    case 'time':
      // A wall-clock time: the converted type is for times in UTC alone.
      return { physical: 'INT64', logical: moment(LOGICAL.TIME, 'us', false) };
    case 'timestamp':
      return timestamp(type.unit, type.utc);
    case 'decimal':
      return decimal(type.precision, type.scale);
  }
}

/** Bytes that hold every decimal of a precision, as two's complement. */
function decimalBytes(precision: number): number {
  return Math.ceil((Math.log2(10) * precision + 1) / 8);
}

function decimal(precision: number, scale: number): StoredType {
  const annotation = {
    logical: union(
      LOGICAL.DECIMAL,
      fieldsOf([
        [1, i32(scale)],
        [2, i32(precision)],
      ]),
    ),
    converted: CONVERTED.DECIMAL,
    scale,
    precision,
  };
  if (precision <= 9) return { physical: 'INT32', ...annotation };
  if (precision <= 18) return { physical: 'INT64', ...annotation };
  return { physical: 'FIXED_LEN_BYTE_ARRAY', typeLength: decimalBytes(precision), ...annotation };
}

function timestamp(unit: keyof typeof UNIT, utc: boolean): StoredType {
  const converted = { ms: CONVERTED.TIMESTAMP_MILLIS, us: CONVERTED.TIMESTAMP_MICROS, ns: undefined }[unit];
  // Without a zone there is no converted type: old readers would take the wall clock for an instant.
  return { physical: 'INT64', logical: moment(LOGICAL.TIMESTAMP, unit, utc), converted: utc ? converted : undefined };
}

function integer(physical: Physical, bits: number, signed: boolean, converted: number): StoredType {
  const width: ThriftValue = { kind: 'i8', value: bits };
  return {
    physical,
    logical: union(
      LOGICAL.INTEGER,
      fieldsOf([
        [1, width],
        [2, bool(signed)],
      ]),
    ),
    converted,
  };
}

function moment(id: number, unit: keyof typeof UNIT, utc: boolean): ThriftValue {
  return union(
    id,
    fieldsOf([
      [1, bool(utc)],
      [2, union(UNIT[unit])],
    ]),
  );
}

/** A thrift union: a struct with one member set. */
export function union(id: number, value = fieldsOf([])): ThriftValue {
  return struct(fieldsOf([[id, struct(value)]]));
}
