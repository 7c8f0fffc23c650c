// Decimals, from a number or from a string, exactly. Exponents and unusual spellings are left to the twin.

import { DOT, isDigit, LETTER_E, MINUS, QUOTE, ZERO } from './json-ascii';
import { digitsValue, leadingDigits, loadDigits, skipZeros, smallPower } from './json-digits';
import { Column, FAILED } from './json-layout';
import { multiplyAdd, setWide, storeWide } from './json-wide';

/** Reads a decimal that fits the column's precision and scale without rounding. */
export function readDecimal(p: usize, column: Column): usize {
  const isQuoted = load<u8>(p) == QUOTE;
  if (isQuoted) p++;
  const isNegative = load<u8>(p) == MINUS;
  if (isNegative) p++;
  setWide(0);
  const whole = p;
  p = addDigits(p, 38);
  if (p == whole || (load<u8>(whole) == ZERO && p - whole > 1)) return FAILED;
  const wholeDigits = load<u8>(whole) == ZERO ? 0 : <i32>(p - whole);
  if (wholeDigits > column.detail - column.digits) return FAILED; // the first of them is no zero
  let missing = column.digits;
  if (load<u8>(p) == DOT) {
    const fraction = ++p;
    p = addDigits(p, missing);
    if (p == fraction && !isDigit(load<u8>(p))) return FAILED;
    missing -= <i32>(p - fraction);
    p = skipZeros(p);
  }
  const next: u32 = load<u8>(p);
  if (isDigit(next) || (next | 0x20) == LETTER_E) return FAILED;
  if (isQuoted && next != QUOTE) return FAILED;
  for (; missing > 0; missing -= 8) multiplyAdd(smallPower(min(missing, 8)), 0);
  storeWide(column.values + (column.length << 4), isNegative);
  column.length++;
  return p + usize(isQuoted);
}

/** Adds the digits at `p`, at most `most` of them, to the accumulator; answers where they end. */
function addDigits(p: usize, most: i32): usize {
  while (most > 0) {
    const word = loadDigits(p);
    const count = min(leadingDigits(word), <u32>most);
    if (!count) break;
    multiplyAdd(smallPower(count), digitsValue(word, count));
    p += count;
    most -= count;
    if (count < 8) break;
  }
  return p;
}
