// Comparing, hashing and copying byte arrays a word or a vector at a time. What is beyond their end may be read: blocks have room.

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15; // 2^64 / golden ratio
const OTHER_MULTIPLIER: u64 = 0xe7037ed1a0b428db; // odd, as random as any

/** 32 bits of which the upper ones are the better. */
// @ts-ignore: decorator
@inline
export function hashBytes(bytes: u32, length: u32): u32 {
  let even = (<u64>length + 1) * MULTIPLIER;
  let odd: u64 = 0;
  let rest = length;
  for (; rest > 16; rest -= 16) {
    // Two chains, so that their multiplications overlap.
    even = (even ^ load<u64>(bytes)) * MULTIPLIER;
    odd = (odd ^ load<u64>(bytes, 8)) * OTHER_MULTIPLIER;
    even ^= even >> 29;
    odd ^= odd >> 31;
    bytes += 16;
  }
  if (rest > 8) {
    even = (even ^ load<u64>(bytes)) * MULTIPLIER;
    odd = (odd ^ firstBytes(load<u64>(bytes, 8), rest - 8)) * OTHER_MULTIPLIER;
  } else if (rest) {
    even = (even ^ firstBytes(load<u64>(bytes), rest)) * MULTIPLIER;
  }
  return <u32>(((even ^ rotl(odd, 32)) * MULTIPLIER) >> 32);
}

/** The hash of a value of 4 or 8 bytes. */
// @ts-ignore: decorator
@inline
export function hashWord(value: u64): u32 {
  return <u32>((value * MULTIPLIER) >> 32);
}

/** The first 1 to 8 bytes of a word in memory. */
// @ts-ignore: decorator
@inline
function firstBytes(word: u64, count: u32): u64 {
  return word & (<u64>-1 >> ((8 - count) << 3));
}

// @ts-ignore: decorator
@inline
export function areEqual(a: u32, b: u32, length: u32): bool {
  for (let at: u32 = 0; at < length; at += 16) {
    const differ = ~i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at))) & 0xffff;
    if (differ && at + ctz(differ) < length) return false;
  }
  return true;
}

/** Whether one comes before the other byte by byte, as unsigned; of a byte array and a longer one that starts with it, the first. */
export function isBefore(a: u32, aLength: u32, b: u32, bLength: u32): bool {
  const length = min(aLength, bLength);
  for (let at: u32 = 0; at < length; at += 8) {
    const left = load<u64>(a + at);
    const right = load<u64>(b + at);
    if (left == right) continue;
    if (at + (<u32>ctz(left ^ right) >> 3) >= length) break;
    return bswap(left) < bswap(right);
  }
  return aLength < bLength;
}

/** The first 8 bytes as a number that orders as they do; missing ones are zeros. */
// @ts-ignore: decorator
@inline
export function prefixOf(bytes: u32, length: u32): u64 {
  if (length >= 8) return bswap(load<u64>(bytes));
  return length ? bswap(firstBytes(load<u64>(bytes), length)) : 0;
}

/** Writes a byte array with its length before it, as PLAIN has it; answers where it ended. Writes up to 16 bytes beyond. */
// @ts-ignore: decorator
@inline
export function storeBytes(source: u32, length: u32, target: u32): u32 {
  store<u32>(target, length);
  return copyBytes(source, length, target + 4);
}

/** Copies bytes; answers where the copy ended. Reads and writes up to 16 bytes beyond. */
// @ts-ignore: decorator
@inline
export function copyBytes(source: u32, length: u32, target: u32): u32 {
  const end = target + length;
  if (length > 256) {
    memory.copy(target, source, length);
    return end;
  }
  while (target < end) {
    v128.store(target, v128.load(source));
    source += 16;
    target += 16;
  }
  return end;
}
