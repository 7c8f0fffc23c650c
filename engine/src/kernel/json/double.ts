import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import { DOT, FAILED, isDigit, LETTER_E, MINUS, ZERO } from './ascii.ts';
import { skipNumber } from './skip.ts';

/** Powers of ten that are doubles exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Reads a number as the nearest double. Clinger's fast path: a mantissa below 2^53 over a power of ten up to 10^22 is one
 * correctly rounded division. Everything else is left to `Number`. What only infinity could stand for is refused.
 */
export function readDouble(bytes: Buffer, at: number, builder: FixedBuilder): number {
  let p = at;
  let byte = bytes[p]!;
  const negative = byte === MINUS;
  if (negative) byte = bytes[++p]!;
  const first = p;
  let mantissa = 0;
  while (isDigit(byte)) {
    mantissa = mantissa * 10 + (byte - ZERO);
    byte = bytes[++p]!;
  }
  if (p === first || (bytes[first] === ZERO && p > first + 1)) return FAILED;
  let scale = 0;
  if (byte === DOT) {
    const point = p;
    byte = bytes[++p]!;
    while (isDigit(byte)) {
      mantissa = mantissa * 10 + (byte - ZERO);
      byte = bytes[++p]!;
    }
    scale = p - point - 1;
    if (scale === 0) return FAILED;
  }
  if ((byte | 0x20) === LETTER_E || scale > 22 || mantissa > Number.MAX_SAFE_INTEGER) {
    return readLongDouble(bytes, at, builder);
  }
  const value = mantissa / POWERS[scale]!;
  builder.appendNumber(negative ? -value : value);
  return p;
}

/** As `readDouble`, by way of the double: stored as the nearest 32-bit float to it. */
export function readFloat(bytes: Buffer, at: number, builder: FixedBuilder): number {
  const next = readDouble(bytes, at, builder);
  return next >= 0 && Number.isFinite(builder.values[builder.length - 1]) ? next : FAILED;
}

function readLongDouble(bytes: Buffer, at: number, builder: FixedBuilder): number {
  const next = skipNumber(bytes, at);
  if (next < 0) return FAILED;
  const value = Number(bytes.toString('latin1', at, next));
  if (!Number.isFinite(value)) return FAILED;
  builder.appendNumber(value);
  return next;
}
