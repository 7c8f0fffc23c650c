// A column's dictionary while its row group is open: the distinct values in the order in which they came, as the PLAIN page that
// they will be, and a hash table with linear probing. Values differ if their bits do: -0 and NaNs stay what they are.
//
//   table   u64 a slot: the value's hash (low word) and its index + 1 (high word); 0: free
//   starts  u32 an entry, bytes only: where in the data it lies

import { roomFor } from './heap';
import { areEqual, hashBytes, hashWord, storeBytes } from './pages-bytes';
import { slotAt } from './pages-levels';
import { gatherFixed } from './pages-plain';
import { ColumnState, drop, dropTable, grown, Kind, Leaf, reserveValues, valuesOf } from './pages-state';

/** A larger dictionary costs readers and writers too much; parquet-mr and parquet-rs stop here, too. */
export const MAX_DICTIONARY_BYTES: u32 = 1 << 20;
const MIN_TABLE_BITS: u32 = 6;
/** A larger table is not made before its entries are there. */
const MAX_FORESEEN_BITS: u32 = 13;

/**
 * Appends indices of `count` values of the leaf, from its `value` on, and enters those that are new. Answers how many: fewer if
 * the dictionary became full.
 */
export function appendIndexed(s: ColumnState, leaf: Leaf, count: u32): u32 {
  if (!s.table) openTable(s, MIN_TABLE_BITS);
  if (s.kind == Kind.BYTES) {
    reserveValues(s, count << 2);
    const target = valuesOf(s) + s.used;
    return leaf.codes ? indexCodes(s, leaf, count, target) : indexBytes(s, leaf, count, target);
  }
  // The values are gathered behind their indices.
  reserveValues(s, (count << 2) + count * s.width);
  const target = valuesOf(s) + s.used;
  const values = target + (count << 2);
  gatherFixed(leaf, leaf.value, count, s.width, values);
  if (s.width == 4) return indexFixed<u32>(s, values, count, target);
  if (s.width == 8) return indexFixed<u64>(s, values, count, target);
  return indexWide(s, values, count, target);
}

/** Indices of values that lie plainly, the new ones entered; answers how many there was room for. */
export function indexFixed<T>(s: ColumnState, values: u32, count: u32, target: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<T>(values);
    const hash = hashWord(<u64>value);
    let slot = hash >> (32 - s.tableBits);
    let index: u32;
    while (true) {
      const found = load<u64>(s.table + (slot << 3));
      index = <u32>(found >> 32);
      if (!index) {
        index = enterFixed(s, values, hash, slot);
        if (!index) return i;
        break;
      }
      if (<u32>found == hash && load<T>(s.data + (index - 1) * sizeof<T>()) == value) break;
      slot = next(s, slot);
    }
    store<u32>(target, index - 1);
    values += sizeof<T>();
    target += 4;
  }
  return count;
}

/** Values of any other fixed width. */
export function indexWide(s: ColumnState, values: u32, count: u32, target: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const hash = hashBytes(values, s.width);
    let slot = hash >> (32 - s.tableBits);
    let index: u32;
    while (true) {
      const found = load<u64>(s.table + (slot << 3));
      index = <u32>(found >> 32);
      if (!index) {
        index = enterFixed(s, values, hash, slot);
        if (!index) return i;
        break;
      }
      if (<u32>found == hash && areEqual(s.data + (index - 1) * s.width, values, s.width)) break;
      slot = next(s, slot);
    }
    store<u32>(target, index - 1);
    values += s.width;
    target += 4;
  }
  return count;
}

function indexBytes(s: ColumnState, leaf: Leaf, count: u32, target: u32): u32 {
  const slots = leaf.slots ? leaf.slots + (leaf.value << 2) : 0;
  const first = leaf.first + leaf.value;
  for (let i: u32 = 0; i < count; i++) {
    const offset = leaf.offsets + (slotAt(slots, first, i) << 2);
    const start = load<u32>(offset);
    const index = indexOf(s, leaf.source + start, load<u32>(offset, 4) - start);
    if (!index) return i;
    store<u32>(target + (i << 2), index - 1);
  }
  return count;
}

/** As `indexBytes` for strings of which the source knows which are equal: each is looked up once. */
function indexCodes(s: ColumnState, leaf: Leaf, count: u32, target: u32): u32 {
  const slots = leaf.slots ? leaf.slots + (leaf.value << 2) : 0;
  const first = leaf.first + leaf.value;
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i) << 2;
    const known = leaf.remap + (load<u32>(leaf.codes + slot) << 2);
    if (load<i32>(known) < 0) {
      const start = load<u32>(leaf.offsets + slot);
      const index = indexOf(s, leaf.source + start, load<u32>(leaf.offsets + slot, 4) - start);
      if (!index) return i;
      store<u32>(known, index - 1);
    }
    store<u32>(target + (i << 2), load<u32>(known));
  }
  return count;
}

/** Index + 1 of a byte array, entered if it is new; 0 if there is no room for it. */
// @ts-ignore: decorator
@inline
export function indexOf(s: ColumnState, bytes: u32, length: u32): u32 {
  const hash = hashBytes(bytes, length);
  let slot = hash >> (32 - s.tableBits);
  while (true) {
    const found = load<u64>(s.table + (slot << 3));
    const index = <u32>(found >> 32);
    if (!index) return enterBytes(s, bytes, length, hash, slot);
    if (<u32>found == hash) {
      const entry = s.data + load<u32>(s.starts + ((index - 1) << 2));
      if (load<u32>(entry) == length && areEqual(entry + 4, bytes, length)) return index;
    }
    slot = next(s, slot);
  }
}

// @ts-ignore: decorator
@inline
function next(s: ColumnState, slot: u32): u32 {
  return (slot + 1) & ((1 << s.tableBits) - 1);
}

function enterFixed(s: ColumnState, value: u32, hash: u32, slot: u32): u32 {
  const width = s.width;
  if (s.dataBytes + width > MAX_DICTIONARY_BYTES) return 0;
  reserveData(s, width);
  memory.copy(s.data + s.dataBytes, value, width);
  s.dataBytes += width;
  return enterHash(s, hash, slot);
}

function enterBytes(s: ColumnState, bytes: u32, length: u32, hash: u32, slot: u32): u32 {
  if (<u64>s.dataBytes + length + 4 > MAX_DICTIONARY_BYTES) return 0;
  reserveData(s, length + 4);
  if (s.count == s.startCapacity) {
    const room = roomFor((s.startCapacity + 1) << 2);
    s.starts = grown(s, s.starts, s.count << 2, room);
    s.startCapacity = room >> 2;
  }
  store<u32>(s.starts + (s.count << 2), s.dataBytes);
  storeBytes(bytes, length, s.data + s.dataBytes);
  s.dataBytes += length + 4;
  return enterHash(s, hash, slot);
}

function enterHash(s: ColumnState, hash: u32, slot: u32): u32 {
  const index = ++s.count;
  store<u64>(s.table + (slot << 3), (<u64>index << 32) | hash);
  if (index << 1 > <u32>1 << s.tableBits) growTable(s);
  return index;
}

function reserveData(s: ColumnState, more: u32): void {
  const needed = s.dataBytes + more;
  if (needed <= s.dataCapacity) return;
  s.dataCapacity = roomFor(max(needed, s.dataCapacity + 1));
  s.data = grown(s, s.data, s.dataBytes, s.dataCapacity);
}

function openTable(s: ColumnState, bits: u32): void {
  s.table = grown(s, 0, 0, 8 << bits);
  s.tableBits = bits;
  memory.fill(s.table, 0, 8 << bits);
}

/** A table that is not crowded by so many entries, if there is none yet. */
export function reserveTable(s: ColumnState, entries: u32): void {
  if (!s.table) openTable(s, min(MAX_FORESEEN_BITS, max<u32>(MIN_TABLE_BITS, 33 - clz(entries))));
}

function growTable(s: ColumnState): void {
  const old = s.table;
  const size: u32 = 8 << s.tableBits;
  openTable(s, s.tableBits + 1);
  for (let from = old; from < old + size; from += 8) {
    const entry = load<u64>(from);
    if (!entry) continue;
    let slot = <u32>entry >> (32 - s.tableBits);
    while (load<u64>(s.table + (slot << 3))) slot = next(s, slot);
    store<u64>(s.table + (slot << 3), entry);
  }
  drop(s, old);
}

/** Writes the values of the open page plainly in place of their indices: the column gets no dictionary. */
export function undoDictionary(s: ColumnState): void {
  const indexBytes = s.values << 2;
  const plainBytes = plainBytesOf(s);
  // The indices make way to the end of the block, out of the reach of what is written from its start.
  reserveValues(s, plainBytes + 16);
  const indices = valuesOf(s) + s.capacity - indexBytes;
  memory.copy(indices, valuesOf(s), indexBytes);
  let target = valuesOf(s);
  for (let i: u32 = 0; i < s.values; i++) {
    const index = load<u32>(indices + (i << 2));
    if (s.width) {
      memory.copy(target, s.data + index * s.width, s.width);
      target += s.width;
    } else {
      const entry = s.data + load<u32>(s.starts + (index << 2));
      target = storeBytes(entry + 4, load<u32>(entry), target);
    }
  }
  s.used = plainBytes;
  dropDictionary(s);
}

/** The rest of the row group has no dictionary: its memory is for those that have. */
export function dropDictionary(s: ColumnState): void {
  s.indexed = 0;
  s.count = 0;
  s.dataBytes = 0;
  drop(s, s.data);
  s.data = 0;
  s.dataCapacity = 0;
  drop(s, s.starts);
  s.starts = 0;
  s.startCapacity = 0;
  dropTable(s);
}

/** What the values of the open page, which are indices, would take plainly. */
function plainBytesOf(s: ColumnState): u32 {
  if (s.width) return s.values * s.width;
  let sum = s.values << 2;
  const indices = valuesOf(s);
  for (let i: u32 = 0; i < s.values; i++) {
    sum += load<u32>(s.data + load<u32>(s.starts + (load<u32>(indices + (i << 2)) << 2)));
  }
  return sum;
}
