// Members that no field has: skipped, counted by name and, at the top level, kept in the column of the rest. JavaScript makes the
// names and gives them numbers (`learnKey`); a record with a key that has none yet is left to it. What a record adds is pending
// until the record is through.

import { allocate, release } from './heap';
import { CLOSE_OBJECT, COMMA, OPEN_OBJECT } from './json-ascii';
import { appendNull, reserveData, reserveSlots } from './json-columns';
import { copyVectors, equalBytes, hashBytes } from './json-hash';
import { Column, FAILED, MAX_PENDING, OTHERS, scan, UNKNOWN_SLOTS } from './json-layout';
import { skipValue } from './json-skip';

const PENDING_BYTES: usize = 12;

/** A key of an object, as it is written in its quotes: `length` bytes follow. */
@unmanaged
class UnknownKey {
  object: usize; // 0
  hash: u32; // 4
  length: u32; // 8
  /** Of the name it is counted under. */
  number: i32; // 12
}

/** Skips the value at `value` of the member whose key stands from `key` to `keyEnd`. */
export function skipUnknown(object: usize, key: usize, keyEnd: usize, value: usize): usize {
  const entry = findKey(object, hashKey(object, key, <u32>(keyEnd - key)), key, <u32>(keyEnd - key));
  if (!entry && !scan.countsOthers) return FAILED;
  if (scan.pendingCount == MAX_PENDING) return FAILED;
  const end = skipValue(value);
  if (!end) return FAILED;
  const pending = scan.pending + <usize>(scan.pendingCount++) * PENDING_BYTES;
  store<i32>(pending, entry ? changetype<UnknownKey>(entry).number : OTHERS);
  store<usize>(pending, object == scan.record && scan.rest ? key : 0, 4);
  store<usize>(pending, end, 8);
  return end;
}

@inline
function hashKey(object: usize, key: usize, length: u32): u32 {
  return hashBytes(key, length) ^ (<u32>object * 0x9e37_79b1);
}

function findKey(object: usize, hash: u32, key: usize, length: u32): usize {
  let at = hash & (UNKNOWN_SLOTS - 1);
  while (true) {
    const address = load<usize>(scan.unknownTable + (at << 2));
    if (!address) return 0;
    const entry = changetype<UnknownKey>(address);
    const isSame = entry.hash == hash && entry.object == object && entry.length == length;
    if (isSame && equalBytes(address + offsetof<UnknownKey>(), key, length)) return address;
    at = (at + 1) & (UNKNOWN_SLOTS - 1);
  }
}

/** Counts the key of `object` that stands in its quotes at `key` under `number` from now on; false if there is no memory. */
export function learnKey(object: usize, key: usize, length: u32, number: i32): bool {
  const hash = hashKey(object, key, length);
  if (findKey(object, hash, key, length)) return true;
  const address = allocate(<u32>offsetof<UnknownKey>() + length);
  if (!address) return false;
  const entry = changetype<UnknownKey>(address);
  entry.object = object;
  entry.hash = hash;
  entry.length = length;
  entry.number = number;
  memory.copy(address + offsetof<UnknownKey>(), key, length);
  let at = hash & (UNKNOWN_SLOTS - 1);
  while (load<usize>(scan.unknownTable + (at << 2))) at = (at + 1) & (UNKNOWN_SLOTS - 1);
  store<usize>(scan.unknownTable + (at << 2), address);
  return true;
}

/** Forgets all keys and counts. */
export function forgetKeys(): void {
  for (let at: u32 = 0; at < UNKNOWN_SLOTS; at++) release(load<u32>(scan.unknownTable + (at << 2)));
  memory.fill(scan.unknownTable, 0, UNKNOWN_SLOTS << 2);
  memory.fill(scan.unknownCounts, 0, (OTHERS + 1) << 2);
  scan.countsOthers = 0;
}

/** Counts what the record had too much, and keeps it as `{"key":value,…}` if that is asked for. False if there is no memory. */
@inline
export function endUnknown(): bool {
  if (scan.rest) return endRest();
  if (scan.pendingCount) countPending();
  return true;
}

function endRest(): bool {
  if (scan.pendingCount) {
    const isKept = appendRest(changetype<Column>(scan.rest));
    if (isKept < 0) return false;
    countPending();
    if (isKept) return true;
  }
  return appendNull(changetype<Column>(scan.rest));
}

function countPending(): void {
  for (let i = 0; i < scan.pendingCount; i++) {
    const count = scan.unknownCounts + (load<i32>(scan.pending + <usize>i * PENDING_BYTES) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}

/** Appends the pending top-level members as one object: 1; 0 if there are none, −1 if there is no memory. */
function appendRest(rest: Column): i32 {
  const slot = rest.length;
  let end: usize = rest.dataEnd;
  let isFirst = true;
  for (let i = 0; i < scan.pendingCount; i++) {
    const pending = scan.pending + <usize>i * PENDING_BYTES;
    const key = load<usize>(pending, 4);
    if (!key) continue;
    const length = load<usize>(pending, 8) - key;
    if (!reserveData(rest, end, end + length + 18)) return -1;
    store<u8>(rest.data + end++, isFirst ? OPEN_OBJECT : COMMA);
    copyVectors(rest.data + end, key, length);
    end += length;
    isFirst = false;
  }
  if (isFirst) return 0;
  if (slot >= rest.capacity && !reserveSlots(rest, slot + 1)) return -1;
  store<u8>(rest.data + end++, CLOSE_OBJECT);
  store<i32>(rest.values + (slot << 2), <i32>end, 4);
  rest.dataEnd = <i32>end;
  rest.length = slot + 1;
  return 1;
}
