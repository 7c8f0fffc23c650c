// The distinct values of a string column, so that whoever hashes or decodes strings does it once for each of them. A column of
// mostly distinct values gives its dictionary up, for good: codes are only ever an addition to offsets and data.

import { allocate, release } from './heap';
import { copyVectors, equalBytes, hashBytes } from './json-hash';
import { Column } from './json-layout';

const MAX_ENTRIES: i32 = 16_384;
const MAX_BYTES: i32 = 1 << 20;
const FIRST_SLOTS: i32 = 128;
const FIRST_BYTES: i32 = 1024;
/** Values between two looks at how many were new. */
const JUDGED_VALUES: i32 = 1024;

/**
 * Entries are numbered as they come; `offsets` and `data` hold their bytes as a string column does. The table, at most half full,
 * has slots of 16 bytes: hash, number + 1 (0 where empty), offset and length of the bytes.
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

/** Stores the code of slot `slot`, whose bytes are at `p`. Gives the dictionary up if it does not pay. */
@inline
export function storeCode(column: Column, slot: i32, p: usize, length: u32): void {
  const dictionary = changetype<Dictionary>(column.dictionary);
  const code = codeOf(dictionary, p, length);
  if (code >= 0) store<i32>(column.codes + (slot << 2), code);
  else giveUp(column);
}

export function giveUp(column: Column): void {
  releaseDictionary(column.dictionary);
  release(<u32>column.codes);
  column.dictionary = column.codes = 0;
}

/** The code of a value, a new one if it was not there; -1 if the dictionary should be given up. */
@inline
function codeOf(dictionary: Dictionary, p: usize, length: u32): i32 {
  const hash = hashBytes(p, length);
  const mask = dictionary.tableMask;
  if ((++dictionary.seen & (JUDGED_VALUES - 1)) == 0 && !isWorthwhile(dictionary)) return -1;
  let at: i32 = hash & mask;
  while (true) {
    const slot = dictionary.table + (at << 4);
    const entry = load<i32>(slot, 4);
    if (!entry) return append(dictionary, hash, p, length);
    if (load<u32>(slot) == hash && load<u32>(slot, 12) == length) {
      if (equalBytes(dictionary.data + load<u32>(slot, 8), p, length)) return entry - 1;
    }
    at = (at + 1) & mask;
  }
}

/** After `seen` values, were enough of them there before? Early on, many may be new: a few thousand entries are welcome. */
function isWorthwhile(dictionary: Dictionary): bool {
  const seen = dictionary.seen;
  if (seen == JUDGED_VALUES) return dictionary.size <= (seen >> 4) * 15;
  if (seen == JUDGED_VALUES * 4) return dictionary.size <= (seen >> 2) * 3;
  if (seen < JUDGED_VALUES * 16) return true;
  dictionary.seen = JUDGED_VALUES * 16;
  return dictionary.size <= JUDGED_VALUES * 12;
}

function append(dictionary: Dictionary, hash: u32, p: usize, length: u32): i32 {
  const code = dictionary.size;
  const end = load<i32>(dictionary.offsets + (code << 2));
  if (code == MAX_ENTRIES || <u32>end + length > <u32>MAX_BYTES) return -1;
  if (end + <i32>length > dictionary.dataCapacity && !growData(dictionary, end + length)) return -1;
  if (code * 2 > dictionary.tableMask && !growTable(dictionary, dictionary.tableMask * 2 + 2)) return -1;
  copyVectors(dictionary.data + end, p, length);
  store<i32>(dictionary.offsets + (code << 2), end + length, 4);
  insert(dictionary, hash, code);
  dictionary.size = code + 1;
  return code;
}

function insert(dictionary: Dictionary, hash: u32, code: i32): void {
  const mask = dictionary.tableMask;
  let at: i32 = hash & mask;
  while (load<i32>(dictionary.table + (at << 4), 4)) at = (at + 1) & mask;
  const slot = dictionary.table + (at << 4);
  const start = load<i32>(dictionary.offsets + (code << 2));
  store<u32>(slot, hash);
  store<i32>(slot, code + 1, 4);
  store<i32>(slot, start, 8);
  store<i32>(slot, load<i32>(dictionary.offsets + (code << 2), 4) - start, 12);
}

/** Makes the table twice as large, and offsets for as many entries as it may then have. */
function growTable(dictionary: Dictionary, slots: i32): bool {
  const table: usize = allocate(slots << 4);
  const offsets: usize = allocate((slots << 1) + 8);
  if (!table || !offsets) {
    release(<u32>table);
    release(<u32>offsets);
    return false;
  }
  memory.fill(table, 0, slots << 4);
  const old = dictionary.table;
  const oldSlots = old ? dictionary.tableMask + 1 : 0;
  dictionary.table = table;
  dictionary.tableMask = slots - 1;
  if (dictionary.offsets) memory.copy(offsets, dictionary.offsets, (dictionary.size + 1) << 2);
  else store<i32>(offsets, 0);
  release(<u32>dictionary.offsets);
  dictionary.offsets = offsets;
  for (let i = 0; i < oldSlots; i++) {
    const entry = load<i32>(old + (i << 4), 4);
    if (entry) insert(dictionary, load<u32>(old + (i << 4)), entry - 1);
  }
  release(<u32>old);
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
