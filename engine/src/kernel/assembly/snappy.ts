// Snappy's raw block format (google/snappy, format_description.txt): the uncompressed length as a varint, then elements.
//
//   literal  tag 00: length - 1 in the tag's upper 6 bits if below 60, else 60 or 61 there and 1 or 2 bytes after it
//   copy     tag 01: 3 bits length - 4, 3 bits upper offset, 1 byte lower offset  (length 4..11, offset < 2048)
//   copy     tag 10: 6 bits length - 1, 2 bytes offset                            (length 1..64, offset < 65536)
//
// Greedy: the first match that the hash table knows is taken. Input is cut into blocks of 64 KiB, over which the table starts
// anew, so that its entries are 16-bit positions and equal input gives equal output whatever the table held.
//
// Matches are found by 4 bytes. Hex digits and the like have many of those, which save next to nothing: where the first bytes of
// the input hardly shrink, matches are found by 6 bytes from there on, and where there are none the search soon rushes through.

import { commonBytes } from './common-bytes';

const BLOCK_BYTES: u32 = 1 << 16;
/** A quarter of an input from this size on, but no more than that, is a block of its own, by which the rest is judged. */
const MIN_PROBED_BYTES: u32 = 1 << 14;
const MAX_PROBE_BYTES: u32 = 1 << 14;
const MIN_TABLE_BITS: u32 = 8;
const MAX_TABLE_BITS: u32 = 14; // 16-bit entries: 32 KiB
/** No match starts this near to the end of a block: what the search reads and a literal overwrites stays inside. */
export const MARGIN: u32 = 15;

/** Where the bytes of the last match stood before: `findMatch`'s second answer. */
let found: u32 = 0;

/** Bytes that `snappyCompress` may need for `length` bytes. */
export function snappyBound(length: u32): u32 {
  return 32 + length + length / 6;
}

/** Compresses to `target`, which has `snappyBound(length)` bytes; `table` is scratch of 32 KiB. Answers the bytes written. */
export function snappyCompress(source: u32, length: u32, target: u32, table: u32): u32 {
  return compressBytes(source, source + length, storeLength(target, length), table) - target;
}

/** Compresses what lies from `block` up to `end`; answers where the output ended. */
export function compressBytes(block: u32, end: u32, out: u32, table: u32): u32 {
  const length = end - block;
  let shrinks = true;
  if (length > MIN_PROBED_BYTES) {
    const start = out;
    const probe = min(length >> 2, MAX_PROBE_BYTES);
    out = compressBlock<u32>(block, block + probe, out, table);
    shrinks = out - start < probe - (probe >> 3);
    block += probe;
  }
  for (; block < end; block += BLOCK_BYTES) {
    const blockEnd = min(block + BLOCK_BYTES, end);
    out = shrinks ? compressBlock<u32>(block, blockEnd, out, table) : compressBlock<u64>(block, blockEnd, out, table);
  }
  return out;
}

export function storeLength(out: u32, length: u32): u32 {
  while (length >= 0x80) {
    store<u8>(out++, length | 0x80);
    length >>>= 7;
  }
  store<u8>(out, length);
  return out + 1;
}

/** `T` is what holds the bytes by which matches are found: u32 4, u64 6 of them. */
function compressBlock<T>(block: u32, end: u32, out: u32, table: u32): u32 {
  let literal = block; // first byte that is not in the output yet
  if (end - block < MARGIN) return storeLastLiteral(out, literal, end);
  const shift = 32 - tableBits(end - block);
  memory.fill(table, 0, 2 << (32 - shift));
  const limit = end - MARGIN;
  let at = block + 1;
  while (true) {
    at = findMatch<T>(block, at, limit, table, shift);
    if (!at) return storeLastLiteral(out, literal, end);
    let candidate = found;
    let next: T = 0;
    out = storeLiteral(out, literal, at - literal);
    do {
      const length = 4 + commonBytes(candidate + 4, at + 4, end);
      out = storeTextCopy(out, at - candidate, length);
      at += length;
      literal = at;
      if (at >= limit) return storeLastLiteral(out, literal, end);
      store<u16>(slotOf<T>(load<T>(at - 1), table, shift), at - 1 - block);
      next = load<T>(at);
      candidate = exchange(slotOf<T>(next, table, shift), block, at);
    } while (<u32>next == load<u32>(candidate));
    at++;
  }
}

/** Of the smallest table that has an entry for each position: small inputs clear little. */
function tableBits(bytes: u32): u32 {
  return min(MAX_TABLE_BITS, max(MIN_TABLE_BITS, 32 - clz(bytes - 1)));
}

/**
 * The next position whose 4 bytes stood before, at `found`; 0 if there is none up to `limit`. The steps grow while nothing is
 * found: incompressible bytes are soon passed over. The next slot is computed before its turn, while the last one is loaded.
 */
// @ts-ignore: decorator
@inline
function findMatch<T>(block: u32, at: u32, limit: u32, table: u32, shift: u32): u32 {
  let skip: u32 = 32;
  let bytes = load<T>(at);
  let slot = slotOf<T>(bytes, table, shift);
  while (true) {
    const step = skip >> 5;
    const next = at + step;
    if (next > limit) return 0;
    skip += step;
    const nextBytes = load<T>(next);
    const nextSlot = slotOf<T>(nextBytes, table, shift);
    const candidate = exchange(slot, block, at);
    if (<u32>bytes == load<u32>(candidate)) {
      found = candidate;
      return at;
    }
    at = next;
    bytes = nextBytes;
    slot = nextSlot;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function slotOf<T>(bytes: T, table: u32, shift: u32): u32 {
  const hash = sizeof<T>() == 4
    ? (<u32>bytes * 0x1e35a7bd) >> shift
    : <u32>(((<u64>bytes << 16) * 0x9e3779b97f4a7c15) >> (32 + shift));
  return table + (hash << 1);
}

/** Puts position `at` into its slot and answers the position that it displaces, a candidate for a match. */
// @ts-ignore: decorator
@inline
function exchange(slot: u32, block: u32, at: u32): u32 {
  const displaced = block + load<u16>(slot);
  store<u16>(slot, at - block);
  return displaced;
}

/** A literal with at least `MARGIN` bytes of input after it: copied in whole vectors, the excess is overwritten later. */
// @ts-ignore: decorator
@inline
export function storeLiteral(out: u32, literal: u32, length: u32): u32 {
  out = storeLiteralTag(out, length);
  let i: u32 = 0;
  do {
    v128.store(out + i, v128.load(literal + i));
    i += 16;
  } while (i < length);
  return out + length;
}

export function storeLastLiteral(out: u32, literal: u32, end: u32): u32 {
  const length = end - literal;
  if (!length) return out;
  out = storeLiteralTag(out, length);
  memory.copy(out, literal, length);
  return out + length;
}

// @ts-ignore: decorator
@inline
function storeLiteralTag(out: u32, length: u32): u32 {
  const n = length - 1;
  if (n < 60) {
    store<u8>(out, n << 2);
    return out + 1;
  }
  if (n < 256) {
    store<u8>(out, 60 << 2);
    store<u8>(out, n, 1);
    return out + 2;
  }
  store<u8>(out, 61 << 2);
  store<u16>(out, n, 1);
  return out + 3;
}

// @ts-ignore: decorator
@inline
export function storeCopy(out: u32, offset: u32, length: u32): u32 {
  // A rest of 1 to 3 bytes would have no short form, so the last long copy leaves at least 4.
  for (; length >= 68; length -= 64) out = storeLongCopy(out, offset, 64);
  if (length > 64) {
    out = storeLongCopy(out, offset, 60);
    length -= 60;
  }
  if (length >= 12 || offset >= 2048) return storeLongCopy(out, offset, length);
  store<u8>(out, 1 | ((length - 4) << 2) | ((offset >> 8) << 5));
  store<u8>(out, offset, 1);
  return out + 2;
}

/** As `storeCopy`, without a branch between the short and the long form: in text nothing tells which of them comes next. */
// @ts-ignore: decorator
@inline
function storeTextCopy(out: u32, offset: u32, length: u32): u32 {
  if (length > 64) return storeCopy(out, offset, length);
  const isLong = u32(length >= 12) | u32(offset >= 2048);
  const short = 1 | ((length - 4) << 2) | ((offset >> 8) << 5) | ((offset & 0xff) << 8);
  const long = 2 | ((length - 1) << 2) | (offset << 8);
  store<u32>(out, select<u32>(long, short, isLong)); // what is too much is overwritten, or within the bound
  return out + 2 + isLong;
}

// @ts-ignore: decorator
@inline
function storeLongCopy(out: u32, offset: u32, length: u32): u32 {
  store<u8>(out, 2 | ((length - 1) << 2));
  store<u16>(out, offset, 1);
  return out + 3;
}
