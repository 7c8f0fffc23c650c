import type { Column } from '../../columns/column.ts';
import { timestampText } from '../../columns/scalar-text.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { TypeOf } from '../../core/schema.ts';

/** 64-bit values as pairs of words, low and high, which cost a tenth of going by bigint. */
export function wordsOf({ values, length }: Column): Int32Array<ArrayBuffer> {
  const { buffer, byteOffset } = values as BigInt64Array<ArrayBuffer>;
  return new Int32Array(buffer, byteOffset, length * 2);
}

/** Throws E_RECORD for an int beyond 2^53. */
export function refuseInt(words: Int32Array, row: number, path: string): never {
  throw unreadable(path, 'an integer within ±(2^53 - 1)', String(exactAt(words, row)), 'int64');
}

/**
 * The microseconds of a timestamp beyond 2^53 of them: the year 9999 is, but its whole seconds are exact as numbers all the
 * same. Throws E_RECORD where a number would have to round.
 */
export function farTimestamp(words: Int32Array, row: number, { type, path }: TimestampPlace): number {
  const stored = exactAt(words, row);
  const exact = type.unit === 'ms' ? stored * 1000n : stored;
  const value = Number(exact);
  if (BigInt(value) === exact) return value;
  throw unreadable(path, 'exact as a number of microseconds', timestampText(type, stored), 'timestamp(ns)');
}

/** What messages about a timestamp tell. */
export interface TimestampPlace {
  readonly type: TypeOf<'timestamp'>;
  readonly path: string;
}

function exactAt(words: Int32Array, row: number): bigint {
  return (BigInt(words[2 * row + 1]!) << 32n) | BigInt(words[2 * row]! >>> 0);
}

function unreadable(field: string, wanted: string, got: string, better: string): ParquetryError {
  return new ParquetryError('E_RECORD', `${field} must be ${wanted}, got ${got}`, {
    hint: `Declare ${field} as ${better} in the input schema: that is a bigint in JavaScript.`,
    details: { field },
  });
}
