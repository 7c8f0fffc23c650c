import { createBuilder } from '../columns/builder.ts';
import { boolAt } from '../columns/cells.ts';
import type { Column } from '../columns/column.ts';
import { layoutOf } from '../columns/layout.ts';
import { cellToJson } from '../columns/ndjson-text.ts';

/** Up to this many keys are compared each with each, which is faster than to make texts of them. */
const FEW = 32;

/**
 * A column of maps with the last value of each key, at the place where the key came first: the format lets a file hold equal keys
 * and has readers take the last, as JSON.parse does. A column without any is handed back as it is.
 */
export function keepLastOfEachKey(maps: Column): Column {
  const [keys] = maps.children as [Column, Column];
  const offsets = maps.offsets!;
  const repeats = layoutOf(keys.type) === 'bytes' ? repeatsBytes(keys) : repeatsIdentity(keys);
  for (let slot = 0; slot < maps.length; slot++) {
    if (offsets[slot + 1]! - offsets[slot]! > 1 && repeats(offsets[slot]!, offsets[slot + 1]!))
      return withoutRepeats(maps);
  }
  return maps;
}

/** Whether two of the keys in [start, end) are equal. */
type Repeats = (start: number, end: number) => boolean;

/** Texts, by far the most frequent: without one made of each. */
function repeatsBytes(keys: Column): Repeats {
  const [offsets, data] = [keys.offsets!, keys.data!];
  const isEqual = (a: number, b: number) => {
    const [start, other] = [offsets[a]!, offsets[b]!];
    const length = offsets[a + 1]! - start;
    if (offsets[b + 1]! - other !== length) return false;
    // From behind: keys often begin alike.
    for (let i = length - 1; i >= 0; i--) if (data[start + i] !== data[other + i]) return false;
    return true;
  };
  const many = repeatsIdentity(keys);
  return (start, end) => {
    if (end - start > FEW) return many(start, end);
    for (let a = start + 1; a < end; a++) for (let b = start; b < a; b++) if (isEqual(a, b)) return true;
    return false;
  };
}

function repeatsIdentity(keys: Column): Repeats {
  const identity = identityOf(keys);
  const seen = new Set<Identity>();
  return (start, end) => {
    seen.clear();
    for (let entry = start; entry < end; entry++) seen.add(identity(entry));
    return seen.size < end - start;
  };
}

/** What is equal for equal keys of a column, and for no others. */
type Identity = string | number | bigint | boolean;

function identityOf(keys: Column): (entry: number) => Identity {
  const { values, offsets, data } = keys;
  switch (layoutOf(keys.type)) {
    case 'fixed':
    case 'int64':
      return (entry) => values![entry]!;
    case 'bool':
      return (entry) => boolAt(keys, entry);
    case 'bytes': {
      const bytes = Buffer.from(data!.buffer, data!.byteOffset, data!.byteLength);
      return (entry) => bytes.toString('latin1', offsets![entry], offsets![entry + 1]);
    }
    case 'bytes16': {
      const bytes = Buffer.from(values!.buffer, values!.byteOffset, values!.byteLength);
      return (entry) => bytes.toString('latin1', 16 * entry, 16 * entry + 16);
    }
    default:
      return (entry) => cellToJson(keys, entry);
  }
}

function withoutRepeats(maps: Column): Column {
  const [keys, values] = maps.children as [Column, Column];
  const identity = identityOf(keys);
  const offsets = new Int32Array(maps.length + 1);
  const kept = new Int32Array(keys.length);
  const lastOf = new Map<Identity, number>();
  for (let slot = 0, count = 0; slot < maps.length; slot++) {
    lastOf.clear();
    for (let entry = maps.offsets![slot]!; entry < maps.offsets![slot + 1]!; entry++)
      lastOf.set(identity(entry), entry);
    for (const entry of lastOf.values()) kept[count++] = entry;
    offsets[slot + 1] = count;
  }
  const children = [keys, values].map((column) => {
    const builder = createBuilder(column.type);
    builder.appendSelection(column, kept.subarray(0, offsets[maps.length]!));
    return builder.finish();
  });
  return { ...maps, offsets, children };
}
