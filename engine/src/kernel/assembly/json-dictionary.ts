// The distinct values of a string column, so that whoever hashes or decodes strings does it once for each of them. A column of
// mostly distinct values gives its dictionary up, for good: codes are only ever an addition to offsets and data.

import { allocate, release } from './heap';
import { copyVectors, equalLong, firstBytes, hashFirst, hashLong } from './json-hash';
import { Column } from './json-layout';

const MAX_ENTRIES: i32 = 16_384;
const MAX_BYTES: i32 = 1 << 20;
const FIRST_SLOTS: i32 = 128;
const FIRST_BYTES: i32 = 1024;
/** Values between two looks at how many were new. */
const JUDGED_VALUES: i32 = 1024;

/** Bytes that a slot has itself: a value that is no longer is compared without a look at the data. */
const SLOT_KEY_BYTES: u32 = 16;

/** A slot of the table; one that is empty is zero. */
@unmanaged
class Slot {
  /** The first 16 bytes of the value, then zeros. */
  keyLow: u64; // 0
  keyHigh: u64; // 8
  length: u32; // 16
  /** Number of the entry + 1. */
  entry: i32; // 20
  hash: u32; // 24
  /** Where the value is in the data. */
  offset: u32; // 28
}

/** Bytes of a slot, as a power of two. */
const SLOT_SHIFT: i32 = 5;

/**
 * Entries are numbered as they come; `offsets` and `data` hold their bytes as a string column does. The table is at most half full.
 */
@unmanaged
export class Dictionary {
  size: i32; // 0
  offsets: usize; // 4
  data: usize; // 8
  dataCapacity: i32; // 12
  table: usize; // 16
  tableMask: i32; // 20
  /** Values looked up, counted up to when it matters no longer. */
  seen: i32; // 24
}

/** A new dictionary; 0 if there is no memory. */
export function createDictionary(): usize {
  const address = allocate(offsetof<Dictionary>());
  if (!address) return 0;
  memory.fill(address, 0, offsetof<Dictionary>());
  const dictionary = changetype<Dictionary>(address);
  if (growTable(dictionary, FIRST_SLOTS) && growData(dictionary, FIRST_BYTES)) return address;
  releaseDictionary(address);
  return 0;
}

export function releaseDictionary(address: usize): void {
  if (!address) return;
  const dictionary = changetype<Dictionary>(address);
  release(<u32>dictionary.table);
  release(<u32>dictionary.offsets);
  release(<u32>dictionary.data);
  release(<u32>address);
}

/**
 * Stores the codes of all slots, if there is a dictionary; gives it up if it does not pay. A column at a time, because lookups that
 * follow each other overlap, and between the values of a record each would wait for memory.
 */
export function encodeColumn(column: Column): void {
  if (!column.dictionary) return;
  const dictionary = changetype<Dictionary>(column.dictionary);
  const length = column.length;
  const values = column.values;
  const data = column.data;
  const codes = column.codes;
  const validity = column.hasNulls ? column.validity : 0;
  // In variables, because what was just stored might be theirs as far as the compiler knows.
  let table = dictionary.table;
  let mask = dictionary.tableMask;
  let seen = dictionary.seen;
  let start = 0;
  for (let slot = 0; slot < length; slot++) {
    const end = load<i32>(values + (slot << 2), 4);
    let code = 0;
    if (!validity || load<u8>(validity + slot)) {
      if ((++seen & (JUDGED_VALUES - 1)) == 0) {
        if (!isWorthwhile(dictionary, seen)) return giveUp(column);
        seen = min(seen, JUDGED_VALUES * 16);
      }
      code = codeOf(dictionary, table, mask, data + start, end - start);
      if (code < 0) {
        code = append(dictionary, data + start, end - start);
        if (code < 0) return giveUp(column);
        table = dictionary.table;
        mask = dictionary.tableMask;
      }
    }
    store<i32>(codes + (slot << 2), code);
    start = end;
  }
  dictionary.seen = seen;
}

export function giveUp(column: Column): void {
  releaseDictionary(column.dictionary);
  release(<u32>column.codes);
  column.dictionary = column.codes = 0;
}

/** The code of a value; negative if it has none. */
@inline
function codeOf(dictionary: Dictionary, table: usize, mask: u32, p: usize, length: u32): i32 {
  return length <= SLOT_KEY_BYTES ? codeOfShort(table, mask, p, length) : codeOfLong(dictionary, table, mask, p, length);
}

@inline
function codeOfShort(table: usize, mask: u32, p: usize, length: u32): i32 {
  const key = firstBytes(p, length);
  let at = hashFirst(key, length) & mask;
  while (true) {
    const slot = changetype<Slot>(table + (at << SLOT_SHIFT));
    // An empty slot is like one of the empty value, with no number.
    if (slot.length == length && !v128.any_true(v128.xor(v128.load(changetype<usize>(slot)), key))) return slot.entry - 1;
    if (!slot.entry) return -1;
    at = (at + 1) & mask;
  }
}

@inline
function codeOfLong(dictionary: Dictionary, table: usize, mask: u32, p: usize, length: u32): i32 {
  const hash = hashLong(p, length);
  let at = hash & mask;
  while (true) {
    const slot = changetype<Slot>(table + (at << SLOT_SHIFT));
    if (slot.hash == hash && slot.length == length && equalLong(dictionary.data + slot.offset, p, length)) return slot.entry - 1;
    if (!slot.entry) return -1;
    at = (at + 1) & mask;
  }
}

/** After `seen` values, were enough of them there before? Early on, many may be new: a few thousand entries are welcome. */
function isWorthwhile(dictionary: Dictionary, seen: i32): bool {
  if (seen == JUDGED_VALUES) return dictionary.size <= (seen >> 4) * 15;
  if (seen == JUDGED_VALUES * 4) return dictionary.size <= (seen >> 2) * 3;
  if (seen < JUDGED_VALUES * 16) return true;
  return dictionary.size <= JUDGED_VALUES * 12;
}

/** The code of a value that was not there; -1 if the dictionary should be given up. */
function append(dictionary: Dictionary, p: usize, length: u32): i32 {
  const code = dictionary.size;
  const end = load<i32>(dictionary.offsets + (code << 2));
  if (code == MAX_ENTRIES || <u32>end + length > <u32>MAX_BYTES) return -1;
  if (end + <i32>length > dictionary.dataCapacity && !growData(dictionary, end + length)) return -1;
  if (code * 2 > dictionary.tableMask && !growTable(dictionary, dictionary.tableMask * 2 + 2)) return -1;
  copyVectors(dictionary.data + end, p, length);
  store<i32>(dictionary.offsets + (code << 2), end + length, 4);
  insert(dictionary, code);
  dictionary.size = code + 1;
  return code;
}

function insert(dictionary: Dictionary, code: i32): void {
  const mask = dictionary.tableMask;
  const start = load<i32>(dictionary.offsets + (code << 2));
  const length = load<i32>(dictionary.offsets + (code << 2), 4) - start;
  const p = dictionary.data + start;
  const key = firstBytes(p, min<u32>(length, SLOT_KEY_BYTES));
  const hash = <u32>length <= SLOT_KEY_BYTES ? hashFirst(key, length) : hashLong(p, length);
  let at: u32 = hash & mask;
  while (slotAt(dictionary, at).entry) at = (at + 1) & mask;
  const slot = slotAt(dictionary, at);
  v128.store(changetype<usize>(slot), key);
  slot.length = length;
  slot.entry = code + 1;
  slot.hash = hash;
  slot.offset = start;
}

@inline
function slotAt(dictionary: Dictionary, at: u32): Slot {
  return changetype<Slot>(dictionary.table + (at << SLOT_SHIFT));
}

/** Makes the table twice as large, and offsets for as many entries as it may then have. */
function growTable(dictionary: Dictionary, slots: i32): bool {
  const table: usize = allocate(slots << SLOT_SHIFT);
  const offsets: usize = allocate((slots << 1) + 8);
  if (!table || !offsets) {
    release(<u32>table);
    release(<u32>offsets);
    return false;
  }
  memory.fill(table, 0, slots << SLOT_SHIFT);
  release(<u32>dictionary.table);
  dictionary.table = table;
  dictionary.tableMask = slots - 1;
  if (dictionary.offsets) memory.copy(offsets, dictionary.offsets, (dictionary.size + 1) << 2);
  else store<i32>(offsets, 0);
  release(<u32>dictionary.offsets);
  dictionary.offsets = offsets;
  for (let code = 0; code < dictionary.size; code++) insert(dictionary, code);
  return true;
}

function growData(dictionary: Dictionary, needed: i32): bool {
  const capacity = max(needed, dictionary.dataCapacity * 2);
  const data: usize = allocate(capacity);
  if (!data) return false;
  if (dictionary.data) memory.copy(data, dictionary.data, load<i32>(dictionary.offsets + (dictionary.size << 2)));
  release(<u32>dictionary.data);
  dictionary.data = data;
  dictionary.dataCapacity = capacity;
  return true;
}
