// Doubles, correctly rounded. Up to 19 significant digits: by one exact division (Clinger) or by one or two multiplications with
// a 128-bit power of five (Eisel and Lemire, "Number parsing at a gigabyte per second", 2021). The few numbers that neither
// decides, more digits, subnormals and what overflows are left to the twin.

import { DOT, isDigit, LETTER_E, MINUS, ZERO } from './json-ascii';
import { digitsEnd, digitsValue, leadingDigits, loadDigits, loadSigned, readDigits, setDigitsEnd, skipZeros, smallPower } from './json-digits';
import { Column, DOUBLE, FAILED } from './json-layout';
import { highProduct } from './json-wide';

const MAX_DIGITS: usize = 19;
const MAX_SAFE_MANTISSA: u64 = 1 << 53;
const MAX_EXACT_POWER: i32 = 22;
/** Powers of five in the table that `powers-of-five.ts` fills. */
const MIN_POWER: i32 = -342;
const MAX_POWER: i32 = 308;
const UNDECIDED: u64 = 0xffff_ffff_ffff_ffff;

const EXACT_POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

/** 5^q for q from MIN_POWER to MAX_POWER: its highest 128 bits, first the higher 64 and then the lower. */
let powersOfFive: usize = 0;

/** Where the table lies; called once, before any scan. */
export function setPowersOfFive(table: usize): void {
  powersOfFive = table;
}

/** Reads a number as the nearest double, or as the nearest float to that. */
@inline
export function readDouble(p: usize, column: Column): usize {
  const isNegative = load<u8>(p) == MINUS;
  const first = p + usize(isNegative);
  const word = loadSigned(p, isNegative);
  const count = leadingDigits(word);
  if (!count) return FAILED;
  let mantissa = digitsValue(word, count);
  p = first + count;
  if (count == 8) {
    mantissa = readDigits(p, mantissa);
    p = digitsEnd;
  }
  let digits = p - first;
  if (load<u8>(first) == ZERO && digits > 1) return FAILED;
  let exponent: i32 = 0;
  if (load<u8>(p) == DOT) {
    const fraction = p + 1;
    const fractionWord = loadDigits(fraction);
    const fractionCount = leadingDigits(fractionWord);
    if (!fractionCount) return FAILED;
    mantissa = mantissa * smallPower(fractionCount) + digitsValue(fractionWord, fractionCount);
    p = fraction + fractionCount;
    if (fractionCount == 8) {
      mantissa = readDigits(p, mantissa);
      p = digitsEnd;
    }
    exponent = <i32>(fraction - p);
    digits += p - fraction;
  }
  if (digits > MAX_DIGITS && significantDigits(first, p) > MAX_DIGITS) return FAILED;
  if ((<u32>load<u8>(p) | 0x20) == LETTER_E) {
    exponent += readExponent(p + 1);
    p = digitsEnd;
    if (!p) return FAILED;
  }
  const value =
    exponent <= 0 && exponent >= -MAX_EXACT_POWER && mantissa <= MAX_SAFE_MANTISSA
      ? <f64>mantissa / load<f64>(EXACT_POWERS + (-exponent << 3))
      : scaled(mantissa, exponent);
  // A choice between two numbers would be a branch here, on what is random in coordinates and the like.
  const signed = reinterpret<f64>(reinterpret<u64>(value) | (u64(isNegative) << 63));
  return append(column, signed) ? p : FAILED;
}

@inline
function append(column: Column, value: f64): bool {
  const slot = column.length;
  if (column.kind == DOUBLE) {
    if (value != value) return false;
    store<f64>(column.values + (slot << 3), value);
  } else {
    const rounded = <f32>value;
    if (!isFinite(rounded)) return false;
    store<f32>(column.values + (slot << 2), rounded);
  }
  column.length = slot + 1;
  return true;
}

/** Digits from the first that is no zero on, the point not counted. */
function significantDigits(first: usize, end: usize): usize {
  let p = skipZeros(first);
  const isFraction = load<u8>(p) == DOT;
  if (isFraction) return end - skipZeros(p + 1);
  const digits = end - p;
  for (; p < end; p++) if (load<u8>(p) == DOT) return digits - 1;
  return digits;
}

/** The exponent at `p`, after its `e`. Sets `digitsEnd`, to 0 if there is none or it is absurd. */
function readExponent(p: usize): i32 {
  const sign: u32 = load<u8>(p);
  if (sign == MINUS || sign == 0x2b) p++;
  const exponent = <i32>readDigits(p, 0);
  if (digitsEnd == p || digitsEnd - p > 8) setDigitsEnd(0);
  return sign == MINUS ? -exponent : exponent;
}

/** mantissa × 10^exponent, correctly rounded; NaN where that is not decided here. */
function scaled(mantissa: u64, exponent: i32): f64 {
  if (mantissa == 0) return 0;
  if (exponent < MIN_POWER || exponent > MAX_POWER) return NaN;
  const shift = clz(mantissa);
  const bits = eiselLemire(mantissa << shift, <i32>shift, exponent);
  return bits == UNDECIDED ? NaN : reinterpret<f64>(bits);
}

/** Bits of the double nearest to w × 2^-shift × 10^q, for a `w` whose highest bit is set. */
function eiselLemire(w: u64, shift: i32, q: i32): u64 {
  const power = powersOfFive + ((q - MIN_POWER) << 4);
  let high = highProduct(w, load<u64>(power));
  let low = w * load<u64>(power);
  if ((high & 0x1ff) == 0x1ff) {
    // The bits that decide might be changed by what the lower half of the power adds.
    const carry = highProduct(w, load<u64>(power, 8));
    low += carry;
    if (low < carry) high++;
  }
  if (low == 0xffff_ffff_ffff_ffff && (q < -27 || q > 55)) return UNDECIDED;
  const upper = <i32>(high >>> 63);
  const cut = upper + 9; // leaves 54 bits: those of the mantissa, and the one that rounds
  let mantissa = high >>> cut;
  let exponent = (((152_170 + 65_536) * q) >> 16) + 63 + upper - shift + 1023;
  if (exponent <= 0) return UNDECIDED;
  // Exactly half way between two doubles: to the even one. Otherwise the lowest bit says up.
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << cut == high) mantissa &= ~1;
  mantissa = (mantissa + (mantissa & 1)) >>> 1;
  if (mantissa >= <u64>1 << 53) {
    mantissa = <u64>1 << 52;
    exponent++;
  }
  return exponent >= 0x7ff ? UNDECIDED : (mantissa & ~(<u64>1 << 52)) | (<u64>exponent << 52);
}
