import { greatest, least } from './bigints.ts';
import type { Type, TypeOf } from './schema.ts';
import { formatType } from './schema-text.ts';

/** Least and greatest value of an integer type. */
interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const MAX_PRECISION = 38;
const FLOAT_EXACT = 2n ** 24n; // integers up to here are exact as a 32-bit float

const INTEGERS: ReadonlyMap<string, IntegerRange> = new Map([
  ['int8', signed(8n)],
  ['int16', signed(16n)],
  ['int32', signed(32n)],
  ['int', { min: -SAFE, max: SAFE }],
  ['int64', signed(64n)],
  ['uint8', unsigned(8n)],
  ['uint16', unsigned(16n)],
  ['uint32', unsigned(32n)],
  ['uint64', unsigned(64n)],
]);

/** Scalars whose JavaScript value and JSON form are text. */
const TEXTUAL: ReadonlySet<string> = new Set(['string', 'binary', 'date', 'time', 'uuid', 'timestamp']);

/** The values of an integer type; undefined for any other type. */
export function integerRange(type: Type): IntegerRange | undefined {
  return INTEGERS.get(type.kind);
}

/**
 * Whether a place of type `from` may become `to`: int → int64 → double and the like. Whatever fitted still fits, and a table
 * written with the one reads with the other. Integers beyond 2^53 are rounded by a double: the step is allowed, not exact.
 */
export function widensScalar(from: Type, to: Type): boolean {
  const range = integerRange(from);
  if (range) return integerWidens(range, to);
  if (from.kind === 'float') return to.kind === 'double';
  if (from.kind === 'decimal' && to.kind === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === 'timestamp' && to.kind === 'timestamp') {
    return from.utc === to.utc && from.unit === 'ms' && to.unit === 'us';
  }
  return false;
}

/** The narrowest type that takes what either of two different types takes: a wider number, string among texts, else json. */
export function mergeScalars(a: Type, b: Type): Type {
  if (formatType(a) === formatType(b) || widensScalar(b, a)) return a;
  if (widensScalar(a, b)) return b;
  if (isNumeric(a) && isNumeric(b)) return mergeNumbers(a, b);
  if (a.kind === 'timestamp' && b.kind === 'timestamp' && a.utc === b.utc) return { ...a, unit: 'ns' };
  return { kind: TEXTUAL.has(a.kind) && TEXTUAL.has(b.kind) ? 'string' : 'json' };
}

function integerWidens(from: IntegerRange, to: Type): boolean {
  const range = integerRange(to);
  if (range) return range.min <= from.min && from.max <= range.max;
  if (to.kind === 'decimal') return to.precision - to.scale >= digitsOf(from);
  if (to.kind === 'float') return -FLOAT_EXACT <= from.min && from.max <= FLOAT_EXACT;
  return to.kind === 'double';
}

function mergeNumbers(a: Type, b: Type): Type {
  const [rangeA, rangeB] = [integerRange(a), integerRange(b)];
  if (rangeA && rangeB) {
    const both = { min: least(rangeA.min, rangeB.min), max: greatest(rangeA.max, rangeB.max) };
    if (integerWidens(both, { kind: 'int' })) return { kind: 'int' };
    return integerWidens(both, { kind: 'int64' }) ? { kind: 'int64' } : decimalOf(digitsOf(both), 0);
  }
  const [sizeA, sizeB] = [decimalSize(a), decimalSize(b)];
  if (!sizeA || !sizeB) return { kind: 'double' };
  return decimalOf(Math.max(sizeA.whole, sizeB.whole), Math.max(sizeA.scale, sizeB.scale));
}

function decimalSize(type: Type): { whole: number; scale: number } | undefined {
  if (type.kind === 'decimal') return { whole: type.precision - type.scale, scale: type.scale };
  const range = integerRange(type);
  return range && { whole: digitsOf(range), scale: 0 };
}

function decimalOf(whole: number, scale: number): TypeOf<'decimal'> | { readonly kind: 'double' } {
  const precision = whole + scale;
  return precision <= MAX_PRECISION ? { kind: 'decimal', precision, scale } : { kind: 'double' };
}

function isNumeric(type: Type): boolean {
  return INTEGERS.has(type.kind) || type.kind === 'float' || type.kind === 'double' || type.kind === 'decimal';
}

function digitsOf(range: IntegerRange): number {
  return Math.max(range.min.toString().replace('-', '').length, range.max.toString().length);
}

function signed(bits: bigint): IntegerRange {
  return { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

function unsigned(bits: bigint): IntegerRange {
  return { min: 0n, max: 2n ** bits - 1n };
}
