// Runs of decimal digits, eight at a time.

import { ZERO } from './json-ascii';

const EIGHT_ZEROS: u64 = 0x3030_3030_3030_3030;

/** Eight bytes with digits as 0 to 9; anything else is larger. */
@inline
export function loadDigits(p: usize): u64 {
  return load<u64>(p) ^ EIGHT_ZEROS;
}

/** The same of a number that may have a sign at `p`: neither load waits until it is known whether there is one. */
@inline
export function loadSigned(p: usize, isNegative: bool): u64 {
  return select<u64>(loadDigits(p + 1), loadDigits(p), isNegative);
}

/** How many of eight bytes from `loadDigits` are digits, before the first that is none. */
@inline
export function leadingDigits(word: u64): u32 {
  // A carry out of a byte can only reach those above it, which come later in the text.
  return <u32>(ctz(((word + 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080) >> 3);
}

/** The number in the first `count` digits, 1 to 8, of a word from `loadDigits`. */
@inline
export function digitsValue(word: u64, count: u32): u64 {
  word <<= (8 - count) << 3; // zeros in front
  word = word * 10 + (word >>> 8);
  const mask: u64 = 0x0000_00ff_0000_00ff;
  return ((word & mask) * 0x000f_4240_0000_0064 + ((word >>> 16) & mask) * 0x0000_2710_0000_0001) >>> 32;
}

/** 10 to the power of 0 to 9. */
@inline
export function smallPower(exponent: u32): u64 {
  return load<u32>(SMALL_POWERS + (exponent << 2));
}

const SMALL_POWERS = memory.data<u32>([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]);

/** Where the last `readDigits` ended. */
export let digitsEnd: usize = 0;

/** Goes on with a number: `value` with the digits at `p` behind it, modulo 2^64. Sets `digitsEnd`. */
export function readDigits(p: usize, value: u64): u64 {
  while (true) {
    const word = loadDigits(p);
    const count = leadingDigits(word);
    if (count) value = value * smallPower(count) + digitsValue(word, count);
    p += count;
    if (count < 8) {
      digitsEnd = p;
      return value;
    }
  }
}

/** First byte from `p` on that is no zero. */
export function skipZeros(p: usize): usize {
  while (load<u8>(p) == ZERO) p++;
  return p;
}

export function setDigitsEnd(p: usize): void {
  digitsEnd = p;
}
