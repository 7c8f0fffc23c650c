// Values that no column takes apart: unknown members, and json. Checked against the whole grammar.

import { BACKSLASH, COLON, COMMA, DOT, isDigit, LETTER_E, MINUS, NULL, ALSE, OPEN_LIST, OPEN_OBJECT, QUOTE, skipSpace, specialBytes, TRUE, ZERO } from './json-ascii';
import { FAILED } from './json-layout';
import { escapeMeaning, hex4 } from './json-string';

/** Deeper values are left to the twin. What is open is kept in the bits of a word. */
const MAX_DEPTH: i32 = 60;

/** Position after the value at `p`; FAILED if it breaks the grammar or is nested too deep for this scanner. */
export function skipValue(p: usize): usize {
  let depth = 0;
  let objects: u64 = 0; // the lowest bit: is the innermost open container an object?
  while (true) {
    const first: u32 = load<u8>(p);
    if (first == OPEN_OBJECT || first == OPEN_LIST) {
      if (++depth > MAX_DEPTH) return FAILED;
      objects = (objects << 1) | u64(first == OPEN_OBJECT);
      p = skipSpace(p + 1);
      if (<u32>load<u8>(p) != first + 2) { // as ASCII has it: [ and ], { and }
        if (first == OPEN_OBJECT) p = skipKey(p);
        if (!p) return FAILED;
        continue;
      }
    } else {
      p = skipScalar(p, first);
      if (!p || !depth) return p;
      p = skipSpace(p);
    }
    while (<u32>load<u8>(p) == (objects & 1 ? <u32>0x7d : <u32>0x5d)) {
      p++;
      objects >>= 1;
      if (--depth == 0) return p;
      p = skipSpace(p);
    }
    if (load<u8>(p) != COMMA) return FAILED;
    p = skipSpace(p + 1);
    if (objects & 1) p = skipKey(p);
    if (!p) return FAILED;
  }
}

/** Position of the value after the key at `p` and its colon. */
function skipKey(p: usize): usize {
  if (load<u8>(p) != QUOTE) return FAILED;
  p = skipString(p);
  if (!p) return FAILED;
  p = skipSpace(p);
  return load<u8>(p) == COLON ? skipSpace(p + 1) : FAILED;
}

function skipScalar(p: usize, first: u32): usize {
  if (first == QUOTE) return skipString(p);
  if (first == MINUS || isDigit(first)) return skipNumber(p);
  const word = load<u32>(p);
  if (word == NULL || word == TRUE) return p + 4;
  return first == 0x66 && load<u32>(p, 1) == ALSE ? p + 5 : FAILED;
}

/** Position after the string whose opening quote is at `p`. */
export function skipString(p: usize): usize {
  p++;
  while (true) {
    const special = specialBytes(v128.load(p));
    if (!special) {
      p += 16;
      continue;
    }
    p += ctz(special);
    const byte: u32 = load<u8>(p);
    if (byte == QUOTE) return p + 1;
    if (byte != BACKSLASH) return FAILED;
    if (load<u8>(p, 1) == 0x75) {
      if (hex4(p + 2) < 0) return FAILED;
      p += 6;
    } else if (escapeMeaning(load<u8>(p, 1))) p += 2;
    else return FAILED;
  }
}

/** Position after the number at `p`. */
function skipNumber(p: usize): usize {
  if (load<u8>(p) == MINUS) p++;
  if (!isDigit(load<u8>(p))) return FAILED;
  if (load<u8>(p) == ZERO) {
    p++;
    if (isDigit(load<u8>(p))) return FAILED;
  } else p = skipDigits(p);
  if (load<u8>(p) == DOT) {
    if (!isDigit(load<u8>(++p))) return FAILED;
    p = skipDigits(p);
  }
  if ((<u32>load<u8>(p) | 0x20) == LETTER_E) {
    p++;
    if (load<u8>(p) == 0x2b || load<u8>(p) == MINUS) p++;
    if (!isDigit(load<u8>(p))) return FAILED;
    p = skipDigits(p);
  }
  return p;
}

function skipDigits(p: usize): usize {
  while (isDigit(load<u8>(p))) p++;
  return p;
}
