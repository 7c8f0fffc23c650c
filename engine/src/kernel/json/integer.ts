import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import { parseDecimal } from '../../core/decimal.ts';
import { DOT, FAILED, isDigit, LETTER_E, MINUS, ZERO } from './ascii.ts';
import { skipNumber } from './skip.ts';

/** Integers of up to this many digits are safe whatever their digits are. */
const SAFE_DIGITS = 15;
const BILLION = 1_000_000_000;

/** Where the number that `parse` read ends. Valid until the next call; the value itself is what it returns. */
let after = 0;

/** Reads a whole number within ±(2^53 − 1). `1.0` and `1e3` are whole. */
export function readInt(bytes: Buffer, at: number, builder: Int64Builder): number {
  const next = readShortInt(bytes, at, builder);
  if (next >= 0) return next;
  const value = parse(bytes, at);
  if (!Number.isSafeInteger(value)) return FAILED;
  builder.appendNumber(value);
  return after;
}

/** Reads a whole number within the bounds of a narrower type. */
export function readSmallInt(bytes: Buffer, at: number, builder: FixedBuilder, min: number, max: number): number {
  const value = parse(bytes, at);
  if (!(value >= min && value <= max)) return FAILED;
  builder.appendNumber(value);
  return after;
}

/** Reads a whole number within the 64 bits of int64. */
export function readInt64(bytes: Buffer, at: number, builder: Int64Builder): number {
  const next = readShortInt(bytes, at, builder);
  if (next >= 0) return next;
  const digits = countDigits(bytes, at);
  if (digits <= SAFE_DIGITS) return readInt(bytes, at, builder);
  return digits <= 19 ? readLongInt(bytes, at, builder, digits) : readAnyInt(bytes, at, builder);
}

/** Reads a whole number within the 64 bits of uint64. */
export function readUint64(bytes: Buffer, at: number, builder: Int64Builder): number {
  const digits = countDigits(bytes, at);
  if (bytes[at] !== MINUS && digits > SAFE_DIGITS && digits <= 19) return readLongInt(bytes, at, builder, digits);
  return readAnyInt(bytes, at, builder);
}

/**
 * Appends `high * 10^9 + low` exactly without bigint. `high` is in [0, 2^34), `low` in [0, 10^9); the result is cut to 64
 * bits. The halves of `high` are multiplied apart, so that every intermediate stays below 2^53.
 */
export function appendBillions(builder: Int64Builder, high: number, low: number): void {
  const upper = Math.floor(high / 0x10000) * BILLION;
  const lower = (high % 0x10000) * BILLION + low + (upper % 0x10000) * 0x10000;
  builder.appendWords(lower | 0, Math.floor(upper / 0x10000) + Math.floor(lower / 0x1_0000_0000));
}

/** Up to nine digits and nothing else, which most numbers are: 32-bit arithmetic. */
function readShortInt(bytes: Buffer, at: number, builder: Int64Builder): number {
  let p = at;
  let byte = bytes[p]!;
  if (byte === MINUS) byte = bytes[++p]!;
  const first = p;
  let value = 0;
  while (isDigit(byte) && p - first < 9) {
    value = value * 10 + (byte - ZERO);
    byte = bytes[++p]!;
  }
  const isWhole = p > first && !isDigit(byte) && !isFractional(byte);
  if (!isWhole || (bytes[first] === ZERO && p > first + 1)) return FAILED;
  const signed = first > at ? -value | 0 : value;
  builder.appendWords(signed, signed >> 31);
  return p;
}

/** 16 to 19 digits, ids of the snowflake kind: two halves instead of a bigint. */
function readLongInt(bytes: Buffer, at: number, builder: Int64Builder, digits: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  const end = first + digits;
  if (isFractional(bytes[end]!)) return readAnyInt(bytes, at, builder);
  if (bytes[first] === ZERO) return FAILED;
  const high = digitsValue(bytes, first, end - 9);
  const low = digitsValue(bytes, end - 9, end);
  // 2^63 is 9223372036 * 10^9 + 854775808: the edge itself is left to the exact path.
  if (first > at || (high >= 9_223_372_036 && builder.type.kind !== 'uint64')) return readAnyInt(bytes, at, builder);
  appendBillions(builder, high, low);
  return end;
}

/** Any whole number, exactly, if the builder's type holds it. */
function readAnyInt(bytes: Buffer, at: number, builder: Int64Builder): number {
  const end = skipNumber(bytes, at);
  if (end < 0) return FAILED;
  const value = wholeNumber(bytes.toString('latin1', at, end));
  const fitted = value && (builder.type.kind === 'uint64' ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value));
  if (value === undefined || fitted !== value) return FAILED;
  builder.appendBigInt(value);
  return end;
}

/** A whole number as a number, NaN where there is none or it needs more than 16 digits; sets `after`. */
function parse(bytes: Buffer, at: number): number {
  let p = at;
  let byte = bytes[p]!;
  if (byte === MINUS) byte = bytes[++p]!;
  const first = p;
  let value = 0;
  while (isDigit(byte)) {
    value = value * 10 + (byte - ZERO);
    byte = bytes[++p]!;
  }
  if (p === first || (bytes[first] === ZERO && p > first + 1)) return Number.NaN;
  after = p;
  if (isFractional(byte)) return parseFractional(bytes, at);
  return first > at ? -value : value;
}

function parseFractional(bytes: Buffer, at: number): number {
  after = skipNumber(bytes, at);
  const value = after < 0 ? undefined : wholeNumber(bytes.toString('latin1', at, after));
  return value === undefined ? Number.NaN : Number(value);
}

function isFractional(byte: number): boolean {
  return byte === DOT || (byte | 0x20) === LETTER_E;
}

function countDigits(bytes: Buffer, at: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  let p = first;
  while (isDigit(bytes[p]!)) p++;
  return p - first;
}

function digitsValue(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let p = start; p < end; p++) value = value * 10 + (bytes[p]! - ZERO);
  return value;
}

/** A JSON number as a whole number, exactly; undefined if it has a fraction or is far out of range. */
function wholeNumber(text: string): bigint | undefined {
  try {
    return parseDecimal(text, 38, 0);
  } catch {
    return undefined;
  }
}
