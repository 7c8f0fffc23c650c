// Values into the open page of a column, and when a page ends: after the row with which it has `pageBytes` of values or
// `pageRows` rows, of indices twice as many. Whatever is decided depends on the values and their order alone, never on how they were
// cut into appends.

import { appendIndexed, undoDictionary } from './pages-dictionary';
import { countHashes } from './pages-hashes';
import { countBytes, slotAt } from './pages-levels';
import { appendPending, indexPending, leavePending, rise, settlePending } from './pages-pending';
import { gatherBytes, gatherFixed, spanBytes } from './pages-plain';
import { ColumnState, Kind, Leaf, Policy, reserveLevels, reserveValues, rowLimit, valuesOf } from './pages-state';

/** Distinct values a dictionary should not exceed as far as the first ones tell. */
const MAX_FORESEEN: u32 = 16384;
const MAX_FORESEEN_BYTES: u64 = 1 << 20;

// What is appended next: whole rows.
let cutRows: u32 = 0;
let cutEntries: u32 = 0;
let cutValues: u32 = 0;
/** What they take in the page. */
let cutBytes: u32 = 0;

/** Appends what is left of the leaf. Answers 1 as soon as the page must end: call `encodePage`, `startPage`, and this again. */
export function appendLeaf(s: ColumnState, leaf: Leaf): u32 {
  while (leaf.entry < leaf.entries) {
    cut(s, leaf);
    if (s.indexed) appendIndices(s, leaf);
    else appendPlain(s, leaf);
    appendLevels(s, leaf);
    s.rows += cutRows;
    s.values += cutValues;
    leaf.entry += cutEntries;
    leaf.value += cutValues;
    if (s.dictionaryFull && s.indexed) {
      if (endsDictionary(s)) return 1;
    } else if (s.rows == s.checkpoint && s.rows < rowLimit(s)) {
      passCheckpoint(s);
    }
    if (s.used >= s.pageBytes || s.rows >= rowLimit(s)) return 1;
  }
  return 0;
}

/** After the first rows, and where a page without indices would end: that a page has more rows must be worth it. */
function passCheckpoint(s: ColumnState): void {
  if (s.rows < s.pageRows) {
    if (s.pending) reviewPending(s);
    if (s.indexed && !promises(s.values, s.count, s.dataBytes)) undoDictionary(s);
    s.checkpoint = s.pageRows;
  } else {
    reviewDictionary(s);
    s.checkpoint = rowLimit(s);
  }
}

/** The rows before the one whose values a full dictionary has no room for, if there is such. */
function appendIndices(s: ColumnState, leaf: Leaf): void {
  if (s.pending && appendPending(s, leaf, cutValues)) return;
  const taken = appendIndexed(s, leaf, cutValues);
  if (taken < cutValues) {
    cutToValues(s, leaf, taken);
    s.dictionaryFull = 1;
  }
  s.used += cutValues << 2;
}

/** Leaves a dictionary that is full. True if the rows of the page that refer to it must be written first. */
function endsDictionary(s: ColumnState): bool {
  if (s.pages == 0 && s.policy == Policy.AUTO && !pays(s)) undoDictionary(s);
  else if (s.rows == 0) s.indexed = 0;
  return s.indexed != 0;
}

/** Before a page ends: a dictionary that does not pay is left, if a page refers to it already then after this one. */
export function reviewDictionary(s: ColumnState): void {
  if (s.pending) settlePending(s);
  if (!s.indexed || s.policy != Policy.AUTO || pays(s)) return;
  if (s.dictionaryPages == 0) undoDictionary(s);
  else s.dictionaryFull = 1;
}

/** A dictionary with more than half as many entries as there are values saves nothing. */
function pays(s: ColumnState): bool {
  return s.count << 1 <= s.indexedValues + s.values;
}

/** If as many distinct values as there are at least promise nothing, none needs to be looked up; those that rise throughout all are. */
function reviewPending(s: ColumnState): void {
  if (!promises(s.values, s.values, s.plainUsed) && (rise(s) || !promises(s.values, countHashes(s), 0))) leavePending(s);
  else indexPending(s);
}

/**
 * Whether the first values, of which `count` are distinct, come again often enough. Of n values out of d that are equally likely
 * about n² / 2d are not the first of their kind.
 */
function promises(values: u32, count: u32, dataBytes: u32): bool {
  if (count << 1 <= values || values < 64) return true;
  const foreseen = (<u64>values * values) / ((values - count + 1) << 1);
  return foreseen <= MAX_FORESEEN && (foreseen * dataBytes) / count <= MAX_FORESEEN_BYTES;
}

function appendPlain(s: ColumnState, leaf: Leaf): void {
  if (s.kind == Kind.BYTES) {
    reserveValues(s, cutBytes);
    const start = valuesOf(s);
    s.used = gatherBytes(leaf, leaf.value, cutValues, start + s.used) - start;
  } else {
    const bytes = cutValues * s.width;
    reserveValues(s, bytes);
    gatherFixed(leaf, leaf.value, cutValues, s.width, valuesOf(s) + s.used);
    s.used += bytes;
  }
}

function appendLevels(s: ColumnState, leaf: Leaf): void {
  if (s.maxDefinition | s.maxRepetition) {
    reserveLevels(s, cutEntries);
    const definitions = s.definitions + s.entries;
    if (leaf.definitions) memory.copy(definitions, leaf.definitions + leaf.entry, cutEntries);
    else memory.fill(definitions, <u8>s.maxDefinition, cutEntries);
    if (s.maxRepetition) memory.copy(s.repetitions + s.entries, leaf.repetitions + leaf.entry, cutEntries);
  }
  s.entries += cutEntries;
}

/** Rows up to the next checkpoint, or up to the one with which the page is full. */
function cut(s: ColumnState, leaf: Leaf): void {
  const rows = s.checkpoint - s.rows;
  const left = leaf.entries - leaf.entry;
  cutEntries = leaf.repetitions ? entriesOfRows(leaf, left, rows) : min(left, rows);
  cutRows = leaf.repetitions ? countBytes(leaf.repetitions + leaf.entry, cutEntries, 0) : cutEntries;
  cutValues = valuesIn(s, leaf, cutEntries);
  const room = s.pageBytes - s.used;
  const width: u32 = s.indexed ? 4 : s.width;
  const bytes = width ? cutValues * width : spanBytes(leaf, leaf.value, cutValues);
  cutBytes = bytes;
  if (bytes > room) cutToBytes(s, leaf, width, room);
}

// @ts-ignore: decorator
@inline
function valuesIn(s: ColumnState, leaf: Leaf, entries: u32): u32 {
  return leaf.definitions ? countBytes(leaf.definitions + leaf.entry, entries, s.maxDefinition) : entries;
}

/** Entries up to the start of the row after `rows` of them. */
function entriesOfRows(leaf: Leaf, left: u32, rows: u32): u32 {
  const repetitions = leaf.repetitions + leaf.entry;
  let starts: u32 = 0;
  for (let i: u32 = 0; i < left; i++) {
    if (load<u8>(repetitions + i) == 0 && starts++ == rows) return i;
  }
  return left;
}

// @ts-ignore: decorator
@inline
function startsRow(leaf: Leaf, entry: u32): bool {
  return !leaf.repetitions || load<u8>(leaf.repetitions + leaf.entry + entry) == 0;
}

// @ts-ignore: decorator
@inline
function hasValue(s: ColumnState, leaf: Leaf, entry: u32): bool {
  return !leaf.definitions || load<u8>(leaf.definitions + leaf.entry + entry) == <u8>s.maxDefinition;
}

/** The rows up to that with which the values have `room` bytes. */
function cutToBytes(s: ColumnState, leaf: Leaf, width: u32, room: u32): void {
  let bytes: u32 = 0;
  let rows: u32 = 0;
  let values: u32 = 0;
  let entry: u32 = 0;
  for (; entry < cutEntries; entry++) {
    if (startsRow(leaf, entry)) {
      if (bytes >= room) break;
      rows++;
    }
    if (!hasValue(s, leaf, entry)) continue;
    bytes += width || 4 + lengthAt(leaf, leaf.value + values);
    values++;
  }
  cutRows = rows;
  cutEntries = entry;
  cutValues = values;
  cutBytes = bytes;
}

// @ts-ignore: decorator
@inline
function lengthAt(leaf: Leaf, value: u32): u32 {
  const offset = leaf.offsets + (slotAt(leaf.slots, leaf.first, value) << 2);
  return load<u32>(offset, 4) - load<u32>(offset);
}

/** The rows all of whose values are among the first `limit`. */
function cutToValues(s: ColumnState, leaf: Leaf, limit: u32): void {
  let seenRows: u32 = 0;
  let seen: u32 = 0;
  const entries = cutEntries;
  for (let entry: u32 = 0; entry < entries; entry++) {
    if (startsRow(leaf, entry)) {
      cutRows = seenRows++;
      cutEntries = entry;
      cutValues = seen;
    }
    if (hasValue(s, leaf, entry) && seen++ == limit) return;
  }
}
