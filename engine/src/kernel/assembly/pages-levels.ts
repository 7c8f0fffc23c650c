// From Arrow's offsets and validity to Parquet's levels, one nesting step at a time. What is passed on is a list of entries, as
// there will be in a page: each has a slot of the column at hand, or -1 where an ancestor is null or empty, and the levels it
// has so far.
//
//   slots        i32 an entry; 0: they are first, first + 1, ... and all entries have one
//   definitions  u8 an entry; 0: none is missing
//   repetitions  u8 an entry; 0: every entry is a row

// @ts-ignore: decorator
@inline
export function slotAt(slots: u32, first: u32, i: u32): i32 {
  return slots ? load<i32>(slots + (i << 2)) : <i32>(first + i);
}

// @ts-ignore: decorator
@inline
function isValid(validity: u32, slot: u32): u32 {
  return (<u32>load<u8>(validity + (slot >> 3)) >> (slot & 7)) & 1;
}

/** Slots of the column that a picked column reads: inner[outer[i]]. -1 stays. */
export function composeSlots(slots: u32, first: u32, count: u32, inner: u32, target: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i);
    store<i32>(target + (i << 2), slot < 0 ? -1 : load<i32>(inner + (slot << 2)));
  }
}

/**
 * Through a nullable struct, list or map: entries whose slot is null lose it and keep `level`, the others have one more.
 * `validity` 0: none is null.
 */
export function descendOptional(
  slots: u32, first: u32, count: u32, definitions: u32, validity: u32, level: u32, outSlots: u32, outDefinitions: u32,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i);
    const valid = slot >= 0 && (!validity || isValid(validity, slot));
    store<i32>(outSlots + (i << 2), valid ? slot : -1);
    store<u8>(outDefinitions + i, slot < 0 ? load<u8>(definitions + i) : valid ? level + 1 : level);
  }
}

/** Entries that the children of lists have: one for each element, one for each list that has none. */
export function countElements(slots: u32, first: u32, count: u32, offsets: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i);
    sum += slot < 0 ? 1 : max<u32>(1, load<u32>(offsets + (slot << 2), 4) - load<u32>(offsets + (slot << 2)));
  }
  return sum;
}

/**
 * Through a repeated group: the elements' entries. A list without elements keeps `level`, its elements have one more; the first
 * element repeats what the list does, the others `repetition`.
 */
export function descendList(
  slots: u32, first: u32, count: u32, definitions: u32, repetitions: u32, offsets: u32, level: u32, repetition: u32,
  outSlots: u32, outDefinitions: u32, outRepetitions: u32,
): void {
  let at: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const slot = slotAt(slots, first, i);
    const start = slot < 0 ? 0 : load<u32>(offsets + (slot << 2));
    const end = slot < 0 ? 0 : load<u32>(offsets + (slot << 2), 4);
    store<u8>(outRepetitions + at, repetitions ? load<u8>(repetitions + i) : 0);
    if (start == end) {
      store<i32>(outSlots + (at << 2), -1);
      store<u8>(outDefinitions + at++, slot < 0 ? load<u8>(definitions + i) : level);
      continue;
    }
    for (let element = start; element < end; element++) {
      if (element > start) store<u8>(outRepetitions + at, repetition);
      store<i32>(outSlots + (at << 2), element);
      store<u8>(outDefinitions + at++, level + 1);
    }
  }
}

/** At a column without children: its definition levels, and the slots of those entries that have a value. Answers how many. */
export function leafEntries(
  slots: u32, first: u32, count: u32, definitions: u32, validity: u32, maxDefinition: u32, outSlots: u32, outDefinitions: u32,
): u32 {
  let at = outSlots;
  let i: u32 = 0;
  if (!slots && validity) {
    // Rows in order, the usual case: eight at a time where none is null.
    const allPresent = i64(maxDefinition) * 0x0101_0101_0101_0101;
    for (; i + 8 <= count; i += 8) {
      const from = first + i;
      const valid = (<u32>load<u16>(validity + (from >> 3)) >> (from & 7)) & 0xff;
      if (valid == 0xff) {
        const lower = i32x4.add(i32x4.splat(from), v128.load(COUNTING));
        v128.store(at, lower);
        v128.store(at, i32x4.add(lower, i32x4.splat(4)), 16);
        store<i64>(outDefinitions + i, allPresent);
        at += 32;
        continue;
      }
      for (let bit: u32 = 0; bit < 8; bit++) {
        const present = (valid >> bit) & 1;
        store<u32>(at, from + bit);
        at += present << 2;
        store<u8>(outDefinitions + i + bit, maxDefinition - 1 + present);
      }
    }
  }
  for (; i < count; i++) {
    const slot = slotAt(slots, first, i);
    store<i32>(at, slot);
    const present = slot >= 0 && (!validity || isValid(validity, slot));
    at += present ? 4 : 0;
    store<u8>(outDefinitions + i, present ? maxDefinition : slot < 0 ? load<u8>(definitions + i) : maxDefinition - 1);
  }
  return (at - outSlots) >> 2;
}

const COUNTING = memory.data<i32>([0, 1, 2, 3], 16);

/** How many of `count` bytes are `value`. */
export function countBytes(bytes: u32, count: u32, value: u32): u32 {
  const wanted = i8x16.splat(<i8>value);
  let sum: u32 = 0;
  let i: u32 = 0;
  for (; i + 16 <= count; i += 16) sum += popcnt(i8x16.bitmask(i8x16.eq(v128.load(bytes + i), wanted)));
  for (; i < count; i++) sum += load<u8>(bytes + i) == <u8>value ? 1 : 0;
  return sum;
}
