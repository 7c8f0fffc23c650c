// Split-block bloom filters (parquet-format, BloomFilter.md): blocks of 32 bytes, 8 words each. A value picks its block by the
// upper half of its hash, and by the lower half one bit in each of the block's words. What is hashed is the value's plain
// encoding; of a byte array its bytes without their length.

import { xxh64, xxh64OfWord } from './xxhash';

const BLOCK_BYTES: u32 = 32;

/** Enters byte arrays: `count + 1` i32 `offsets` into `data`. `filterBytes` is a multiple of 32. */
export function bloomInsertBytes(filter: u32, filterBytes: u32, offsets: u32, data: u32, count: u32): void {
  let start = load<u32>(offsets);
  for (let i: u32 = 1; i <= count; i++) {
    const end = load<u32>(offsets + (i << 2));
    insert(filter, filterBytes, xxh64(data + start, end - start));
    start = end;
  }
}

/** Enters values of `width` bytes each: little-endian numbers, or fixed-length byte arrays. */
export function bloomInsertFixed(filter: u32, filterBytes: u32, values: u32, width: u32, count: u32): void {
  const end = values + width * count;
  if (width == 8) {
    for (; values < end; values += 8) insert(filter, filterBytes, xxh64OfWord(load<u64>(values)));
  } else {
    for (; values < end; values += width) insert(filter, filterBytes, xxh64(values, width));
  }
}

/** 1 unless the value with this hash was certainly not entered. */
export function bloomContains(filter: u32, filterBytes: u32, hash: u64): u32 {
  const block = blockOf(filter, filterBytes, hash);
  const lower = v128.andnot(bits(hash, LOWER_SALT), v128.load(block));
  const upper = v128.andnot(bits(hash, UPPER_SALT), v128.load(block, 16));
  return v128.any_true(v128.or(lower, upper)) ? 0 : 1;
}

// @ts-ignore: decorator
@lazy const LOWER_SALT: v128 = i32x4(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d);
// @ts-ignore: decorator
@lazy const UPPER_SALT: v128 = i32x4(0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31);

// @ts-ignore: decorator
@inline
export function insert(filter: u32, filterBytes: u32, hash: u64): void {
  const block = blockOf(filter, filterBytes, hash);
  v128.store(block, v128.or(v128.load(block), bits(hash, LOWER_SALT)));
  v128.store(block, v128.or(v128.load(block, 16), bits(hash, UPPER_SALT)), 16);
}

// @ts-ignore: decorator
@inline
function blockOf(filter: u32, filterBytes: u32, hash: u64): u32 {
  const blocks = <u64>(filterBytes / BLOCK_BYTES);
  return filter + (<u32>(((hash >> 32) * blocks) >> 32)) * BLOCK_BYTES;
}

/**
 * One bit a word: 1 << (lower half of the hash * salt >> 27). Vectors have no shift by a lane of its own, but a float whose
 * exponent is n is 2^n.
 */
// @ts-ignore: decorator
@inline
function bits(hash: u64, salt: v128): v128 {
  const shifts = i32x4.shr_u(i32x4.mul(i32x4.splat(<i32>hash), salt), 27);
  return i32x4.trunc_sat_f32x4_u(i32x4.shl(i32x4.add(shifts, i32x4.splat(127)), 23));
}
