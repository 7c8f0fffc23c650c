// Strings: copied 16 bytes at a time into the column's data, escapes resolved. What UTF-8 cannot hold is left to the twin.

import { BACKSLASH, hexDigit, QUOTE, specialBytes } from './json-ascii';
import { reserveData } from './json-columns';
import { Column, FAILED } from './json-layout';

const LETTER_U: u32 = 0x75;
/** What the longest escape stands for. */
const MAX_ESCAPED_BYTES: usize = 4;

/** Reads a string; the slot it goes to exists. That its bytes are UTF-8 was checked for the body. */
@inline
export function readString(p: usize, column: Column): usize {
  if (load<u8>(p) != QUOTE) return FAILED;
  let to = column.data + column.dataEnd;
  let limit = column.data + column.dataCapacity;
  let special = 0;
  p++;
  while (true) {
    if (to >= limit) {
      to = moreRoom(column, to, 16);
      if (!to) return FAILED;
      limit = column.data + column.dataCapacity;
    }
    const bytes = v128.load(p);
    v128.store(to, bytes); // what is copied too much is overwritten by the next value
    special = specialBytes(bytes);
    if (special) break;
    p += 16;
    to += 16;
  }
  const plain = ctz(special);
  p += plain;
  to += plain;
  if (load<u8>(p) != QUOTE) return readEscaped(p, to, column);
  endString(column, to);
  return p + 1;
}

/** Reads on from the first byte that does not stand for itself. */
function readEscaped(p: usize, to: usize, column: Column): usize {
  while (true) {
    const byte: u32 = load<u8>(p);
    if (byte == QUOTE) break;
    if (byte != BACKSLASH) return FAILED;
    if (to + MAX_ESCAPED_BYTES > column.data + column.dataCapacity) {
      to = moreRoom(column, to, MAX_ESCAPED_BYTES);
      if (!to) return FAILED;
    }
    const letter: u32 = load<u8>(p, 1);
    if (letter == LETTER_U) {
      const code = codePointAt(p);
      if (code < 0) return FAILED;
      to = writeUtf8(to, code);
      p += code > 0xffff ? 12 : 6;
    } else {
      const meaning = escapeMeaning(letter);
      if (!meaning) return FAILED;
      store<u8>(to++, meaning);
      p += 2;
    }
    while (true) {
      if (to >= column.data + column.dataCapacity) {
        to = moreRoom(column, to, 16);
        if (!to) return FAILED;
      }
      const bytes = v128.load(p);
      v128.store(to, bytes);
      const special = specialBytes(bytes);
      const plain = special ? ctz(special) : 16;
      p += plain;
      to += plain;
      if (special) break;
    }
  }
  endString(column, to);
  return p + 1;
}

/** Ends the slot whose bytes reach up to `to`. */
@inline
function endString(column: Column, to: usize): void {
  const slot = column.length;
  const end = <i32>(to - column.data);
  store<i32>(column.values + (slot << 2), end, 4);
  column.dataEnd = end;
  column.length = slot + 1;
}

/** Makes room for `bytes` more behind `to`; answers where `to` is then, 0 if there is no memory. */
export function moreRoom(column: Column, to: usize, bytes: usize): usize {
  const used = to - column.data;
  return reserveData(column, used, used + bytes) ? column.data + used : 0;
}

/** Byte that a one-letter escape stands for, 0 if there is no such escape. */
export function escapeMeaning(letter: u32): u32 {
  switch (letter) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
      return letter;
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
    default:
      return 0;
  }
}

/** The code point of the `\u` escape at `p`, both halves of a surrogate pair together; negative if there is none. */
function codePointAt(p: usize): i32 {
  const unit = hex4(p + 2);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit > 0xdbff || load<u8>(p, 6) != BACKSLASH || load<u8>(p, 7) != LETTER_U) return -1;
  const low = hex4(p + 8);
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : -1;
}

/** Four hexadecimal digits, negative if they are not. */
export function hex4(p: usize): i32 {
  const a = hexDigit(load<u8>(p));
  const b = hexDigit(load<u8>(p, 1));
  const c = hexDigit(load<u8>(p, 2));
  const d = hexDigit(load<u8>(p, 3));
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

function writeUtf8(to: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(to, code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, 0xc0 | (code >> 6));
    store<u8>(to, 0x80 | (code & 63), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, 0xe0 | (code >> 12));
    store<u8>(to, 0x80 | ((code >> 6) & 63), 1);
    store<u8>(to, 0x80 | (code & 63), 2);
    return to + 3;
  }
  store<u8>(to, 0xf0 | (code >> 18));
  store<u8>(to, 0x80 | ((code >> 12) & 63), 1);
  store<u8>(to, 0x80 | ((code >> 6) & 63), 2);
  store<u8>(to, 0x80 | (code & 63), 3);
  return to + 4;
}
