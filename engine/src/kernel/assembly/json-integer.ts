// Whole numbers. `1.0` is one; exponents and what needs more than 19 digits are left to the twin.

import { DOT, isDigit, LETTER_E, MINUS, ZERO } from './json-ascii';
import { digitsEnd, digitsValue, leadingDigits, loadSigned, readDigits, skipZeros } from './json-digits';
import { Column, FAILED, INT64, UINT64 } from './json-layout';

/** More digits may not fit 64 bits. */
const MAX_DIGITS: usize = 19;

/** Reads a whole number within the column's bounds. */
@inline
export function readInteger(p: usize, column: Column): usize {
  const isNegative = load<u8>(p) == MINUS;
  const first = p + usize(isNegative);
  const word = loadSigned(p, isNegative);
  const count = leadingDigits(word);
  if (!count) return FAILED;
  let magnitude = digitsValue(word, count);
  p = first + count;
  if (count == 8) {
    magnitude = readDigits(p, magnitude);
    p = digitsEnd;
    if (p - first > MAX_DIGITS) return FAILED;
  }
  if (load<u8>(first) == ZERO && p - first > 1) return FAILED;
  const next: u32 = load<u8>(p);
  if (next == DOT) p = skipZeroFraction(p);
  else if ((next | 0x20) == LETTER_E) return FAILED;
  return p && append(column, magnitude, isNegative) ? p : FAILED;
}

/** Position after a fraction of nothing but zeros. */
function skipZeroFraction(p: usize): usize {
  const end = skipZeros(p + 1);
  const next: u32 = load<u8>(end);
  return end == p + 1 || isDigit(next) || (next | 0x20) == LETTER_E ? FAILED : end;
}

/** Appends a number if the column's bounds allow it. */
@inline
function append(column: Column, magnitude: u64, isNegative: bool): bool {
  const slot = column.length;
  const kind = column.kind;
  if (kind == UINT64) {
    if (isNegative && magnitude) return false;
    store<u64>(column.values + (slot << 3), magnitude);
  } else {
    if (<i64>magnitude < 0) return false; // −2^63 is left to the twin
    const value = (<i64>magnitude ^ -i64(isNegative)) + i64(isNegative);
    if (value < column.min || value > column.max) return false;
    if (kind == INT64) store<i64>(column.values + (slot << 3), value);
    else storeNarrow(column.values + (slot << kind), kind, value);
  }
  column.length = slot + 1;
  return true;
}

/** Stores 1, 2 or 4 bytes. The kinds INT8, INT16 and INT32 are 0, 1, 2: the power of two that their width is. */
@inline
function storeNarrow(to: usize, kind: i32, value: i64): void {
  if (kind == 2) store<i32>(to, <i32>value);
  else if (kind == 1) store<i16>(to, <i16>value);
  else store<i8>(to, <i8>value);
}
