// The delta encodings of byte arrays (parquet-format, Encodings.md), which are given as an open page has them: of `width` bytes each,
// or, where that is 0, each with its length in 4 bytes before it.

import { deltaBinaryPacked32, deltaBinaryPacked32Bound } from './delta';
import { copyBytes } from './pages-bytes';

/** How far beyond the end of an array copying it may write. */
const SLACK: u32 = 16;

/** Bytes that `deltaLengthByteArray` may need, its scratch among them, of values that have `plainBytes` in the page. */
export function deltaLengthByteArrayBound(count: u32, plainBytes: u32): u32 {
  return lengthsAt(0, count, plainBytes) + (count << 2);
}

/**
 * DELTA_LENGTH_BYTE_ARRAY of `count` values with their lengths before them: the lengths as deltas, then the bytes of all values.
 * Answers the bytes written.
 */
export function deltaLengthByteArray(values: u32, count: u32, plainBytes: u32, target: u32): u32 {
  const lengths = lengthsAt(target, count, plainBytes);
  let from = values;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(from);
    store<u32>(lengths + (i << 2), length);
    from += 4 + length;
  }
  let out = target + deltaBinaryPacked32(lengths, count, target);
  from = values;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(lengths + (i << 2));
    out = copyBytes(from + 4, length, out);
    from += 4 + length;
  }
  return out - target;
}

/** Bytes that `deltaByteArray` may need, its scratch among them, of values that have `plainBytes` in the page. */
export function deltaByteArrayBound(count: u32, plainBytes: u32): u32 {
  return prefixesAt(0, count, plainBytes) + (count << 3);
}

/**
 * DELTA_BYTE_ARRAY of `count` values: the length of the prefix that each shares with the one before it, as deltas, then the suffixes
 * in DELTA_LENGTH_BYTE_ARRAY. Answers the bytes written.
 */
export function deltaByteArray(values: u32, width: u32, count: u32, plainBytes: u32, target: u32): u32 {
  const prefixes = prefixesAt(target, count, plainBytes);
  const suffixes = prefixes + (count << 2);
  const lengthBytes: u32 = width ? 0 : 4;
  let previous = values;
  let previousBytes: u32 = 0;
  let from = values;
  for (let i: u32 = 0; i < count; i++) {
    const length = width || load<u32>(from);
    from += lengthBytes;
    const prefix = commonPrefix(previous, from, min(previousBytes, length));
    store<u32>(prefixes + (i << 2), prefix);
    store<u32>(suffixes + (i << 2), length - prefix);
    previous = from;
    previousBytes = length;
    from += length;
  }
  let out = target + deltaBinaryPacked32(prefixes, count, target);
  out += deltaBinaryPacked32(suffixes, count, out);
  from = values;
  for (let i: u32 = 0; i < count; i++) {
    const suffix = load<u32>(suffixes + (i << 2));
    from += lengthBytes + load<u32>(prefixes + (i << 2));
    out = copyBytes(from, suffix, out);
    from += suffix;
  }
  return out - target;
}

/** Scratch lies behind all that is written and what copying may write beyond it: an i32 a value. */
// @ts-ignore: decorator
@inline
function lengthsAt(target: u32, count: u32, plainBytes: u32): u32 {
  return target + deltaBinaryPacked32Bound(count) + plainBytes + SLACK;
}

/** Two of them. */
// @ts-ignore: decorator
@inline
function prefixesAt(target: u32, count: u32, plainBytes: u32): u32 {
  return target + 2 * deltaBinaryPacked32Bound(count) + plainBytes + SLACK;
}

/** How many of the first `limit` bytes are equal. Bytes beyond them may be read. */
// @ts-ignore: decorator
@inline
function commonPrefix(a: u32, b: u32, limit: u32): u32 {
  for (let i: u32 = 0; i < limit; i += 8) {
    const difference = load<u64>(a + i) ^ load<u64>(b + i);
    if (difference) return min(limit, i + (<u32>ctz(difference) >> 3));
  }
  return limit;
}
