import type { Value } from '../columns/values.ts';
import { parseDate, parseTime } from '../core/calendar.ts';
import { parseDecimal } from '../core/decimal.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Type } from '../core/schema.ts';
import { formatType } from '../core/schema-text.ts';

/**
 * What rows are wanted: the value of a column, by its dotted path, compared with one in its JavaScript form (see `Value`).
 * A null meets no comparison.
 */
export type Condition =
  | { readonly column: string; readonly is: Comparison; readonly value: NonNullable<Value> }
  | { readonly column: string; readonly is: 'in'; readonly values: readonly NonNullable<Value>[] }
  | { readonly column: string; readonly is: 'null' }
  | { readonly column: string; readonly is: 'not null' };

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** A value in an order: that of its column. Bytes compare as unsigned, the shorter first. */
export type Ordered = bigint | number | Uint8Array;

/** As numbers and bigints compare, and bytes by memcmp. Both are of one column, so of one kind. */
export function compareOrdered(a: Ordered, b: Ordered): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Doubles have halves up to here: microseconds until the year 2112. */
const MAX_HALVES = 2 ** 52;
const NANOS = { ms: 1_000_000n, us: 1_000n, ns: 1n } as const;

/** A value of a condition in the order of its column. Throws E_CONFIG if it is none of the column's type. */
export function orderedOf(type: Type, value: NonNullable<Value>, column: string): Ordered {
  const found = tryOrdered(type, value);
  if (found !== undefined) return found;
  const shown = typeof value === 'object' ? JSON.stringify(value) : String(value);
  throw new ParquetryError('E_CONFIG', `a condition on ${column} must compare with ${formatType(type)}, got ${shown}`, {
    hint: 'Give the value in the form that transforms see: bigint for int64, text for decimals and dates.',
  });
}

function tryOrdered(type: Type, value: NonNullable<Value>): Ordered | undefined {
  switch (type.kind) {
    case 'string':
    case 'json':
      return typeof value === 'string' ? Buffer.from(value) : undefined;
    case 'binary':
      return value instanceof Uint8Array ? value : undefined;
    case 'uuid':
      return typeof value === 'string' ? Buffer.from(value.replaceAll('-', ''), 'hex') : undefined;
    case 'bool':
      return typeof value === 'boolean' ? BigInt(value) : undefined;
    case 'float':
    case 'double':
      return typeof value === 'number' ? value : undefined;
    case 'decimal':
      return typeof value === 'string' ? parseDecimal(value, type.precision, type.scale) : undefined;
    case 'date':
      return integerOf(typeof value === 'string' ? parseDate(value) : undefined);
    case 'time':
      return integerOf(typeof value === 'string' ? parseTime(value) : undefined);
    case 'timestamp':
      return timestampOf(type.unit, value);
    case 'list':
    case 'map':
    case 'struct':
      return undefined;
    default:
      return integerOf(value);
  }
}

function integerOf(value: unknown): bigint | undefined {
  return typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value as number) : undefined;
}

/** Numbers are microseconds, bigints nanoseconds. */
function timestampOf(unit: keyof typeof NANOS, value: unknown): Ordered | undefined {
  const integer = integerOf(value);
  if (integer === undefined) return undefined;
  const nanos = typeof value === 'number' ? integer * 1000n : integer;
  const step = NANOS[unit];
  if (nanos % step === 0n) return nanos / step;
  // Between two values of a coarser unit: half way will do, and compares exactly with bigints.
  const below = Number((nanos - (((nanos % step) + step) % step)) / step);
  return Math.abs(below) < MAX_HALVES ? below + 0.5 : undefined;
}
