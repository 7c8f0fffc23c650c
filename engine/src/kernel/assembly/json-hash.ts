// Hashing, comparing and copying short runs of bytes: keys of objects, values of dictionaries. All by whole vectors, which may read
// up to 15 bytes too far. Runs of up to 64 bytes go without a loop: vectors overlap rather than follow each other, for loops
// whose length changes from value to value are what a processor predicts worst.

const MIX_A: u64 = 0x9e37_79b9_7f4a_7c15;
const MIX_B: u64 = 0xc2b2_ae3d_27d4_eb4f;
const MIX_C: u64 = 0xd6e8_feb8_6659_fd93;
const MIX_D: u64 = 0xa076_1d64_78bd_642f;

/** 16 bytes of ones, then 16 of zeros: from 16 − n on, a mask of n bytes. */
const MASKS = memory.data<u64>([-1, -1, 0, 0], 16);

/** The first `length` of the bytes at `p`, up to 16, zeros after them. */
@inline
export function firstBytes(p: usize, length: u32): v128 {
  return v128.and(v128.load(p), v128.load(MASKS + 16 - length));
}

@inline
function mix(bytes: v128, a: u64, b: u64): u64 {
  return (i64x2.extract_lane(bytes, 0) * a) ^ rotr<u64>(i64x2.extract_lane(bytes, 1) * b, 29);
}

/** Two vectors, 16 bytes each. */
@inline
function mixTwo(p: usize, q: usize): u64 {
  return mix(v128.load(p), MIX_A, MIX_B) ^ rotr<u64>(mix(v128.load(q), MIX_C, MIX_D), 17);
}

/** A hash of bytes. */
@inline
export function hashBytes(p: usize, length: u32): u32 {
  return length <= 16 ? hashFirst(firstBytes(p, length), length) : hashLong(p, length);
}

/** The hash of up to 16 bytes, which `firstBytes` has loaded. */
@inline
export function hashFirst(bytes: v128, length: u32): u32 {
  return finished(mix(bytes, MIX_A, MIX_B), length);
}

/** The hash of more than 16 bytes. */
export function hashLong(p: usize, length: u32): u32 {
  const end = p + length;
  let hash = mixTwo(p, end - 16);
  let left = length;
  while (left > 64) {
    hash = (hash ^ (hash >>> 29)) * MIX_B + mixTwo(p + 16, p + 32);
    p += 32;
    left -= 32;
  }
  if (left > 32) hash = (hash ^ (hash >>> 29)) * MIX_B + mixTwo(p + 16, end - 32);
  return finished(hash, length);
}

@inline
function finished(hash: u64, length: u32): u32 {
  hash ^= u64(length * 0x9e37_79b1);
  return <u32>(((hash ^ (hash >>> 32)) * MIX_D) >>> 32);
}

/** Whether two runs of `length` bytes are equal. */
@inline
export function equalBytes(a: usize, b: usize, length: u32): bool {
  if (length <= 16) return !v128.any_true(v128.and(differing(a, b), v128.load(MASKS + 16 - length)));
  return equalLong(a, b, length);
}

/** Whether two runs of more than 16 bytes are equal. */
export function equalLong(a: usize, b: usize, length: u32): bool {
  const last = length - 16;
  let difference = v128.or(differing(a, b), differing(a + last, b + last));
  if (length > 32) {
    const middle = v128.or(differing(a + 16, b + 16), differing(a + last - 16, b + last - 16));
    difference = v128.or(difference, middle);
  }
  if (v128.any_true(difference)) return false;
  for (let at: u32 = 32; at + 16 < last; at += 16) if (v128.any_true(differing(a + at, b + at))) return false;
  return true;
}

@inline
function differing(a: usize, b: usize): v128 {
  return v128.xor(v128.load(a), v128.load(b));
}

/** Copies by whole vectors: up to 15 bytes too many, which the target must have room for. */
@inline
export function copyVectors(to: usize, from: usize, length: usize): void {
  for (let done: usize = 0; done < length; done += 16) v128.store(to + done, v128.load(from + done));
}
