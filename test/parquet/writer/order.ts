import type { Value } from '../../../engine/src/columns/values.ts';
import { parseDate, parseTime } from '../../../engine/src/core/calendar.ts';
import { parseDecimal } from '../../../engine/src/core/decimal.ts';
import type { Type } from '../../../engine/src/core/schema.ts';

/** What the values of a column are ordered by: numbers as such, everything else by its bytes. */
export type Key = bigint | number | Buffer;

/** By the order that the format gives a type (parquet.thrift, ColumnOrder). */
export function compareKeys(a: Key, b: Key): number {
  if (a instanceof Buffer) return Buffer.compare(a, b as Buffer);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The key of a value that is not null. */
export function keyOf(type: Type, value: Value): Key {
  switch (type.kind) {
    case 'float':
    case 'double':
      return value as number;
    case 'string':
    case 'json':
      return Buffer.from(value as string);
    case 'binary':
      return Buffer.from(value as Uint8Array);
    case 'uuid':
      return Buffer.from((value as string).replaceAll('-', ''), 'hex');
    case 'decimal':
      return parseDecimal(value as string, type.precision, type.scale);
    case 'date':
      return BigInt(parseDate(value as string)!);
    case 'time':
      return BigInt(parseTime(value as string)!);
    case 'timestamp':
      return type.unit === 'ms' ? BigInt(value as number) / 1000n : BigInt(value as number);
    default:
      return BigInt(value as number);
  }
}

/** The key that a bound's bytes stand for: one value in the plain encoding, without a length. */
export function boundKey(type: Type, bytes: Uint8Array): Key {
  const bound = Buffer.from(bytes);
  switch (type.kind) {
    case 'float':
      return bound.readFloatLE();
    case 'double':
      return bound.readDoubleLE();
    case 'string':
    case 'json':
    case 'binary':
    case 'uuid':
      return bound;
    case 'bool':
      return BigInt(bound.readUInt8());
    case 'decimal':
      if (type.precision > 18) return BigInt.asIntN(bound.length * 8, BigInt(`0x${bound.toString('hex')}`));
      return integerKey(bound, true);
    default:
      return integerKey(bound, !type.kind.startsWith('uint'));
  }
}

function integerKey(bound: Buffer, isSigned: boolean): bigint {
  if (bound.length === 4) return BigInt(isSigned ? bound.readInt32LE() : bound.readUInt32LE());
  return isSigned ? bound.readBigInt64LE() : bound.readBigUInt64LE();
}
