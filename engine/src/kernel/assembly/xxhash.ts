// XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): the hash of Parquet's bloom filters.

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;
const STRIPE_BYTES: u32 = 32;

/** XXH64 of `length` bytes. Reads no byte past them. */
export function xxh64(source: u32, length: u32): u64 {
  const end = source + length;
  let hash: u64 = PRIME_5;
  if (length >= STRIPE_BYTES) {
    hash = stripes(source, length);
    source += length & ~(STRIPE_BYTES - 1);
  }
  return avalanche(remainder(hash + length, source, end));
}

/** XXH64 of one 64-bit value. */
// @ts-ignore: decorator
@inline
export function xxh64OfWord(word: u64): u64 {
  return avalanche(mixWord(PRIME_5 + 8, word));
}

/** All whole stripes, in four lanes that meet at the end. */
function stripes(source: u32, length: u32): u64 {
  let a: u64 = PRIME_1 + PRIME_2;
  let b: u64 = PRIME_2;
  let c: u64 = 0;
  let d: u64 = 0 - PRIME_1;
  const end = source + (length & ~(STRIPE_BYTES - 1));
  for (; source < end; source += STRIPE_BYTES) {
    a = round(a, load<u64>(source));
    b = round(b, load<u64>(source, 8));
    c = round(c, load<u64>(source, 16));
    d = round(d, load<u64>(source, 24));
  }
  let hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
  hash = merge(hash, a);
  hash = merge(hash, b);
  hash = merge(hash, c);
  return merge(hash, d);
}

/** The bytes that fill no stripe: 8, 4 and 1 at a time. */
function remainder(hash: u64, source: u32, end: u32): u64 {
  for (; source + 8 <= end; source += 8) hash = mixWord(hash, load<u64>(source));
  if (source + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(source) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    source += 4;
  }
  for (; source < end; source++) hash = rotl(hash ^ (<u64>load<u8>(source) * PRIME_5), 11) * PRIME_1;
  return hash;
}

// @ts-ignore: decorator
@inline
function mixWord(hash: u64, word: u64): u64 {
  return rotl(hash ^ round(0, word), 27) * PRIME_1 + PRIME_4;
}

// @ts-ignore: decorator
@inline
function round(lane: u64, word: u64): u64 {
  return rotl(lane + word * PRIME_2, 31) * PRIME_1;
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
}

// @ts-ignore: decorator
@inline
function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * PRIME_2;
  hash = (hash ^ (hash >> 29)) * PRIME_3;
  return hash ^ (hash >> 32);
}
