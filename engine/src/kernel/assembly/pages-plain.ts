// Slots of Arrow columns to values as Parquet's PLAIN encoding has them. In an open page booleans are a byte each; they are
// packed when the page ends.

import { storeBytes } from './pages-bytes';
import { slotAt } from './pages-levels';
import { Leaf } from './pages-state';

/** How a slot becomes a stored value. */
export namespace Loader {
  export const COPY32: u32 = 0;
  export const COPY64: u32 = 1;
  export const INT8: u32 = 2;
  export const INT16: u32 = 3;
  export const UINT8: u32 = 4;
  export const UINT16: u32 = 5;
  /** Decimals lie in 16 bytes, little-endian: their low 4 or 8, or the needed ones in reverse. */
  export const DECIMAL32: u32 = 6;
  export const DECIMAL64: u32 = 7;
  export const DECIMAL_FIXED: u32 = 8;
  export const COPY128: u32 = 9;
  /** A bitmap's bits. */
  export const BOOL: u32 = 10;
  /** Nanoseconds, floored to microseconds. */
  export const MICROS: u32 = 11;
  export const BYTES: u32 = 12;
}

/** Writes the fixed-width values numbered `from` up to `from + count` to `target`. */
export function gatherFixed(leaf: Leaf, from: u32, count: u32, width: u32, target: u32): void {
  const source = leaf.source;
  const slots = leaf.slots ? leaf.slots + (from << 2) : 0;
  const first = leaf.first + from;
  switch (leaf.loader) {
    case Loader.COPY32: return copy<u32>(source, slots, first, count, target);
    case Loader.COPY64: return copy<u64>(source, slots, first, count, target);
    case Loader.INT8: return widen<i8>(source, slots, first, count, target);
    case Loader.INT16: return widen<i16>(source, slots, first, count, target);
    case Loader.UINT8: return widen<u8>(source, slots, first, count, target);
    case Loader.UINT16: return widen<u16>(source, slots, first, count, target);
    case Loader.DECIMAL32: return low<u32>(source, slots, first, count, target);
    case Loader.DECIMAL64: return low<u64>(source, slots, first, count, target);
    case Loader.DECIMAL_FIXED: return bigEndian(source, slots, first, count, width, target);
    case Loader.COPY128: return copy128(source, slots, first, count, target);
    case Loader.BOOL: return unpackBits(source, slots, first, count, target);
    default: return floorToMicros(source, slots, first, count, target);
  }
}

function copy<T>(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  if (!slots) {
    memory.copy(target, source + first * sizeof<T>(), count * sizeof<T>());
    return;
  }
  for (const end = slots + (count << 2); slots < end; slots += 4) {
    store<T>(target, load<T>(source + load<u32>(slots) * sizeof<T>()));
    target += sizeof<T>();
  }
}

function widen<T>(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    store<i32>(target + (i << 2), <i32>load<T>(source + slotAt(slots, first, i) * sizeof<T>()));
  }
}

function low<T>(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    store<T>(target + i * sizeof<T>(), load<T>(source + (slotAt(slots, first, i) << 4)));
  }
}

function copy128(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    v128.store(target + (i << 4), v128.load(source + (slotAt(slots, first, i) << 4)));
  }
}

/** Two's complement of `width` bytes, most significant first. Writes up to 16 bytes a value: there is room behind the last. */
function bigEndian(source: u32, slots: u32, first: u32, count: u32, width: u32, target: u32): void {
  const shift = (16 - width) << 3;
  for (let i: u32 = 0; i < count; i++) {
    const slot = source + (slotAt(slots, first, i) << 4);
    const lower = bswap(load<u64>(slot));
    const upper = bswap(load<u64>(slot, 8));
    // The wanted bytes are the last of the sixteen: moved to the front.
    if (shift >= 64) {
      store<u64>(target, lower >> (shift - 64));
    } else {
      store<u64>(target, shift ? (upper >> shift) | (lower << (64 - shift)) : upper);
      store<u64>(target, lower >> shift, 8);
    }
    target += width;
  }
}

function unpackBits(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i);
    store<u8>(target + i, (<u32>load<u8>(source + (slot >> 3)) >> (slot & 7)) & 1);
  }
}

function floorToMicros(source: u32, slots: u32, first: u32, count: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const nanoseconds = load<i64>(source + (slotAt(slots, first, i) << 3));
    // A moment before 1970 must not move into its own future.
    store<i64>(target + (i << 3), nanoseconds / 1000 - (nanoseconds % 1000 < 0 ? 1 : 0));
  }
}

/** Bytes that byte arrays take in a page: each has its length in 4 bytes before it. */
export function spanBytes(leaf: Leaf, from: u32, count: u32): u32 {
  const offsets = leaf.offsets;
  if (!leaf.slots) {
    const first = offsets + ((leaf.first + from) << 2);
    return load<u32>(first + (count << 2)) - load<u32>(first) + (count << 2);
  }
  let sum = count << 2;
  let slots = leaf.slots + (from << 2);
  for (const end = slots + (count << 2); slots < end; slots += 4) {
    const offset = offsets + (load<u32>(slots) << 2);
    sum += load<u32>(offset, 4) - load<u32>(offset);
  }
  return sum;
}

/** Writes byte arrays, each with its length before it; answers where it ended. Writes up to 16 bytes beyond. */
export function gatherBytes(leaf: Leaf, from: u32, count: u32, target: u32): u32 {
  const slots = leaf.slots ? leaf.slots + (from << 2) : 0;
  const first = leaf.first + from;
  for (let i: u32 = 0; i < count; i++) {
    const offset = leaf.offsets + (slotAt(slots, first, i) << 2);
    const start = load<u32>(offset);
    target = storeBytes(leaf.source + start, load<u32>(offset, 4) - start, target);
  }
  return target;
}

const HEX_DIGITS = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);
const UUID_TEXT_BYTES: u32 = 36;

/** Canonical texts of 16-byte uuids, and their `count + 1` offsets. */
export function uuidTexts(source: u32, count: u32, data: u32, offsets: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(offsets + (i << 2), i * UUID_TEXT_BYTES);
    for (let byte: u32 = 0; byte < 16; byte++) {
      if (byte == 4 || byte == 6 || byte == 8 || byte == 10) store<u8>(data++, 45);
      const value = <u32>load<u8>(source++);
      store<u8>(data++, load<u8>(<u32>HEX_DIGITS + (value >> 4)));
      store<u8>(data++, load<u8>(<u32>HEX_DIGITS + (value & 15)));
    }
  }
  store<u32>(offsets + (count << 2), count * UUID_TEXT_BYTES);
}
