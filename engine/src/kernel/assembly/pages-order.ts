// Whether rows come sorted by some columns, the major one first: how each row compares to the one before it.

import { allocate, release } from './heap';
import { isBefore } from './pages-bytes';
import { gatherBytes, gatherFixed, spanBytes } from './pages-plain';
import { ColumnState, Kind, Leaf } from './pages-state';

/** The last row's value of a column, between two appends. */
// @ts-ignore: decorator
@unmanaged
class LastValue {
  /** 0: there was no row; 1: it was null; 2: it is in the block, as PLAIN has it. */
  known: u32;
  block: u32;
  capacity: u32;
}

const NO_ROW: u32 = 0;
const NULL: u32 = 1;
const VALUE: u32 = 2;

export function lastValueBytes(): u32 {
  return offsetof<LastValue>();
}

/** Gives a value and its struct back. */
export function releaseLastValue(last: LastValue): void {
  release(last.block);
  release(changetype<u32>(last));
}

/** Bytes of scratch that `compareRows` needs for a leaf. */
export function plainBound(s: ColumnState, leaf: Leaf, values: u32): u32 {
  return 64 + (s.kind == Kind.BYTES ? spanBytes(leaf, 0, values) : values * s.width);
}

/**
 * Goes over the rows of a leaf without repetitions, none of which was appended yet. `orders` has a byte a row: above 0 if it
 * belongs before the row before it, as far as columns tell; rows that a column before this one has told about are left alone.
 * `first`: there was none. Answers 1 if any row is out of order.
 */
export function compareRows(
  s: ColumnState, leaf: Leaf, values: u32, last: LastValue, descending: u32, nullsFirst: u32, first: u32, orders: u32, scratch: u32,
): u32 {
  let at = scratch;
  if (s.kind == Kind.BYTES) gatherBytes(leaf, 0, values, at);
  else gatherFixed(leaf, 0, values, s.width, at);
  let before: u32 = last.known == VALUE ? last.block : 0;
  let known = last.known;
  let outOfOrder: u32 = 0;
  for (let row: u32 = 0; row < leaf.entries; row++) {
    const present = !leaf.definitions || load<u8>(leaf.definitions + row) == <u8>s.maxDefinition;
    const value = present ? at : 0;
    let order = first ? 0 : <i32>load<i8>(orders + row);
    if (known == NO_ROW) order = -1;
    else if (order == 0) order = compare(s, before, value, descending, nullsFirst);
    store<i8>(orders + row, <i8>order);
    outOfOrder |= order > 0 ? 1 : 0;
    before = value;
    known = present ? VALUE : NULL;
    if (present) at += sizeAt(s, at);
  }
  remember(s, last, before, known);
  return outOfOrder;
}

/** Above 0 if `after`, which comes after `before`, belongs before it. Null is 0. */
function compare(s: ColumnState, before: u32, after: u32, descending: u32, nullsFirst: u32): i32 {
  if (!before || !after) {
    if (before == after) return 0;
    return (before == 0) == (nullsFirst != 0) ? -1 : 1;
  }
  const order = compareValues(s, before, after);
  return order == UNORDERED ? 1 : descending ? -order : order;
}

/** NaN has no place in an order. */
const UNORDERED: i32 = 2;

function compareValues(s: ColumnState, a: u32, b: u32): i32 {
  switch (s.kind) {
    case Kind.BOOL: return compareNumbers<u8>(a, b);
    case Kind.INT32: return s.unsigned ? compareNumbers<u32>(a, b) : compareNumbers<i32>(a, b);
    case Kind.INT64: return s.unsigned ? compareNumbers<u64>(a, b) : compareNumbers<i64>(a, b);
    case Kind.FLOAT: return compareNumbers<f32>(a, b);
    case Kind.DOUBLE: return compareNumbers<f64>(a, b);
    case Kind.BYTES: return compareBytes(a + 4, load<u32>(a), b + 4, load<u32>(b));
    default: {
      const signs = s.unsigned ? 0 : <i32>load<i8>(a) - <i32>load<i8>(b);
      return signs ? (signs < 0 ? -1 : 1) : compareBytes(a, s.width, b, s.width);
    }
  }
}

function compareNumbers<T>(a: u32, b: u32): i32 {
  const left = load<T>(a);
  const right = load<T>(b);
  return left < right ? -1 : left > right ? 1 : left == right ? 0 : UNORDERED;
}

function compareBytes(a: u32, aLength: u32, b: u32, bLength: u32): i32 {
  if (isBefore(a, aLength, b, bLength)) return -1;
  return isBefore(b, bLength, a, aLength) ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function sizeAt(s: ColumnState, value: u32): u32 {
  return s.kind == Kind.BYTES ? 4 + load<u32>(value) : s.width;
}

function remember(s: ColumnState, last: LastValue, value: u32, known: u32): void {
  last.known = known;
  if (known != VALUE || value == last.block) return;
  const size = sizeAt(s, value);
  if (size > last.capacity) {
    release(last.block);
    last.block = allocate(size);
    if (!last.block) unreachable();
    last.capacity = size;
  }
  memory.copy(last.block, value, size);
}
