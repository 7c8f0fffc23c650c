// Columns as they grow: room, nulls, rows taken back, and the bitmaps of a column that is handed out.

import { allocate, release } from './heap';
import { copyVectors } from './json-hash';
import { BOOL, COLUMN_STRIDE, Column, JSON, LIST, MAP, MEMBER_STRIDE, Member, ObjectPlan, scan, STRING, STRUCT } from './json-layout';

const FIRST_CAPACITY: i32 = 64;
const FIRST_DATA_BYTES: i32 = 1024;
/** Blocks below this are not worth giving back. */
const SMALL_BYTES: u32 = 1 << 14;
/** Takes in a row that leave a column mostly unused before it is given back: one outlier must not hold memory for ever. */
const MAX_IDLE_TAKES: i32 = 8;

/** Bytes of a slot in `values`. */
export function widthOf(kind: i32): i32 {
  switch (kind) {
    case 0: // INT8
    case 12: // BOOL
      return 1;
    case 1: // INT16
      return 2;
    case 7: // DECIMAL
    case 11: // UUID
      return 16;
    case 3: // INT64
    case 4: // UINT64
    case 6: // DOUBLE
    case 9: // TIME
    case 10: // TIMESTAMP
      return 8;
    case 18: // STRUCT
      return 0;
    default: // INT32, FLOAT, DATE, and whatever has offsets
      return 4;
  }
}

/** A block of `bytes` that begins with `used` bytes of another one, which is released; 0 if there is no memory. */
function moved(block: usize, used: usize, bytes: usize): usize {
  const target: usize = allocate(<u32>bytes);
  if (!target) {
    scan.isExhausted = 1;
    return 0;
  }
  if (block) {
    memory.copy(target, block, used);
    release(<u32>block);
  }
  return target;
}

/** Makes room for `needed` slots in all, at least doubled; false if there is no memory. */
export function reserveSlots(column: Column, needed: i32): bool {
  const length = column.length;
  if (needed <= column.capacity) return true;
  if (needed > 0x1000_0000) return exhausted();
  const capacity = max(max(needed, column.capacity * 2), FIRST_CAPACITY);
  const validity = moved(column.validity, length, capacity);
  if (!validity) return false;
  memory.fill(validity + length, 1, capacity - length);
  column.validity = validity;
  const width = widthOf(column.kind);
  if (width) {
    const isFirst = !column.values;
    const values = moved(column.values, (length + 1) * width, (capacity + 1) * width);
    if (!values) return false;
    if (isFirst) memory.fill(values, 0, width);
    column.values = values;
  }
  if (column.dictionary) {
    const codes = moved(column.codes, length << 2, capacity << 2);
    if (!codes) return false;
    column.codes = codes;
  }
  if (!reserveBitmaps(column, capacity)) return false;
  column.capacity = capacity;
  return true;
}

/** Makes room for `needed` bytes of data in all, at least doubled; what `used` bytes hold is kept. False if there is no memory. */
export function reserveData(column: Column, used: usize, needed: usize): bool {
  if (needed <= <usize>column.dataCapacity) return true;
  if (needed > 0x4000_0000) return exhausted();
  const capacity = max(max(needed, column.dataCapacity * 2), FIRST_DATA_BYTES);
  const data = moved(column.data, used, capacity);
  if (!data) return false;
  column.data = data;
  column.dataCapacity = <i32>capacity;
  return true;
}

function exhausted(): bool {
  scan.isExhausted = 1;
  return false;
}

@inline
export function hasOffsets(kind: i32): bool {
  return kind >= STRING && kind <= MAP;
}

@inline
export function hasData(kind: i32): bool {
  return kind >= STRING && kind <= JSON;
}

/** Appends a null; false if there is no memory. */
export function appendNull(column: Column): bool {
  const length = column.length;
  if (length >= column.capacity && !reserveSlots(column, length + 1)) return false;
  store<u8>(column.validity + length, 0);
  column.hasNulls = 1;
  const kind = column.kind;
  if (kind == STRUCT) {
    const object = changetype<ObjectPlan>(column.first);
    for (let i = 0; i < object.memberCount; i++) if (!appendNull(memberColumn(object, i))) return false;
  } else if (hasOffsets(kind)) {
    const at = column.values + (length << 2);
    store<i32>(at, load<i32>(at), 4);
  } else {
    const width = widthOf(kind);
    memory.fill(column.values + length * width, 0, width);
  }
  column.length = length + 1;
  return true;
}

@inline
export function memberColumn(object: ObjectPlan, index: i32): Column {
  return changetype<Column>(changetype<Member>(object.members + <usize>index * MEMBER_STRIDE).column);
}

/** Takes back the slots from `length` on, and what nested columns and data have for a slot that was never ended. */
export function truncate(column: Column, length: i32): void {
  if (column.hasNulls && column.length > length) memory.fill(column.validity + length, 1, column.length - length);
  column.length = length;
  const kind = column.kind;
  if (kind == STRUCT) {
    const object = changetype<ObjectPlan>(column.first);
    for (let i = 0; i < object.memberCount; i++) truncate(memberColumn(object, i), length);
  } else if (hasOffsets(kind)) {
    const end = column.values ? load<i32>(column.values + (length << 2)) : 0;
    if (hasData(kind)) column.dataEnd = end;
    else {
      truncate(changetype<Column>(column.first), end);
      if (kind == MAP) truncate(changetype<Column>(column.second), end);
    }
  }
}

/** Prepares all columns to be handed out: packs bitmaps and counts nulls. */
export function finishColumns(): void {
  for (let i = 0; i < scan.columnCount; i++) {
    const column = changetype<Column>(scan.columns + <usize>i * COLUMN_STRIDE);
    column.nullCount = 0;
    const length = column.length;
    if (column.hasNulls) column.nullCount = length - packBits(column.validity, length, column.bitmap);
    if (column.kind == BOOL) packBits(column.values, length, column.bits);
  }
}

/** Makes room for the bitmaps of `capacity` slots: finishing a column needs no memory of its own. */
function reserveBitmaps(column: Column, capacity: i32): bool {
  const bytes = (capacity >> 3) + 16;
  const bitmap = moved(column.bitmap, 0, bytes);
  if (!bitmap) return false;
  column.bitmap = bitmap;
  if (column.kind == BOOL) {
    const bits = moved(column.bits, 0, bytes);
    if (!bits) return false;
    column.bits = bits;
  }
  return true;
}

/** Packs bytes of 0 and 1 into bits, those after the last one zero; answers how many are 1. */
function packBits(bytes: usize, length: i32, bits: usize): i32 {
  const zero = i8x16.splat(0);
  let ones = 0;
  let i = 0;
  for (; i + 16 <= length; i += 16) {
    const mask = i8x16.bitmask(i8x16.ne(v128.load(bytes + i), zero));
    store<u16>(bits + (i >> 3), mask);
    ones += popcnt(mask);
  }
  if (i < length) {
    const mask = i8x16.bitmask(i8x16.ne(v128.load(bytes + i), zero)) & ((1 << (length - i)) - 1);
    store<u16>(bits + (i >> 3), mask);
    ones += popcnt(mask);
  }
  return ones;
}

/** Empties all columns. Memory is kept, but for what has long been too much. */
export function resetColumns(): void {
  for (let i = 0; i < scan.columnCount; i++) {
    const column = changetype<Column>(scan.columns + <usize>i * COLUMN_STRIDE);
    if (column.hasNulls) memory.fill(column.validity, 1, column.length);
    column.hasNulls = 0;
    if (isIdle(column)) {
      if (++column.idleTakes >= MAX_IDLE_TAKES) releaseColumn(column);
    } else column.idleTakes = 0;
    column.length = 0;
    column.dataEnd = 0;
  }
}

function isIdle(column: Column): bool {
  const slots: u32 = column.capacity * (widthOf(column.kind) + 1);
  const idleSlots = slots > SMALL_BYTES && column.length < column.capacity >> 3;
  return idleSlots || (<u32>column.dataCapacity > SMALL_BYTES && column.dataEnd < column.dataCapacity >> 3);
}

/** Gives back the blocks of a column that is to be empty. */
export function releaseColumn(column: Column): void {
  release(<u32>column.values);
  release(<u32>column.validity);
  release(<u32>column.data);
  release(<u32>column.codes);
  release(<u32>column.bitmap);
  release(<u32>column.bits);
  column.values = column.validity = column.data = column.codes = column.bitmap = column.bits = 0;
  column.length = column.capacity = column.dataEnd = column.dataCapacity = 0;
  column.hasNulls = column.idleTakes = 0;
}

/** Appends `length` bytes as the next slot, which exists; false if there is no memory. */
export function copyData(column: Column, from: usize, length: usize): bool {
  const start: usize = column.dataEnd;
  if (!reserveData(column, start, start + length)) return false;
  copyVectors(column.data + start, from, length);
  const slot = column.length;
  column.dataEnd = <i32>(start + length);
  store<i32>(column.values + (slot << 2), column.dataEnd, 4);
  column.length = slot + 1;
  return true;
}
