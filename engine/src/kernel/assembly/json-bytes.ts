// Bytes written as text: uuids in hexadecimal, binary in base64. And booleans, which are two words.

import { ALSE, MINUS, QUOTE, TRUE } from './json-ascii';
import { Column, FAILED } from './json-layout';
import { moreRoom } from './json-string';

const EQUALS: u32 = 0x3d;

@inline
export function readBool(p: usize, column: Column): usize {
  const slot = column.length;
  // No branch asks which of the two it is: that is what a processor cannot predict.
  const isTrue = i32(load<u32>(p) == TRUE);
  const isFalse = i32(load<u8>(p) == 0x66) & i32(load<u32>(p, 1) == ALSE);
  if (!(isTrue | isFalse)) return FAILED;
  store<u8>(column.values + slot, isTrue);
  column.length = slot + 1;
  return p + 5 - isTrue;
}

/** Reads 32 hexadecimal digits in five groups, 8-4-4-4-12; either case. */
export function readUuid(p: usize, column: Column): usize {
  if (load<u8>(p) != QUOTE || load<u8>(p, 37) != QUOTE) return FAILED;
  p++;
  if (load<u8>(p, 8) != MINUS || load<u8>(p, 13) != MINUS || load<u8>(p, 18) != MINUS || load<u8>(p, 23) != MINUS) {
    return FAILED;
  }
  const front = i8x16.shuffle(v128.load(p), v128.load(p, 16), 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17);
  const back = i8x16.shuffle(v128.load(p, 19), v128.load(p, 35), 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  if (!i8x16.all_true(v128.and(isHex(front), isHex(back)))) return FAILED;
  const bytes = i8x16.narrow_i16x8_u(hexPairs(front), hexPairs(back));
  const slot = column.length;
  v128.store(column.values + (slot << 4), bytes);
  column.length = slot + 1;
  return p + 37;
}

/** Ones in the bytes that are hexadecimal digits. */
@inline
function isHex(text: v128): v128 {
  const digits = i8x16.le_u(i8x16.sub(text, i8x16.splat(0x30)), i8x16.splat(9));
  const letters = i8x16.le_u(i8x16.sub(v128.or(text, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(5));
  return v128.or(digits, letters);
}

/** The byte that each two digits stand for, in eight 16-bit lanes. */
@inline
function hexPairs(text: v128): v128 {
  const digits = i8x16.sub(text, i8x16.splat(0x30));
  const letters = i8x16.sub(v128.or(text, i8x16.splat(0x20)), i8x16.splat(0x57));
  const nibbles = v128.bitselect(digits, letters, i8x16.le_u(digits, i8x16.splat(9)));
  const pairs = v128.or(i16x8.shl(nibbles, 4), i16x8.shr_u(nibbles, 8));
  return v128.and(pairs, i16x8.splat(0xff));
}

/** Reads padded base64 (RFC 4648, section 4) as the bytes it stands for. Escapes are left to the twin. */
export function readBinary(p: usize, column: Column): usize {
  if (load<u8>(p) != QUOTE) return FAILED;
  let to = column.data + column.dataEnd;
  for (p++; load<u8>(p) != QUOTE; p += 4) {
    if (to + 4 > column.data + column.dataCapacity) {
      to = moreRoom(column, to, 4);
      if (!to) return FAILED;
    }
    const a = base64Digit(load<u8>(p));
    const b = base64Digit(load<u8>(p, 1));
    let c = base64Digit(load<u8>(p, 2));
    let d = base64Digit(load<u8>(p, 3));
    const padding = endsPadded(p);
    if (padding) {
      d = 0;
      if (padding == 2) c = 0;
    }
    if ((a | b | c | d) > 63) return FAILED;
    const word = (a << 18) | (b << 12) | (c << 6) | d;
    store<u32>(to, bswap(word << 8));
    to += 3 - padding;
  }
  const slot = column.length;
  const end = <i32>(to - column.data);
  store<i32>(column.values + (slot << 2), end, 4);
  column.dataEnd = end;
  column.length = slot + 1;
  return p + 1;
}

/** How many signs of padding the four at `p` end with, if the string ends there. */
@inline
function endsPadded(p: usize): u32 {
  if (load<u8>(p, 3) != EQUALS || load<u8>(p, 4) != QUOTE) return 0;
  return load<u8>(p, 2) == EQUALS ? 2 : 1;
}

function base64Digit(byte: u32): u32 {
  if (byte - 0x41 < 26) return byte - 0x41;
  if (byte - 0x61 < 26) return byte - 0x61 + 26;
  if (byte - 0x30 < 10) return byte - 0x30 + 52;
  if (byte == 0x2b) return 62;
  return byte == 0x2f ? 63 : 64;
}
