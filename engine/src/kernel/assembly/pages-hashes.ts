// How many distinct values the open page has at least: in one look at each value, where a dictionary takes several and has to be
// undone if it does not pay. Each value sets the bit of its hash; equal values set the same one.

import { allocate, release } from './heap';
import { hashBytes, hashWord } from './pages-bytes';
import { ColumnState, Kind, valuesOf } from './pages-state';

/** 1 << 4 bits a value at least: of a hundred distinct values, three at most share theirs with others, as a rule. */
const SPARSE_BITS: u32 = 4;
/** Of a list's values there may be many in a page: 128 KiB. */
const MAX_BITS: u32 = 20;

/** Distinct hashes of the values, which lie plainly: as many distinct values there are at least. */
export function countHashes(s: ColumnState): u32 {
  if (!s.values) return 0;
  const bits = min(MAX_BITS, max<u32>(6, 32 - clz(s.values - 1) + SPARSE_BITS));
  const bytes: u32 = 1 << (bits - 3);
  const map = allocate(bytes);
  if (!map) unreachable();
  memory.fill(map, 0, bytes);
  setBits(s, map, 32 - bits);
  let count: u32 = 0;
  for (let at = map; at < map + bytes; at += 8) count += <u32>popcnt(load<u64>(at));
  release(map);
  return count;
}

function setBits(s: ColumnState, map: u32, shift: u32): void {
  let at = valuesOf(s);
  const width = s.width;
  for (let i: u32 = 0; i < s.values; i++) {
    if (s.kind == Kind.BYTES) {
      const length = load<u32>(at);
      setBit(map, hashBytes(at + 4, length) >> shift);
      at += 4 + length;
    } else {
      const hash = width == 8 ? hashWord(load<u64>(at)) : width == 4 ? hashWord(load<u32>(at)) : hashBytes(at, width);
      setBit(map, hash >> shift);
      at += width;
    }
  }
}

// @ts-ignore: decorator
@inline
function setBit(map: u32, bit: u32): void {
  const at = map + (bit >> 3);
  store<u8>(at, <u32>load<u8>(at) | (1 << (bit & 7)));
}
