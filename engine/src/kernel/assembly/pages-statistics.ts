// The least and the greatest value of a page, in the order of its type: numbers signed or unsigned, byte arrays unsigned and byte
// by byte, decimals in byte arrays as signed big-endian numbers. NaN has no place in an order and is left out; zeros that are a
// bound are -0 below and +0 above, since readers may compare them either way (parquet.thrift, ColumnOrder).

import { areEqual, isBefore, prefixOf } from './pages-bytes';
import { ColumnState, Kind, valuesOf } from './pages-state';

/** Finds the bounds of the open page. `seen` is scratch of a byte for each entry of the dictionary, if values are indices. */
export function findBounds(s: ColumnState, seen: u32): void {
  s.min = 0;
  s.max = 0;
  if (!s.statistics || !s.values) return;
  if (s.indexed) {
    memory.fill(seen, 0, s.count);
    const indices = valuesOf(s);
    for (let i: u32 = 0; i < s.values; i++) store<u8>(seen + load<u32>(indices + (i << 2)), 1);
    boundsOf(s, s.data, s.count, seen);
  } else {
    boundsOf(s, valuesOf(s), s.values, 0);
  }
}

function boundsOf(s: ColumnState, values: u32, count: u32, seen: u32): void {
  switch (s.kind) {
    case Kind.BOOL: return numbers<u8>(s, values, count, seen);
    case Kind.INT32: return s.unsigned ? numbers<u32>(s, values, count, seen) : numbers<i32>(s, values, count, seen);
    case Kind.INT64: return s.unsigned ? numbers<u64>(s, values, count, seen) : numbers<i64>(s, values, count, seen);
    case Kind.FLOAT: return floats<f32>(s, values, count, seen);
    case Kind.DOUBLE: return floats<f64>(s, values, count, seen);
    case Kind.BYTES: return byteArrays(s, values, count, seen);
    default: return fixedArrays(s, values, count, seen);
  }
}

// @ts-ignore: decorator
@inline
function isSeen(seen: u32, i: u32): bool {
  return !seen || load<u8>(seen + i) != 0;
}

function numbers<T>(s: ColumnState, values: u32, count: u32, seen: u32): void {
  let i: u32 = 0;
  while (!isSeen(seen, i)) i++;
  let least = load<T>(values + i * sizeof<T>());
  let greatest = least;
  for (i++; i < count; i++) {
    if (!isSeen(seen, i)) continue;
    const value = load<T>(values + i * sizeof<T>());
    least = min(least, value);
    greatest = max(greatest, value);
  }
  answer<T>(s, least, greatest);
}

function floats<T>(s: ColumnState, values: u32, count: u32, seen: u32): void {
  let least = <T>Infinity;
  let greatest = <T>-Infinity;
  for (let i: u32 = 0; i < count; i++) {
    if (!isSeen(seen, i)) continue;
    const value = load<T>(values + i * sizeof<T>());
    // False for NaN.
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least > greatest) return; // nothing but NaN
  answer<T>(s, least == 0 ? <T>-0.0 : least, greatest == 0 ? <T>0.0 : greatest);
}

// @ts-ignore: decorator
@inline
function answer<T>(s: ColumnState, least: T, greatest: T): void {
  s.min = changetype<u32>(s) + offsetof<ColumnState>('minLow');
  s.max = changetype<u32>(s) + offsetof<ColumnState>('maxLow');
  s.minBytes = sizeof<T>();
  s.maxBytes = sizeof<T>();
  store<T>(s.min, least);
  store<T>(s.max, greatest);
}

/**
 * Whatever lies between the bounds begins as both of them do, so its 8 bytes behind that beginning mostly tell where it is: between
 * them, or a new bound that begins so, too. Values that rise make a new one each. Where the 8 bytes are equal, and where a value
 * begins otherwise, all of it is compared, and the beginning is found anew.
 */
function byteArrays(s: ColumnState, values: u32, count: u32, seen: u32): void {
  let at = values;
  let i: u32 = 0;
  for (; !isSeen(seen, i); i++) at += 4 + load<u32>(at);
  let least = at;
  let greatest = at;
  let common: u32 = 0;
  let leastPrefix = prefixAt(at, 0);
  let greatestPrefix = leastPrefix;
  at += 4 + load<u32>(at);
  for (i++; i < count; i++) {
    const length = load<u32>(at);
    if (isSeen(seen, i)) {
      let isNew = true;
      if (!common || (length >= common && areEqual(at + 4, least + 4, common))) {
        const prefix = prefixOf(at + 4 + common, length - common);
        isNew = false;
        if (prefix > greatestPrefix) {
          greatest = at;
          greatestPrefix = prefix;
        } else if (prefix < leastPrefix) {
          least = at;
          leastPrefix = prefix;
        } else {
          isNew = (prefix == leastPrefix && isLess(at, least)) || (prefix == greatestPrefix && isLess(greatest, at));
        }
      }
      if (isNew) {
        if (isLess(at, least)) least = at;
        else if (isLess(greatest, at)) greatest = at;
        common = commonBytes(least, greatest);
        leastPrefix = prefixAt(least, common);
        greatestPrefix = prefixAt(greatest, common);
      }
    }
    at += 4 + length;
  }
  s.min = least + 4;
  s.minBytes = load<u32>(least);
  s.max = greatest + 4;
  s.maxBytes = load<u32>(greatest);
}

/** Of a byte array with its length before it, the 8 bytes from `start` on. */
// @ts-ignore: decorator
@inline
function prefixAt(value: u32, start: u32): u64 {
  return prefixOf(value + 4 + start, load<u32>(value) - start);
}

/** With how many equal bytes two byte arrays begin, which have their lengths before them. */
function commonBytes(a: u32, b: u32): u32 {
  const limit = min(load<u32>(a), load<u32>(b));
  for (let i: u32 = 0; i < limit; i += 8) {
    const difference = load<u64>(a + 4 + i) ^ load<u64>(b + 4 + i);
    if (difference) return min(limit, i + (<u32>ctz(difference) >> 3));
  }
  return limit;
}

/** Of two byte arrays with their lengths before them. */
// @ts-ignore: decorator
@inline
function isLess(a: u32, b: u32): bool {
  return isBefore(a + 4, load<u32>(a), b + 4, load<u32>(b));
}

function fixedArrays(s: ColumnState, values: u32, count: u32, seen: u32): void {
  const width = s.width;
  let least: u32 = 0;
  let greatest: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (!isSeen(seen, i)) continue;
    const at = values + i * width;
    if (!least) {
      least = at;
      greatest = at;
    } else if (isBelow(s, at, least)) {
      least = at;
    } else if (isBelow(s, greatest, at)) {
      greatest = at;
    }
  }
  s.min = least;
  s.minBytes = width;
  s.max = greatest;
  s.maxBytes = width;
}

// @ts-ignore: decorator
@inline
function isBelow(s: ColumnState, a: u32, b: u32): bool {
  if (!s.unsigned) {
    const order = <i32>load<i8>(a) - <i32>load<i8>(b);
    if (order) return order < 0;
  }
  return isBefore(a, s.width, b, s.width);
}
