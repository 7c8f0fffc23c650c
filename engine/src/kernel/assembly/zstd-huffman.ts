// Huffman coding of literals (RFC 8878, 4.2). A code is a u64: its bits are the uppermost ones, and the last byte says how many they
// are. All codes of a tree have at most 11 bits and leave none unused.
//
//   weights   u8 a symbol: 0 if it is absent, else the most bits of any code + 1 - those of its own

import { COUNTS, HUFFMAN } from './zstd-work';
import { buildTable, firstState, normalize, STATES, storeCells, TABLE_BYTES, tableLog } from './zstd-fse';

const MAX_BITS: u32 = 11;
const SYMBOLS: u32 = 256;
/** A sample of more kinds of bytes than hexadecimal digits are may well lack some that there are. */
const MANY_KINDS: u32 = 32;
/** That of a byte which was not counted: with it more bits wait to be stored than ever do with others. */
const NO_CODE: u64 = 63;
const MAX_WAITING_BITS: u32 = 56;
/** By symbol. At a place of its own, for an address that is known takes an instruction less a literal. */
const codes = <u32>memory.data(2048, 16);

// Of the scratch memory.
const WEIGHTS: u32 = HUFFMAN;
/** Symbols with their counts, sorted, then the parents of these leaves and at last their depths: 256 u32 each. */
const SORTED: u32 = WEIGHTS + SYMBOLS;
/** Inner nodes; before there are any it is where symbols are sorted, and afterwards numbers of codes and of weights. 512 u32. */
const NODES: u32 = SORTED + 2 * SYMBOLS * 4;
const CELLS: u32 = NODES + 2 * SYMBOLS * 4;
const TABLE: u32 = CELLS + 64;
const SPREAD: u32 = TABLE + TABLE_BYTES;

/** Symbols that there are, the largest of them, and the most bits of a code: further answers of `buildCodes`. */
let kinds: u32 = 0;
let last: u32 = 0;
let mostBits: u32 = 0;

/** Adds up how often each byte comes in the first `runBytes`, a multiple of 8, of every `stepBytes`; to 256 u32 at `COUNTS`. */
export function countBytes(from: u32, length: u32, runBytes: u32, stepBytes: u32, work: u32): void {
  const counts = work + COUNTS;
  memory.fill(counts, 0, 4 * SYMBOLS * 4);
  const end = from + length;
  for (; from < end; from += stepBytes) {
    let at = from;
    const runEnd = min(end, from + runBytes);
    // Four counters a byte: one that is incremented again at once has to wait for itself.
    for (; at + 8 <= runEnd; at += 8) {
      const bytes = load<u64>(at);
      increment(counts, 0, <u32>bytes & 255);
      increment(counts, 1, <u32>(bytes >> 8) & 255);
      increment(counts, 2, <u32>(bytes >> 16) & 255);
      increment(counts, 3, <u32>(bytes >> 24) & 255);
      increment(counts, 0, <u32>(bytes >> 32) & 255);
      increment(counts, 1, <u32>(bytes >> 40) & 255);
      increment(counts, 2, <u32>(bytes >> 48) & 255);
      increment(counts, 3, <u32>(bytes >> 56));
    }
    for (; at < runEnd; at++) increment(counts, 0, load<u8>(at));
  }
  for (let i: u32 = 0; i < SYMBOLS * 4; i += 16) {
    const sum = i32x4.add(
      i32x4.add(v128.load(counts + i), v128.load(counts + SYMBOLS * 4 + i)),
      i32x4.add(v128.load(counts + 2 * SYMBOLS * 4 + i), v128.load(counts + 3 * SYMBOLS * 4 + i)),
    );
    v128.store(counts + i, sum);
  }
}

// @ts-ignore: decorator
@inline
function increment(counts: u32, lane: u32, byte: u32): void {
  const at = counts + lane * (SYMBOLS * 4) + (byte << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Counts each byte at least once where a sample has many kinds of them, so that all get codes. */
export function countUnseen(work: u32): void {
  const counts = work + COUNTS;
  let seen: u32 = 0;
  for (let i: u32 = 0; i < SYMBOLS * 4; i += 4) seen += u32(load<u32>(counts + i) != 0);
  if (seen <= MANY_KINDS) return;
  for (let i: u32 = 0; i < SYMBOLS * 4; i += 4) store<u32>(counts + i, max<u32>(1, load<u32>(counts + i)));
}

/** Codes for the bytes that were counted. Answers the bits that all of them take; 0 if there are fewer than two kinds. */
export function buildCodes(work: u32): u32 {
  sortSymbols(work);
  if (kinds < 2) return 0;
  buildTree(work);
  const perLength = work + NODES; // how many codes have each length
  limitLengths(perLength);
  return assignCodes(work, perLength);
}

/** Symbols by count, the rare ones first: u32s of count << 8 | symbol. Two passes of a radix sort over 16 bits of the count. */
function sortSymbols(work: u32): void {
  const counts = work + COUNTS;
  const found = work + NODES;
  kinds = 0;
  for (let symbol: u32 = 0; symbol < SYMBOLS; symbol++) {
    const count = load<u32>(counts + (symbol << 2));
    if (!count) continue;
    store<u32>(found + (kinds << 2), (min<u32>(count, 0xffff) << 8) | symbol);
    kinds++;
    last = symbol;
  }
  const sorted = work + SORTED;
  sortBy(found, sorted, 8, counts + SYMBOLS * 4);
  sortBy(sorted, found, 16, counts + SYMBOLS * 4);
  memory.copy(sorted, found, kinds << 2);
}

function sortBy(from: u32, to: u32, shift: u32, buckets: u32): void {
  memory.fill(buckets, 0, 256 * 4);
  for (let i: u32 = 0; i < kinds; i++) {
    const bucket = buckets + (((load<u32>(from + (i << 2)) >> shift) & 255) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
  let start: u32 = 0;
  for (let i: u32 = 0; i < 256; i++) {
    const size = load<u32>(buckets + (i << 2));
    store<u32>(buckets + (i << 2), start);
    start += size;
  }
  for (let i: u32 = 0; i < kinds; i++) {
    const entry = load<u32>(from + (i << 2));
    const bucket = buckets + (((entry >> shift) & 255) << 2);
    const at = load<u32>(bucket);
    store<u32>(bucket, at + 1);
    store<u32>(to + (at << 2), entry);
  }
}

/** Lengths of codes without a limit: how many there are of each, at `NODES`; what is longer than 31 bits counts as 31. */
function buildTree(work: u32): void {
  // Leaves are sorted, and so are inner nodes in the order in which they are made: the two lightest are at the front of either.
  const leaves = work + SORTED;
  const nodes = work + NODES; // weight of an inner node, then its parent, then its depth
  const parents = leaves + SYMBOLS * 4; // of leaves
  const inner = kinds - 1;
  let leaf: u32 = 0;
  let node: u32 = 0;
  for (let made: u32 = 0; made < inner; made++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const leafWeight = leaf < kinds ? load<u32>(leaves + (leaf << 2)) >> 8 : u32.MAX_VALUE;
      const nodeWeight = node < made ? load<u32>(nodes + (node << 2)) : u32.MAX_VALUE;
      if (leafWeight <= nodeWeight) {
        weight += leafWeight;
        store<u32>(parents + (leaf++ << 2), made);
      } else {
        weight += nodeWeight;
        store<u32>(nodes + (node++ << 2), made);
      }
    }
    store<u32>(nodes + (made << 2), weight);
  }
  const root = nodes + ((inner - 1) << 2);
  store<u32>(root, 0);
  for (let i: i32 = inner - 2; i >= 0; i--) {
    const at = nodes + (i << 2);
    store<u32>(at, load<u32>(nodes + (load<u32>(at) << 2)) + 1);
  }
  for (let i: u32 = 0; i < kinds; i++) {
    const at = parents + (i << 2);
    store<u32>(at, min<u32>(31, load<u32>(nodes + (load<u32>(at) << 2)) + 1));
  }
  memory.fill(nodes, 0, 32 * 4);
  for (let i: u32 = 0; i < kinds; i++) {
    const at = nodes + (load<u32>(parents + (i << 2)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/** Makes codes of more than 11 bits shorter and, to make up for that, some others longer by one. */
function limitLengths(perLength: u32): void {
  let tooLong: u32 = 0;
  for (let length: u32 = MAX_BITS + 1; length < 32; length++) tooLong += load<u32>(perLength + (length << 2));
  const most = perLength + (MAX_BITS << 2);
  store<u32>(most, load<u32>(most) + tooLong);
  let used: u32 = 0; // of 2^11 codes of the longest kind
  for (let length: u32 = 1; length <= MAX_BITS; length++) used += load<u32>(perLength + (length << 2)) << (MAX_BITS - length);
  for (; used > 1 << MAX_BITS; used--) {
    // One of the longest gets to stand beside the longest of the others, which are both a bit longer then than that was.
    let length = MAX_BITS - 1;
    while (!load<u32>(perLength + (length << 2))) length--;
    const at = perLength + (length << 2);
    store<u32>(most, load<u32>(most) - 1);
    store<u32>(at, load<u32>(at) - 1);
    store<u32>(at, load<u32>(at, 4) + 2, 4);
  }
  mostBits = MAX_BITS;
  while (!load<u32>(perLength + (mostBits << 2))) mostBits--;
}

/** Codes and weights by symbol; answers the bits of all literals. */
function assignCodes(work: u32, perLength: u32): u32 {
  const weights = work + WEIGHTS;
  const sorted = work + SORTED;
  const counts = work + COUNTS;
  memory.fill(weights, 0, SYMBOLS);
  let bits: u32 = 0;
  let i: u32 = 0;
  for (let length = mostBits; length; length--) {
    for (let left = load<u32>(perLength + (length << 2)); left; left--) {
      const symbol = load<u32>(sorted + (i++ << 2)) & 255;
      store<u8>(weights + symbol, mostBits + 1 - length);
      bits += load<u32>(counts + (symbol << 2)) * length;
    }
  }
  // Codes are numbered from the longest on, and within a length by symbol.
  let next: u32 = 0;
  for (let length = mostBits; length; length--) {
    const count = load<u32>(perLength + (length << 2));
    store<u32>(perLength + (length << 2), next);
    next = (next + count) >> 1;
  }
  for (let symbol: u32 = 0; symbol < SYMBOLS; symbol++) {
    const weight: u32 = load<u8>(weights + symbol);
    if (!weight) {
      store<u64>(codes + (symbol << 3), NO_CODE);
      continue;
    }
    const length = mostBits + 1 - weight;
    const at = perLength + (length << 2);
    const code = load<u32>(at);
    store<u32>(at, code + 1);
    store<u64>(codes + (symbol << 3), (<u64>code << (64 - length)) | length);
  }
  return bits;
}

/** Describes the codes; answers where the description ends, or 0 if there is no way to describe them. */
export function storeTree(out: u32, work: u32): u32 {
  const end = storeWeights(out + 1, work);
  if (end && end - out - 1 < 128 && (last > 128 || end - out - 1 < (last + 1) >> 1)) {
    store<u8>(out, end - out - 1);
    return end;
  }
  if (last > 128) return 0;
  // The last weight is not written: it is what the others leave.
  const weights = work + WEIGHTS;
  store<u8>(out++, 127 + last);
  for (let symbol: u32 = 0; symbol < last; symbol += 2) {
    store<u8>(out++, (load<u8>(weights + symbol) << 4) | load<u8>(weights + symbol, 1) * u32(symbol + 1 < last));
  }
  return out;
}

/** Weights up to the last but one, FSE coded with two states that take turns. 0 if they are all the same. */
function storeWeights(out: u32, work: u32): u32 {
  const weights = work + WEIGHTS;
  const counts = work + NODES;
  memory.fill(counts, 0, (MAX_BITS + 2) << 2);
  let largest: u32 = 0;
  for (let symbol: u32 = 0; symbol < last; symbol++) {
    const weight: u32 = load<u8>(weights + symbol);
    store<u32>(counts + (weight << 2), load<u32>(counts + (weight << 2)) + 1);
    largest = max(largest, weight);
  }
  if (last < 2 || load<u32>(counts + (largest << 2)) == last) return 0;
  const log = tableLog(last, largest, 6);
  const cells = work + CELLS;
  const table = work + TABLE;
  normalize(counts, largest + 1, last, log, cells);
  buildTable(cells, largest + 1, log, table, work + SPREAD);
  out = storeCells(out, cells, log);
  let state = firstState(table, load<u8>(weights + last - 1));
  let other = firstState(table, load<u8>(weights + last - 2));
  let bits: u64 = 0;
  let count: u32 = 0;
  for (let i: i32 = last - 3; i >= 0; i--) {
    const entry = table + (<u32>load<u8>(weights + i) << 3);
    const width = (state + load<u32>(entry, 4)) >> 16;
    bits |= <u64>(state & ((1 << width) - 1)) << count;
    count += width;
    const next: u32 = load<u16>(table + STATES + (((state >> width) + load<i32>(entry)) << 1));
    state = other;
    other = next;
    if (count > 32) {
      store<u32>(out, <u32>bits);
      out += 4;
      bits >>= 32;
      count -= 32;
    }
  }
  // The state of the first weight is read first, so it comes last. It is the one whose turn is not next.
  const mask: u32 = (1 << log) - 1;
  bits |= <u64>(state & mask) << count;
  bits |= <u64>(other & mask) << (count + log);
  bits |= <u64>1 << (count + 2 * log);
  store<u64>(out, bits);
  return out + ((count + 2 * log + 8) >> 3);
}

/**
 * Literals in one stream, the last one first. Answers where it ends, behind which 8 bytes may be written; 0 if one of the literals
 * has no code.
 */
export function storeStream(out: u32, from: u32, to: u32): u32 {
  return mostBits > 6 ? storeCodes<u32>(out, from, to) : storeCodes<u64>(out, from, to);
}

/**
 * `T` holds as many literals as are stored at a time: 4 of codes with up to 11 bits, 8 with up to 6. The bits that are not stored yet
 * are the uppermost of their words; the numbers in the last bytes of codes never get up to them.
 */
// @ts-ignore: decorator
@inline
function storeCodes<T>(out: u32, from: u32, to: u32): u32 {
  let bits: u64 = 0;
  let count: u32 = 0;
  let at = to;
  while ((at - from) & (sizeof<T>() - 1)) {
    const code = codeOf(--at);
    bits = (bits >> code) | code;
    count += <u32>code;
    if (count > MAX_WAITING_BITS) return 0;
    store<u64>(out, bits >> (64 - count));
    out += count >> 3;
    count &= 7;
  }
  while (at != from) {
    at -= sizeof<T>();
    let last = at + sizeof<T>() - 4;
    const d = codeOf(last + 3);
    const c = codeOf(last + 2);
    const b = codeOf(last + 1);
    const a = codeOf(last);
    let some = (d >> c) | c;
    some = (some >> b) | b;
    some = (some >> a) | a;
    let someCount = <u32>d + <u32>c + <u32>b + <u32>a;
    if (sizeof<T>() == 8) {
      last = at;
      const d = codeOf(last + 3);
      const c = codeOf(last + 2);
      const b = codeOf(last + 1);
      const a = codeOf(last);
      some = (some >> d) | d;
      some = (some >> c) | c;
      some = (some >> b) | b;
      some = (some >> a) | a;
      someCount += <u32>d + <u32>c + <u32>b + <u32>a;
    }
    bits = (bits >> someCount) | some;
    count += someCount;
    if (count > MAX_WAITING_BITS) return 0;
    store<u64>(out, bits >> (64 - count));
    out += count >> 3;
    count &= 7;
  }
  // The end is found by a bit that is set.
  store<u32>(out, (count ? <u32>(bits >> (64 - count)) : 0) | (1 << count));
  return out + 1;
}

// @ts-ignore: decorator
@inline
function codeOf(literal: u32): u64 {
  return load<u64>((<u32>load<u8>(literal) << 3) + codes);
}
