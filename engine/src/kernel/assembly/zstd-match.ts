// Finds what stood before: it becomes the sequences of a block, the rest its literals. Greedy, the first match that the table of
// positions knows is taken. Equal input gives equal output, whatever the scratch memory held.

import { commonBytes } from './common-bytes';
import { LITERALS, MAX_SEQUENCES, MAX_TABLE_BITS, POSITIONS, SEQUENCE_BYTES, SEQUENCES } from './zstd-work';

/** How far back a match may be. Frames of more than that say so. */
export const WINDOW_LOG: u32 = 20;
const WINDOW_BYTES: u32 = 1 << WINDOW_LOG;
const MIN_TABLE_BITS: u32 = 8;
/** No match starts this near to the end of a block: whole vectors are read. */
const MARGIN: u32 = 16;
/** After so many misses steps get longer by 1 byte: bytes without a pattern are soon passed over. */
const MISSES_LOG: u32 = 5;
const SEQUENCES_LIMIT: u32 = SEQUENCES + (MAX_SEQUENCES - 1) * SEQUENCE_BYTES;

/** The value of an offset that is that of the sequence before; all others are three more than they are (RFC 8878, 3.1.1.5). */
const REPEATED: u32 = 1;
const REPEATED_OFFSETS: u32 = 3;

/** Where literals and sequences of the block end. */
export let literalsEnd: u32 = 0;
export let sequencesEnd: u32 = 0;
/** The offset of the last sequence. */
export let lastOffset: u32 = 1;
/** Where in the block what is not in its literals yet begins. */
let literal: u32 = 0;
let tableShift: u32 = 0;

/** Before the first block of a source. */
export function startSource(length: u32, work: u32): void {
  const bits = min(MAX_TABLE_BITS, max(MIN_TABLE_BITS, 32 - clz(length)));
  memory.fill(work + POSITIONS, 0, 4 << bits);
  tableShift = 64 - bits;
  lastOffset = 1;
}

/** After a block that is stored as it is: for decoders its sequences never were. */
export function restoreOffset(offset: u32): void {
  lastOffset = offset;
}

/** Literals and sequences of the bytes from `block` up to `end`, or up to where there are as many sequences as fit: answers where. */
export function findSequences(source: u32, block: u32, end: u32, work: u32): u32 {
  const table = work + POSITIONS;
  startBlock(block, work);
  const limit = end - MARGIN;
  let at = max(block, source + 1);
  if (at >= limit || end < block + MARGIN) return endBlock(end);
  let misses: u32 = 1 << MISSES_LOG;
  let bytes = load<u64>(at);
  let slot = slotOf(bytes, table);
  while (at < limit) {
    const candidate = source + load<u32>(slot);
    store<u32>(slot, at - source);
    // The next slot is computed before its turn, while this one is loaded.
    const next = min(limit, at + (misses >> MISSES_LOG));
    const nextBytes = load<u64>(next);
    const nextSlot = slotOf(nextBytes, table);
    const repeated = max(source, at + 1 - lastOffset);
    if (!(((bytes >> 8) ^ load<u64>(repeated)) << 24) & (repeated + lastOffset == at + 1)) {
      at += 1;
      at += storeMatch(at, 5 + commonBytes(repeated + 5, at + 5, end), lastOffset);
    } else if (!((bytes ^ load<u64>(candidate)) << 16) & (at - candidate <= WINDOW_BYTES)) {
      const before = bytesBefore(candidate, at, min(candidate - source, at - literal));
      const length = 6 + commonBytes(candidate + 6, at + 6, end);
      at += storeMatch(at - before, before + length, at - candidate) - before;
    } else {
      at = next;
      bytes = nextBytes;
      slot = nextSlot;
      misses++;
      continue;
    }
    // Not from the start: few short matches, such as hexadecimal digits have, tell little of what comes.
    misses = max(1 << MISSES_LOG, misses - (misses >> 3));
    if (sequencesEnd > work + SEQUENCES_LIMIT) return endBlock(at);
    if (at >= limit) break;
    store<u32>(slotOf(load<u64>(at - 2), table), at - 2 - source);
    bytes = load<u64>(at);
    slot = slotOf(bytes, table);
  }
  return endBlock(end);
}

// Of values of 8 bytes what is alike lies at fixed places, so one look a value does. Whether it finds something no branch could
// foresee: the sequence is stored in any case, and stays where there is a match. A block has room for one a value.

/**
 * As `findSequences`, of doubles. Their lower bytes repeat in decimal fractions of few digits; a match are these and the last byte of
 * the double before, sign and exponent.
 */
export function findDoubles(source: u32, block: u32, end: u32, work: u32): u32 {
  const table = work + POSITIONS;
  startBlock(block, work);
  const limit = end - 8 - MARGIN;
  for (let at = block + 7; at <= limit; at += 8) {
    const value = load<u64>(at);
    const slot = slotOf(value << 16, table); // by 4 bytes
    const candidate = source + load<u32>(slot);
    store<u32>(slot, at - source);
    const equal = <u32>ctz(value ^ load<u64>(candidate)) >> 3;
    const offset = at - candidate;
    const isMatch = u32(equal >= 5) & u32(offset <= WINDOW_BYTES);
    storeIf(isMatch, at, equal, offset);
    if (isMatch & u32(equal == 8)) at += lengthenWords(at + 8, offset, end);
  }
  return endBlock(end);
}

/** As `findSequences`, of integers: a match are upper bytes, as they are in the one before or in one with the same upper 6. */
export function findIntegers(source: u32, block: u32, end: u32, work: u32): u32 {
  const table = work + POSITIONS;
  startBlock(block, work);
  const limit = end - 8 - MARGIN;
  for (let at = block + 8; at <= limit; at += 8) {
    const value = load<u64>(at);
    const slot = slotOf(value >> 16, table);
    const candidate = source + load<u32>(slot);
    store<u32>(slot, at - source);
    const before = <u32>clz(value ^ load<u64>(at - 8)) >> 3;
    const other = at - candidate <= WINDOW_BYTES ? <u32>clz(value ^ load<u64>(candidate)) >> 3 : 0;
    // The offset of the one before is mostly that of the last match as well, which takes next to nothing.
    const isOther = other > before + 1;
    const equal = isOther ? other : before;
    const offset = isOther ? at - candidate : 8;
    const isMatch = u32(equal >= (isOther ? 5 : 3));
    storeIf(isMatch, at + 8 - equal, equal, offset);
    if (isMatch & u32(equal == 8)) at += lengthenWords(at + 8, offset, end);
  }
  return endBlock(end);
}

function startBlock(block: u32, work: u32): void {
  literal = block;
  literalsEnd = work + LITERALS;
  sequencesEnd = work + SEQUENCES;
}

/** What is left is literals. */
function endBlock(end: u32): u32 {
  memory.copy(literalsEnd, literal, end - literal);
  literalsEnd += end - literal;
  return end;
}

/** Answers the length. */
// @ts-ignore: decorator
@inline
function storeMatch(at: u32, length: u32, offset: u32): u32 {
  storeIf(1, at, length, offset);
  return length;
}

// @ts-ignore: decorator
@inline
function storeIf(isMatch: u32, at: u32, length: u32, offset: u32): void {
  const count = at - literal;
  v128.store(literalsEnd, v128.load(literal));
  if (isMatch & u32(count > 16)) copyLiterals(literalsEnd + 16, literal + 16, count - 16);
  const isRepeated = u32(offset == lastOffset) & u32(count != 0); // without literals the value would mean another offset
  store<u32>(sequencesEnd, count);
  store<u32>(sequencesEnd, length - 3, 4);
  store<u32>(sequencesEnd, isRepeated ? REPEATED : offset + REPEATED_OFFSETS, 8);
  sequencesEnd += isMatch ? SEQUENCE_BYTES : 0;
  literalsEnd += isMatch ? count : 0;
  literal = isMatch ? at + length : literal;
  lastOffset = isMatch ? offset : lastOffset;
}

/** In whole vectors: what is too much is overwritten. */
// @ts-ignore: decorator
@inline
function copyLiterals(to: u32, from: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i += 16) v128.store(to + i, v128.load(from + i));
}

/** Makes the last match longer by the whole values from `at` on that are equal; answers their bytes. */
function lengthenWords(at: u32, offset: u32, end: u32): u32 {
  const bytes = commonBytes(at - offset, at, end) & ~7;
  const length = sequencesEnd - SEQUENCE_BYTES + 4;
  store<u32>(length, load<u32>(length) + bytes);
  literal += bytes;
  return bytes;
}

/** By the lower 6 bytes. */
// @ts-ignore: decorator
@inline
function slotOf(bytes: u64, table: u32): u32 {
  return table + (<u32>(((bytes << 16) * 0x9e3779b97f4a7c15) >> tableShift) << 2);
}

/** How many bytes before `a`, at most `limit`, equal those before `b`. Mostly without a branch that could not be foreseen. */
// @ts-ignore: decorator
@inline
function bytesBefore(a: u32, b: u32, limit: u32): u32 {
  let count: u32 = 0;
  while (true) {
    const equal = <u32>clz(load<u64>(a - count - 8) ^ load<u64>(b - count - 8)) >> 3;
    count += equal;
    if (equal < 8 || count >= limit) return min(count, limit);
  }
}
