// The body of a data page: what is compressed, checked and written behind its header.
//
//   version 1      u32 bytes, repetition levels   u32 bytes, definition levels   values       levels only where there are any
//   version 2      repetition levels              definition levels              values
//   values         as encoded; indices into the dictionary: u8 width, hybrid

import { allocate, release } from './heap';
import { reviewDictionary } from './pages-append';
import { hybrid, hybridBound, widthOf } from './pages-hybrid';
import { ColumnState, Encoding, HEADROOM, reserveValues, valuesOf } from './pages-state';
import { findBounds } from './pages-statistics';
import { areEncoded, encodedBound, encodeValues, encodingOf, plainBytes } from './pages-values';

// Scratch of the thread: a body is used up before the next is made.
let levels: u32 = 0;
let levelsCapacity: u32 = 0;
let values: u32 = 0;
let valuesCapacity: u32 = 0;

/** Encodes the open page, which has rows. What came of it is in the state, valid until the next call. */
export function encodePage(s: ColumnState, version: u32): void {
  reviewDictionary(s);
  if (!s.block) reserveValues(s, 1); // nulls alone need no room, but their levels go before it
  reserveScratch(0, s.count);
  findBounds(s, values);
  encodeBody(s, version);
  s.pages++;
  if (s.bodyEncoding == Encoding.RLE_DICTIONARY) {
    s.dictionaryPages++;
    s.indexedValues += s.values;
  }
}

/** The body of the open page, again if it is wanted in another way: with indices of whole bytes or without, or in another encoding. */
export function encodeBody(s: ColumnState, version: u32): void {
  reserveScratch(levelsBound(s), HEADROOM + (areEncoded(s) ? 0 : encodedBound(s)));
  let start = areEncoded(s) ? valuesOf(s) : values + HEADROOM;
  const end = areEncoded(s) ? start + s.used : encodeValues(s, start);
  const levelBytes = encodeLevels(s, version == 1);
  if (levelBytes <= HEADROOM) {
    start -= levelBytes;
    memory.copy(start, levels, levelBytes);
    s.body = start;
  } else {
    reserveJoined(levelBytes, end - start);
    memory.copy(levels + levelBytes, start, end - start);
    s.body = levels;
    start -= levelBytes;
  }
  s.bodyBytes = end - start;
  s.bodyEncoding = encodingOf(s);
}

/** The body that the first `count` values of the open page, which are no indices, would have by themselves, without levels. */
export function encodeSample(s: ColumnState, encoding: u32, count: u32): void {
  const ownEncoding = s.encoding;
  const ownValues = s.values;
  const ownUsed = s.used;
  s.encoding = encoding;
  s.values = min(count, s.values);
  s.used = plainBytes(s);
  reserveScratch(0, areEncoded(s) ? 0 : encodedBound(s));
  s.body = areEncoded(s) ? valuesOf(s) : values;
  s.bodyBytes = areEncoded(s) ? s.used : encodeValues(s, values) - values;
  s.encoding = ownEncoding;
  s.values = ownValues;
  s.used = ownUsed;
}

function levelsBound(s: ColumnState): u32 {
  return 8 + (hybridBound(s.entries, 8) << 1);
}

function encodeLevels(s: ColumnState, prefixed: bool): u32 {
  let at = levels;
  if (s.maxRepetition) at = encodeLevel(s, s.repetitions, s.maxRepetition, prefixed, at);
  s.repetitionBytes = at - levels;
  if (s.maxDefinition) at = encodeLevel(s, s.definitions, s.maxDefinition, prefixed, at);
  s.definitionBytes = at - levels - s.repetitionBytes;
  return at - levels;
}

function encodeLevel(s: ColumnState, from: u32, maximum: u32, prefixed: bool, target: u32): u32 {
  const start = prefixed ? target + 4 : target;
  const end = hybrid<u8>(from, s.entries, widthOf(maximum), start);
  if (prefixed) store<u32>(target, end - start);
  return end;
}

function reserveScratch(levelBytes: u32, valueBytes: u32): void {
  if (levelBytes > levelsCapacity) {
    release(levels);
    levels = allocateOrTrap(levelBytes);
    levelsCapacity = levelBytes;
  }
  if (valueBytes > valuesCapacity) {
    release(values);
    values = allocateOrTrap(valueBytes);
    valuesCapacity = valueBytes;
  }
}

/** Room for values behind the levels. */
function reserveJoined(levelBytes: u32, valueBytes: u32): void {
  if (levelBytes + valueBytes <= levelsCapacity) return;
  const larger = allocateOrTrap(levelBytes + valueBytes);
  memory.copy(larger, levels, levelBytes);
  release(levels);
  levels = larger;
  levelsCapacity = levelBytes + valueBytes;
}

function allocateOrTrap(bytes: u32): u32 {
  const block = allocate(bytes);
  if (!block) unreachable();
  return block;
}
