import { formatDecimal } from '../../core/decimal.ts';

/** How digits that do not fit are dealt with: as people round, as bankers do, or cut off. */
export type Rounding = 'half-up' | 'half-even' | 'down';

interface Unscaled {
  readonly value: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;
/** More digits than any column holds; keeps a hostile text or exponent from costing memory. */
const MAX_DIGITS = 1000;

/**
 * Computes exactly with decimals as texts ("12.50"), as `t.decimal()` takes and gives them. The result of `add`,
 * `subtract` and `multiply` has as many digits after the point as exactness needs; `round` gives a fixed number.
 * A text that is no decimal throws, which costs the record.
 */
export const decimal = {
  add: (a: string, b: string): string => combine(a, b, (x, y) => x + y),
  subtract: (a: string, b: string): string => combine(a, b, (x, y) => x - y),

  multiply(a: string, b: string): string {
    const [x, y] = [read(a), read(b)];
    return formatDecimal(x.value * y.value, x.scale + y.scale);
  },

  /** `a` / `b` to `scale` digits after the point. Throws when `b` is zero. */
  divide(a: string, b: string, scale: number, rounding: Rounding = 'half-up'): string {
    const [x, y] = [read(a), read(b)];
    if (y.value === 0n) throw new RangeError(`decimal.divide: divisor must not be zero, got ${b}`);
    const shift = checkedScale(scale) + y.scale - x.scale;
    const [numerator, denominator] =
      shift >= 0 ? [x.value * 10n ** BigInt(shift), y.value] : [x.value, y.value * 10n ** BigInt(-shift)];
    return formatDecimal(quotient(numerator, denominator, rounding), scale);
  },

  /** Negative, zero or positive, as `Array.sort` wants it; "1.0" and "1" are equal. */
  compare(a: string, b: string): number {
    const [x, y] = aligned(a, b);
    return x.value < y.value ? -1 : x.value > y.value ? 1 : 0;
  },

  /** Exactly `scale` digits after the point. */
  round(a: string, scale: number, rounding: Rounding = 'half-up'): string {
    return decimal.divide(a, '1', scale, rounding);
  },

  /** The shortest decimal that reads back as this number, which is what it prints as; rounded if `scale` is given. */
  fromNumber(number: number, scale?: number): string {
    if (!Number.isFinite(number)) throw new RangeError(`decimal.fromNumber: must be a finite number, got ${number}`);
    const [digits = '', exponent = '0'] = String(number).split('e');
    const { value, scale: places } = read(digits);
    const zeros = Number(exponent) - places;
    const text = zeros >= 0 ? formatDecimal(value * 10n ** BigInt(zeros), 0) : formatDecimal(value, -zeros);
    return scale === undefined ? text : decimal.round(text, scale);
  },

  /** The nearest number; not exact. */
  toNumber(a: string): number {
    read(a);
    return Number(a);
  },
};

function combine(a: string, b: string, operation: (x: bigint, y: bigint) => bigint): string {
  const [x, y] = aligned(a, b);
  return formatDecimal(operation(x.value, y.value), x.scale);
}

function aligned(a: string, b: string): [Unscaled, Unscaled] {
  const [x, y] = [read(a), read(b)];
  const scale = Math.max(x.scale, y.scale);
  return [rescaled(x, scale), rescaled(y, scale)];
}

function rescaled({ value, scale }: Unscaled, to: number): Unscaled {
  return { value: value * 10n ** BigInt(to - scale), scale: to };
}

function read(text: string): Unscaled {
  const match = typeof text === 'string' && text.length <= MAX_DIGITS ? DECIMAL.exec(text) : null;
  if (!match) throw new RangeError(`decimal: must be a text like "-12.50", got ${JSON.stringify(text)?.slice(0, 60)}`);
  const [, sign, whole = '', fraction = ''] = match;
  const value = BigInt(whole + fraction);
  return { value: sign === '-' ? -value : value, scale: fraction.length };
}

function checkedScale(scale: number): number {
  if (Number.isInteger(scale) && scale >= 0 && scale <= MAX_DIGITS) return scale;
  throw new RangeError(`decimal: scale must be an integer from 0 to ${MAX_DIGITS}, got ${scale}`);
}

function quotient(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const cut = numerator / denominator; // towards zero
  const rest = magnitude(numerator % denominator) * 2n;
  const half = magnitude(denominator);
  const away =
    rounding === 'down' ? false : rest > half || (rest === half && (rounding === 'half-up' || cut % 2n !== 0n));
  if (!away) return cut;
  return numerator < 0n === denominator < 0n ? cut + 1n : cut - 1n;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
