// Hashes of values for a bloom filter, which is made when a row group is sealed and the number of values is known. A value is
// hashed as it is stored, a byte array without its length.

import { insert } from './bloom';
import { ColumnState, Kind, valuesOf } from './pages-state';
import { xxh64, xxh64OfWord } from './xxhash';

/** Writes the hashes of the open page's values, which are not indices, as u64. */
export function hashPage(s: ColumnState, target: u32): void {
  hashValues(s, valuesOf(s), s.values, target);
}

/** Writes the hashes of the dictionary's entries. */
export function hashDictionary(s: ColumnState, target: u32): void {
  hashValues(s, s.data, s.count, target);
}

function hashValues(s: ColumnState, values: u32, count: u32, target: u32): void {
  const end = target + (count << 3);
  for (; target < end; target += 8) {
    if (s.kind == Kind.BYTES) {
      const length = load<u32>(values);
      store<u64>(target, xxh64(values + 4, length));
      values += 4 + length;
    } else {
      store<u64>(target, s.width == 8 ? xxh64OfWord(load<u64>(values)) : xxh64(values, s.width));
      values += s.width;
    }
  }
}

/** Enters values by their hashes. */
export function bloomInsertHashes(filter: u32, filterBytes: u32, hashes: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) insert(filter, filterBytes, load<u64>(hashes + (i << 3)));
}
