// The first page of a column that may get a dictionary: its values lie plainly until it is clear that one pays. A row group of few
// rows may end before that, and looking values up as they come, in one table after the other of many open row groups, costs ten
// times as much as looking up all of them later. What comes of it is the same.

import { allocate, release } from './heap';
import {
  dropDictionary, indexFixed, indexOf, indexWide, MAX_DICTIONARY_BYTES, reserveTable,
} from './pages-dictionary';
import { countHashes } from './pages-hashes';
import { gatherBytes, gatherFixed, spanBytes } from './pages-plain';
import { ColumnState, Kind, Leaf, reserveBehind, valuesOf } from './pages-state';

/** So many values are looked up before the dictionary's size is. */
const LOOK_UP_VALUES: u32 = 64;

/**
 * Appends values plainly: true. False if they cannot wait any longer for their indices: the source knows which are equal, or the
 * dictionary may become full.
 */
export function appendPending(s: ColumnState, leaf: Leaf, count: u32): bool {
  const bytes = s.kind == Kind.BYTES ? spanBytes(leaf, leaf.value, count) : count * s.width;
  if (leaf.codes || <u64>s.plainUsed + bytes > MAX_DICTIONARY_BYTES) {
    indexPending(s);
    return false;
  }
  reserveBehind(s, s.plainUsed, bytes);
  const target = valuesOf(s) + s.plainUsed;
  if (s.kind == Kind.BYTES) gatherBytes(leaf, leaf.value, count, target);
  else gatherFixed(leaf, leaf.value, count, s.width, target);
  s.plainUsed += bytes;
  s.used += count << 2;
  return true;
}

/** Finds the indices of the values that wait for them. */
export function indexPending(s: ColumnState): void {
  lookUpPending(s, s.values);
}

/** The same at the end of the first page: where a dictionary does not pay, the values are left as they lie. */
export function settlePending(s: ColumnState): void {
  const limit = s.values >> 1;
  if (rise(s) || countHashes(s) > limit || !lookUpPending(s, limit)) leavePending(s);
}

/** The column gets no dictionary. */
export function leavePending(s: ColumnState): void {
  s.pending = 0;
  s.used = s.plainUsed;
  dropDictionary(s);
}

/** Whether each of the values that wait for their indices, which are numbers, is greater than the one before it, bit by bit. */
export function rise(s: ColumnState): bool {
  switch (s.kind) {
    case Kind.INT32: return areRising<i32>(valuesOf(s), s.values);
    case Kind.INT64:
    case Kind.DOUBLE: return areRising<i64>(valuesOf(s), s.values);
    default: return false;
  }
}

function areRising<T>(values: u32, count: u32): bool {
  if (!count) return false;
  let before = load<T>(values);
  for (let i: u32 = 1; i < count; i++) {
    const value = load<T>(values + i * sizeof<T>());
    if (value <= before) return false;
    before = value;
  }
  return true;
}

/** False, and nothing is changed but the dictionary, as soon as it has more than `limit` entries. */
function lookUpPending(s: ColumnState, limit: u32): bool {
  const indexBytes = s.values << 2;
  if (indexBytes) {
    reserveTable(s, min(s.values, limit));
    const indices = allocate(indexBytes);
    if (!indices) unreachable();
    let values = valuesOf(s);
    for (let i: u32 = 0; i < s.values && s.count <= limit; i += LOOK_UP_VALUES) {
      values = indexPlain(s, values, min(LOOK_UP_VALUES, s.values - i), indices + (i << 2));
    }
    if (s.count > limit) {
      release(indices);
      return false;
    }
    reserveBehind(s, s.plainUsed, indexBytes > s.plainUsed ? indexBytes - s.plainUsed : 0);
    memory.copy(valuesOf(s), indices, indexBytes);
    release(indices);
  }
  s.pending = 0;
  return true;
}

/** Indices of values that lie plainly, of which the dictionary has room for all; answers where they end. */
function indexPlain(s: ColumnState, values: u32, count: u32, target: u32): u32 {
  if (s.kind == Kind.BYTES) {
    for (const end = target + (count << 2); target < end; target += 4) {
      const length = load<u32>(values);
      store<u32>(target, indexOf(s, values + 4, length) - 1);
      values += 4 + length;
    }
    return values;
  }
  if (s.width == 4) indexFixed<u32>(s, values, count, target);
  else if (s.width == 8) indexFixed<u64>(s, values, count, target);
  else indexWide(s, values, count, target);
  return values + count * s.width;
}
