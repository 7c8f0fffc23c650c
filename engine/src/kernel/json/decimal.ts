import type { Bytes16Builder } from '../../columns/builders/bytes16.ts';
import { parseDecimal } from '../../core/decimal.ts';
import type { TypeOf } from '../../core/schema.ts';
import { DOT, FAILED, isDigit, LETTER_E, MINUS, QUOTE, ZERO } from './ascii.ts';
import { skipNumber, skipString } from './skip.ts';
import { textOf } from './string.ts';

/** Reads a decimal from a number or from a string, exactly. */
export function readDecimal(bytes: Buffer, at: number, builder: Bytes16Builder): number {
  const type = builder.type as TypeOf<'decimal'>;
  const next = readShort(bytes, at, builder, type);
  if (next >= 0) return next;
  const quoted = bytes[at] === QUOTE;
  const end = quoted ? skipString(bytes, at) : skipNumber(bytes, at);
  if (end < 0) return FAILED;
  try {
    const text = quoted ? textOf(bytes, at)! : bytes.toString('latin1', at, end);
    builder.appendBigInt(parseDecimal(text, type.precision, type.scale));
    return end;
  } catch {
    return FAILED;
  }
}

/** Up to 15 significant digits with no more of a fraction than the type has: no text, no exact arithmetic needed. */
function readShort(bytes: Buffer, at: number, builder: Bytes16Builder, type: TypeOf<'decimal'>): number {
  const quoted = bytes[at] === QUOTE;
  const start = quoted ? at + 1 : at;
  let p = bytes[start] === MINUS ? start + 1 : start;
  const first = p;
  let unscaled = 0;
  for (; isDigit(bytes[p]!); p++) unscaled = unscaled * 10 + (bytes[p]! - ZERO);
  if (p === first || (bytes[first] === ZERO && p > first + 1)) return FAILED;
  let missing = type.scale;
  if (bytes[p] === DOT) {
    const point = p++;
    for (; isDigit(bytes[p]!); p++) unscaled = unscaled * 10 + (bytes[p]! - ZERO);
    missing -= p - point - 1;
    if (p === point + 1) return FAILED;
  }
  if (missing < 0 || missing > 15 || (bytes[p]! | 0x20) === LETTER_E || (quoted && bytes[p] !== QUOTE)) return FAILED;
  const value = unscaled * 10 ** missing;
  if (value >= 10 ** Math.min(type.precision, 15)) return FAILED;
  appendSafe(builder, first > start ? -value : value);
  return quoted ? p + 1 : p;
}

/** Appends a safe integer as 128 bits. */
function appendSafe(builder: Bytes16Builder, value: number): void {
  if (builder.length === builder.capacity) builder.grow();
  const { words } = builder;
  const at = builder.length++ * 4;
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / 0x1_0000_0000);
  words[at + 2] = value < 0 ? -1 : 0;
  words[at + 3] = value < 0 ? -1 : 0;
}
