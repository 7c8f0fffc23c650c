// Built-in functions on whole columns of texts. Byte arrays are given as Arrow has them: i32 offsets into data.

import { xxh64 } from './xxhash';

/** The bit in which the two cases of an ASCII letter differ. */
const CASE_BIT: u8 = 0x20;
const LETTERS: u8 = 26;
const VECTOR_BYTES: u32 = 16;
/** Hex digits of a 64-bit hash. */
const HASH_DIGITS: u32 = 16;

/**
 * Copies `length` bytes, changing the case of the 26 ASCII letters from `firstLetter` on: 'A' makes lower case, 'a' upper.
 * Whole vectors are read and written, up to 15 bytes past the end. Answers the bytes before the first that is not ASCII.
 */
export function changeAsciiCase(source: u32, target: u32, length: u32, firstLetter: u32): u32 {
  const first = i8x16.splat(<u8>firstLetter);
  const letters = i8x16.splat(LETTERS);
  const caseBit = i8x16.splat(CASE_BIT);
  for (let at: u32 = 0; at < length; at += VECTOR_BYTES) {
    const bytes = v128.load(source + at);
    // As unsigned numbers only letters are less than 26 away from the first one.
    const isLetter = i8x16.lt_u(i8x16.sub(bytes, first), letters);
    v128.store(target + at, v128.xor(bytes, v128.and(isLetter, caseBit)));
  }
  return asciiPrefix(source, length);
}

/** Bytes before the first one that is not ASCII; `length` if all are. */
export function asciiPrefix(source: u32, length: u32): u32 {
  for (let at: u32 = 0; at < length; at += VECTOR_BYTES) {
    const high = i8x16.bitmask(v128.load(source + at));
    if (high) return min(length, at + ctz(high));
  }
  return length;
}

/**
 * XXH64 of each of `count` texts as 16 hex digits into `target`, their ends into `targetOffsets` (count + 1). Slots that are
 * null in `validity` (0: there is none) become empty. Answers the bytes written.
 */
export function hashTexts(
  offsets: u32,
  data: u32,
  validity: u32,
  count: u32,
  target: u32,
  targetOffsets: u32,
): u32 {
  let end: u32 = 0;
  store<u32>(targetOffsets, 0);
  for (let row: u32 = 0; row < count; row++) {
    if (!validity || (load<u8>(validity + (row >> 3)) >> (row & 7)) & 1) {
      const start = load<u32>(offsets + (row << 2));
      writeHex(target + end, xxh64(data + start, load<u32>(offsets + (row << 2), 4) - start));
      end += HASH_DIGITS;
    }
    store<u32>(targetOffsets + (row << 2), end, 4);
  }
  return end;
}

/** The 16 hex digits of a word, the most significant first. */
function writeHex(target: u32, word: u64): void {
  const bytes = i64x2.splat(bswap(word));
  const nibbles = i8x16.shuffle(
    i8x16.shr_u(bytes, 4),
    v128.and(bytes, i8x16.splat(15)),
    0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23,
  );
  // '0' is 48; 'a' is 39 more than the character behind '9'.
  const letters = v128.and(i8x16.gt_u(nibbles, i8x16.splat(9)), i8x16.splat(39));
  v128.store(target, i8x16.add(i8x16.add(nibbles, i8x16.splat(48)), letters));
}
