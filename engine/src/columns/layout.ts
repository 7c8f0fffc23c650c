import type { Type } from '../core/schema.ts';
import type { FixedValues } from './column.ts';

/** How a type lies in memory; see `Column`. */
export type Layout = 'fixed' | 'int64' | 'bool' | 'bytes' | 'bytes16' | 'list' | 'struct' | 'map';

/** `int64` is set apart from `fixed` because its arrays hold bigint, which must stay off the hot path. */
export function layoutOf(type: Type): Layout {
  switch (type.kind) {
    case 'int':
    case 'int64':
    case 'uint64':
    case 'time':
    case 'timestamp':
      return 'int64';
    case 'string':
    case 'json':
    case 'binary':
      return 'bytes';
    case 'decimal':
    case 'uuid':
      return 'bytes16';
    case 'bool':
    case 'list':
    case 'struct':
    case 'map':
      return type.kind;
    default:
      return 'fixed';
  }
}

/** Arrays whose elements are numbers. */
export type NumberValues = Exclude<FixedValues, BigInt64Array | BigUint64Array>;

/** A new array for `length` values of a type of layout `fixed`. */
export function fixedArray(type: Type, length: number): NumberValues {
  switch (type.kind) {
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint8':
      return new Uint8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'float':
      return new Float32Array(length);
    case 'double':
      return new Float64Array(length);
    default: // int32; date: days
      return new Int32Array(length);
  }
}
