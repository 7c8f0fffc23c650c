// Snappy for values of 8 bytes that lie one behind the other. What such values have in common lies at fixed places, so one look
// a value does, where the search for any 4 equal bytes makes eight:
//
//   integers   the upper bytes, with the value before or with one that has the same upper 6
//   doubles    the lower bytes, which repeat in decimal fractions of few digits, with the last byte, sign and exponent, before them
//
// For each value at most one copy is written. See snappy.ts for the format.

import { compressBytes, MARGIN, storeCopy, storeLastLiteral, storeLength, storeLiteral } from './snappy';

const BLOCK_BYTES: u32 = 1 << 16;
const MIN_TABLE_BITS: u32 = 5;
/** A copy of 4 bytes from afar takes as much room as it saves. */
const NEAR_BYTES: u32 = 2048;

/**
 * Compresses like `snappyCompress` what has such values from its `from`-th byte on, up to its end; `doubles` 1: they are.
 */
export function snappyCompressWords(source: u32, length: u32, from: u32, doubles: u32, target: u32, table: u32): u32 {
  let out = storeLength(target, length);
  const end = source + length;
  if (from) out = compressBytes(source, source + from, out, table);
  for (let block = source + from; block < end; block += BLOCK_BYTES) {
    const blockEnd = min(block + BLOCK_BYTES, end);
    out = doubles ? compressDoubles(block, blockEnd, out, table) : compressIntegers(block, blockEnd, out, table);
  }
  return out - target;
}

function compressIntegers(block: u32, end: u32, out: u32, table: u32): u32 {
  const bits = tableBits(end - block);
  memory.fill(table, 0, 2 << bits);
  let literal = block; // first byte that is not in the output yet
  let before = load<u64>(block);
  const limit = end - min(end, 8 + MARGIN);
  for (let at = block + 8; at <= limit; at += 8) {
    const value = load<u64>(at);
    const slot = slotOf(value >> 16, table, bits);
    let offset = at - block - load<u16>(slot);
    store<u16>(slot, at - block);
    let equal = upperEqual(value, before);
    const other = upperEqual(value, load<u64>(at - offset));
    before = value;
    if (other > equal + (offset < NEAR_BYTES ? 0 : 1)) equal = other;
    else offset = 8;
    if (equal < 4 || (equal == 4 && offset >= NEAR_BYTES)) continue;
    const more = equal == 8 ? copiedBytes(at + 8, limit, offset) : 0;
    out = storeMatch(out, literal, at + 8 - equal, offset, equal + more);
    at += more;
    literal = at + 8;
    before = load<u64>(at);
  }
  return storeLastLiteral(out, literal, end);
}

/** Looks at the last byte of each value and the first 7 of the next. */
function compressDoubles(block: u32, end: u32, out: u32, table: u32): u32 {
  const bits = tableBits(end - block);
  memory.fill(table, 0, 2 << bits);
  let literal = block;
  const limit = end - min(end, 8 + MARGIN);
  for (let at = block + 7; at <= limit; at += 8) {
    const value = load<u64>(at);
    const slot = slotOf(value << 32, table, bits);
    const offset = at - block - load<u16>(slot);
    store<u16>(slot, at - block);
    const equal = lowerEqual(value, load<u64>(at - offset));
    if (equal < 4 || (equal == 4 && offset >= NEAR_BYTES)) continue;
    const more = equal == 8 ? copiedBytes(at + 8, limit, offset) : 0;
    out = storeMatch(out, literal, at, offset, equal + more);
    literal = at + equal + more;
    at += more;
  }
  return storeLastLiteral(out, literal, end);
}

// @ts-ignore: decorator
@inline
function slotOf(bytes: u64, table: u32, bits: u32): u32 {
  return table + (<u32>((bytes * 0x9e3779b97f4a7c15) >> (64 - bits)) << 1);
}

/** Of a table with about a slot for each value. */
function tableBits(bytes: u32): u32 {
  return max(MIN_TABLE_BITS, 29 - clz(bytes - 1));
}

/** Of how many of the bytes from `at` on whole values are a copy of what lies `offset` bytes before them. */
function copiedBytes(at: u32, limit: u32, offset: u32): u32 {
  const start = at;
  while (at <= limit && load<u64>(at) == load<u64>(at - offset)) at += 8;
  return at - start;
}

/** How many of the most significant bytes, which come last, are equal. */
// @ts-ignore: decorator
@inline
function upperEqual(a: u64, b: u64): u32 {
  return <u32>clz(a ^ b) >> 3;
}

// @ts-ignore: decorator
@inline
function lowerEqual(a: u64, b: u64): u32 {
  return <u32>ctz(a ^ b) >> 3;
}

/** A copy of at least 4 bytes to `match`, and before it what was not written yet. */
// @ts-ignore: decorator
@inline
function storeMatch(out: u32, literal: u32, match: u32, offset: u32, length: u32): u32 {
  if (match != literal) out = storeLiteral(out, literal, match - literal);
  return storeCopy(out, offset, length);
}
