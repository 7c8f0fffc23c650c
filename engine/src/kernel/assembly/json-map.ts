// Whether the keys of one map are all different. Nearly always they are; where they are not, the twin keeps the last.

import { allocate, release } from './heap';
import { equalBytes, hashBytes } from './json-hash';
import { Column, scan } from './json-layout';
import { hasData, widthOf } from './json-columns';

/** Up to this many keys are compared each with each. */
const FEW: i32 = 8;

/** Whether two of the keys from slot `first` on are equal; true also if there is no memory to tell. */
export function hasRepeatedKey(keys: Column, first: i32): bool {
  const count = keys.length - first;
  if (count < 2) return false;
  if (count > FEW) return hasRepeatedHash(keys, first);
  for (let i = first + 1; i < keys.length; i++) {
    for (let j = first; j < i; j++) if (isEqualKey(keys, i, j)) return true;
  }
  return false;
}

function hasRepeatedHash(keys: Column, first: i32): bool {
  const slots: u32 = <u32>1 << (33 - clz<u32>(keys.length - first));
  if (!reserveScratch(slots << 2)) return true;
  const table = scan.scratch;
  memory.fill(table, 0, slots << 2);
  for (let i = first; i < keys.length; i++) {
    let at = hashBytes(keyAt(keys, i), keyLength(keys, i)) & (slots - 1);
    for (let other = load<i32>(table + (at << 2)); other; other = load<i32>(table + (at << 2))) {
      if (isEqualKey(keys, i, other - 1)) return true;
      at = (at + 1) & (slots - 1);
    }
    store<i32>(table + (at << 2), i + 1);
  }
  return false;
}

function isEqualKey(keys: Column, a: i32, b: i32): bool {
  const length = keyLength(keys, a);
  return length == keyLength(keys, b) && equalBytes(keyAt(keys, a), keyAt(keys, b), length);
}

@inline
function keyAt(keys: Column, slot: i32): usize {
  if (hasData(keys.kind)) return keys.data + load<i32>(keys.values + (slot << 2));
  return keys.values + slot * widthOf(keys.kind);
}

@inline
function keyLength(keys: Column, slot: i32): u32 {
  const at = keys.values + (slot << 2);
  return hasData(keys.kind) ? load<i32>(at, 4) - load<i32>(at) : widthOf(keys.kind);
}

function reserveScratch(bytes: u32): bool {
  if (bytes <= <u32>scan.scratchBytes) return true;
  release(<u32>scan.scratch);
  scan.scratch = allocate(bytes);
  scan.scratchBytes = scan.scratch ? bytes : 0;
  if (!scan.scratch) scan.isExhausted = 1;
  return scan.scratch != 0;
}
