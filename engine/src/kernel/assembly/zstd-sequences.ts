// The sequences of a block (RFC 8878, 3.1.1.3.2): how many literals, then how many bytes from which offset. Their codes are FSE coded,
// each kind with a table of its own, the bits that codes leave open stand between them.

import { FSE, SEQUENCE_BYTES } from './zstd-work';
import { buildSingle, buildTable, firstState, normalize, STATES, storeCells, TABLE_BYTES, tableLog } from './zstd-fse';

const KINDS: u32 = 64;
const LITERALS_MAX_LOG: u32 = 9;
const OFFSET_MAX_LOG: u32 = 8;
const MATCH_MAX_LOG: u32 = 9;

/** How a table is given: by the standard, by the one symbol that there is, by its cells. */
const PREDEFINED: u32 = 0;
const SINGLE: u32 = 1;
const DESCRIBED: u32 = 2;
/** Fewer sequences than these are coded with the tables of the standard: others take more to describe than they save. */
const MIN_DESCRIBED: u32 = 64;

const LITERAL_CODES = <u32>memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21,
  22, 22, 22, 22, 22, 22, 22, 22, 23, 23, 23, 23, 23, 23, 23, 23, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24,
]);
const LITERAL_BITS = <u32>memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const MATCH_CODES = <u32>memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
  32, 32, 33, 33, 34, 34, 35, 35, 36, 36, 36, 36, 37, 37, 37, 37, 38, 38, 38, 38, 38, 38, 38, 38, 39, 39, 39, 39, 39, 39, 39, 39,
  40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41,
  42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42,
]);
const MATCH_BITS = <u32>memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

const PREDEFINED_LITERALS = <u32>memory.data<i16>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
]);
const PREDEFINED_OFFSETS = <u32>memory.data<i16>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]);
const PREDEFINED_MATCHES = <u32>memory.data<i16>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);

// Of the scratch memory.
const LITERAL_COUNTS: u32 = FSE;
const OFFSET_COUNTS: u32 = LITERAL_COUNTS + KINDS * 4;
const MATCH_COUNTS: u32 = OFFSET_COUNTS + KINDS * 4;
const LITERAL_TABLE: u32 = MATCH_COUNTS + KINDS * 4;
const OFFSET_TABLE: u32 = LITERAL_TABLE + TABLE_BYTES;
const MATCH_TABLE: u32 = OFFSET_TABLE + TABLE_BYTES;
const CELLS: u32 = MATCH_TABLE + TABLE_BYTES;
const SPREAD: u32 = CELLS + KINDS * 2;

/** The mode and the logarithm of the table that `storeTable` made last. */
let mode: u32 = 0;
let tableBits: u32 = 0;

/** Answers where they end. */
export function storeSequences(out: u32, from: u32, to: u32, work: u32): u32 {
  const count = (to - from) / SEQUENCE_BYTES;
  if (count < 128) store<u8>(out++, count);
  else {
    store<u8>(out++, (count >> 8) + 128);
    store<u8>(out++, count);
  }
  if (!count) return out;
  codeSequences(from, to, work);
  const modes = out++;
  out = storeTable(out, LITERAL_COUNTS, LITERAL_TABLE, PREDEFINED_LITERALS, 36, 6, LITERALS_MAX_LOG, count, work);
  const literalMode = mode;
  const literalLog = tableBits;
  out = storeTable(out, OFFSET_COUNTS, OFFSET_TABLE, PREDEFINED_OFFSETS, 29, 5, OFFSET_MAX_LOG, count, work);
  const offsetMode = mode;
  const offsetLog = tableBits;
  out = storeTable(out, MATCH_COUNTS, MATCH_TABLE, PREDEFINED_MATCHES, 53, 6, MATCH_MAX_LOG, count, work);
  store<u8>(modes, (literalMode << 6) | (offsetMode << 4) | (mode << 2));
  return storeCodes(out, from, to, literalLog, offsetLog, tableBits, work);
}

/** Puts the codes of each sequence into its values' uppermost bytes and counts them. */
function codeSequences(from: u32, to: u32, work: u32): void {
  const literalCounts = work + LITERAL_COUNTS;
  const offsetCounts = work + OFFSET_COUNTS;
  const matchCounts = work + MATCH_COUNTS;
  memory.fill(literalCounts, 0, 3 * KINDS * 4);
  for (let at = from; at < to; at += SEQUENCE_BYTES) {
    const literals = load<u32>(at);
    const match = load<u32>(at, 4);
    const offset = load<u32>(at, 8);
    const literalCode: u32 = literals < 64 ? load<u8>(LITERAL_CODES + literals) : 50 - clz(literals);
    const matchCode: u32 = match < 128 ? load<u8>(MATCH_CODES + match) : 67 - clz(match);
    const offsetCode: u32 = 31 - clz(offset);
    increment(literalCounts + (literalCode << 2));
    increment(matchCounts + (matchCode << 2));
    increment(offsetCounts + (offsetCode << 2));
    store<u32>(at, literals | (literalCode << 24));
    store<u32>(at, match | (matchCode << 24), 4);
    store<u32>(at, offset | (offsetCode << 24), 8);
  }
}

// @ts-ignore: decorator
@inline
function increment(counter: u32): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Makes the table of one kind of code and describes it, as `mode` and `tableBits` say. Answers where the description ends. */
function storeTable(
  out: u32,
  countsAt: u32,
  tableAt: u32,
  predefined: u32,
  predefinedKinds: u32,
  predefinedLog: u32,
  maxLog: u32,
  total: u32,
  work: u32,
): u32 {
  const counts = work + countsAt;
  const table = work + tableAt;
  let last = KINDS - 1;
  while (!load<u32>(counts + (last << 2))) last--;
  if (load<u32>(counts + (last << 2)) == total) {
    mode = SINGLE;
    tableBits = 0;
    buildSingle(last, table);
    store<u8>(out, last);
    return out + 1;
  }
  if (total < MIN_DESCRIBED) {
    mode = PREDEFINED;
    tableBits = predefinedLog;
    buildTable(predefined, predefinedKinds, predefinedLog, table, work + SPREAD);
    return out;
  }
  mode = DESCRIBED;
  tableBits = tableLog(total, last, maxLog);
  normalize(counts, last + 1, total, tableBits, work + CELLS);
  buildTable(work + CELLS, last + 1, tableBits, table, work + SPREAD);
  return storeCells(out, work + CELLS, tableBits);
}

/** The stream of codes and bits, the last sequence first. */
function storeCodes(out: u32, from: u32, to: u32, literalLog: u32, offsetLog: u32, matchLog: u32, work: u32): u32 {
  const literalTable = work + LITERAL_TABLE;
  const offsetTable = work + OFFSET_TABLE;
  const matchTable = work + MATCH_TABLE;
  let at = to - SEQUENCE_BYTES;
  let literals = load<u32>(at);
  let match = load<u32>(at, 4);
  let offset = load<u32>(at, 8);
  let literalState = firstState(literalTable, literals >> 24);
  let matchState = firstState(matchTable, match >> 24);
  let offsetState = firstState(offsetTable, offset >> 24);
  let bits: u64 = 0;
  let count: u32 = 0;
  while (true) {
    // At most 7 bits are left, to which come up to 16 and 16 and 21.
    let width: u32 = load<u8>(LITERAL_BITS + (literals >> 24));
    bits |= <u64>(literals & lowest(width)) << count;
    count += width;
    width = load<u8>(MATCH_BITS + (match >> 24));
    bits |= <u64>(match & lowest(width)) << count;
    count += width;
    width = offset >> 24;
    bits |= <u64>(offset & lowest(width)) << count;
    count += width;
    if (at == from) break;
    if (count > 63 - 26) {
      store<u64>(out, bits);
      out += count >> 3;
      bits >>= count & 56;
      count &= 7;
    }
    at -= SEQUENCE_BYTES;
    literals = load<u32>(at);
    match = load<u32>(at, 4);
    offset = load<u32>(at, 8);
    let entry = offsetTable + ((offset >> 24) << 3);
    width = (offsetState + load<u32>(entry, 4)) >> 16;
    bits |= <u64>(offsetState & lowest(width)) << count;
    count += width;
    offsetState = load<u16>(offsetTable + STATES + (((offsetState >> width) + load<u32>(entry)) << 1));
    entry = matchTable + ((match >> 24) << 3);
    width = (matchState + load<u32>(entry, 4)) >> 16;
    bits |= <u64>(matchState & lowest(width)) << count;
    count += width;
    matchState = load<u16>(matchTable + STATES + (((matchState >> width) + load<u32>(entry)) << 1));
    entry = literalTable + ((literals >> 24) << 3);
    width = (literalState + load<u32>(entry, 4)) >> 16;
    bits |= <u64>(literalState & lowest(width)) << count;
    count += width;
    literalState = load<u16>(literalTable + STATES + (((literalState >> width) + load<u32>(entry)) << 1));
    store<u64>(out, bits);
    out += count >> 3;
    bits >>= count & 56;
    count &= 7;
  }
  store<u64>(out, bits);
  out += count >> 3;
  bits >>= count & 56;
  count &= 7;
  bits |= <u64>(matchState & lowest(matchLog)) << count;
  count += matchLog;
  bits |= <u64>(offsetState & lowest(offsetLog)) << count;
  count += offsetLog;
  bits |= <u64>(literalState & lowest(literalLog)) << count;
  count += literalLog;
  bits |= <u64>1 << count;
  store<u64>(out, bits);
  return out + (count >> 3) + 1;
}

// @ts-ignore: decorator
@inline
function lowest(width: u32): u32 {
  return (1 << width) - 1;
}
