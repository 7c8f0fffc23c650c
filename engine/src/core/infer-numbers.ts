import { greatest, least } from './bigints.ts';
import { parseDecimal } from './decimal.ts';

/** What is known of all numbers at one place. */
export interface NumberFacts {
  /** Written without a point and without an exponent, all of them. */
  readonly integers: boolean;
  /** Of the numbers without a fraction, however written. */
  readonly min: bigint;
  readonly max: bigint;
  /** Most digits before and after the point: what a decimal must have to hold them all. */
  readonly wholeDigits: number;
  readonly fractionDigits: number;
  /** A double holds them all, if rounded: none is as large as 1e309. */
  readonly inDoubleRange: boolean;
}

const PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const MAX_DIGITS = 400; // more than a double reaches; keeps a hostile 1e999999999 cheap

const SHORT_INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

/** Facts of one number by its JSON text. */
export function numberFacts(digits: string): NumberFacts {
  return SHORT_INTEGER.test(digits) ? integerFacts(digits) : anyFacts(digits);
}

/** Of the most frequent kind, for less. */
function integerFacts(digits: string): NumberFacts {
  const value = BigInt(digits);
  const wholeDigits = value === 0n ? 0 : digits.length - (value < 0n ? 1 : 0);
  return { integers: true, min: value, max: value, wholeDigits, fractionDigits: 0, inDoubleRange: true };
}

function anyFacts(digits: string): NumberFacts {
  const [, whole = '', fraction = '', exponent = '0'] = PARTS.exec(digits) ?? [];
  const zero = /^0*$/.test(whole + fraction);
  const shift = Math.max(-MAX_DIGITS, Math.min(MAX_DIGITS, Number(exponent)));
  const wholeDigits = zero ? 0 : Math.max(0, leadingDigits(whole, fraction) + shift);
  const fractionDigits = zero ? 0 : Math.max(0, trailingDigits(whole, fraction) - shift);
  const value = fractionDigits === 0 && wholeDigits <= MAX_DIGITS ? parseDecimal(digits, MAX_DIGITS, 0) : 0n;
  return {
    integers: /^-?\d+$/.test(digits),
    min: value,
    max: value,
    wholeDigits,
    fractionDigits,
    inDoubleRange: Number.isFinite(Number(digits)),
  };
}

/** Facts of the numbers of two sets together. */
export function mergeNumberFacts(a: NumberFacts, b: NumberFacts): NumberFacts {
  return {
    integers: a.integers && b.integers,
    min: least(a.min, b.min),
    max: greatest(a.max, b.max),
    wholeDigits: Math.max(a.wholeDigits, b.wholeDigits),
    fractionDigits: Math.max(a.fractionDigits, b.fractionDigits),
    inDoubleRange: a.inDoubleRange && b.inDoubleRange,
  };
}

/** Digits before the point, leading zeros left out; negative where the fraction begins with zeros (0.005 → −2). */
function leadingDigits(whole: string, fraction: string): number {
  const digits = whole.replace(/^0+/, '').length;
  return digits > 0 ? digits : -/^0*/.exec(fraction)![0].length;
}

/** Digits after the point, trailing zeros left out; negative where the whole part ends in zeros (100 → −2). */
function trailingDigits(whole: string, fraction: string): number {
  const digits = fraction.replace(/0+$/, '').length;
  return digits > 0 ? digits : -/0*$/.exec(whole)![0].length;
}
