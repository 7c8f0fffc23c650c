import type { NumberFacts } from './infer-numbers.ts';
import type { Observed, ObservedObjects } from './infer-observe.ts';
import { valuesOf } from './infer-observe.ts';
import type { StringFacts } from './infer-strings.ts';
import type { Field, Slot, Type } from './schema.ts';

/** The kinds of JSON value that a place held, nulls apart. */
export type ObservedKind = 'bools' | 'numbers' | 'strings' | 'lists' | 'objects';

const MAX_DECIMAL_DIGITS = 38;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const JSON_ANY: Slot = { type: { kind: 'json' }, optional: true };

/*
 * When an object is a map and not a struct: its keys are data, not names. Taken for data are
 *  - keys seen with many objects, most of them rare: at least 24 distinct keys, each object having less than a quarter of them
 *  - at least 4 distinct keys which are all numbers, dates or uuids
 * in both cases only if all values have one type. The record itself is never a map.
 */
const MAP_MIN_KEYS = 24;
const MAP_MAX_SHARE = 0.25;
const MAP_MIN_DATA_KEYS = 4;
const DATA_KEY = /^(?:-?\d+|\d{4}-\d\d-\d\d|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The kinds of value seen at a place. */
export function kindsOf(seen: Observed): ObservedKind[] {
  const kinds: ObservedKind[] = seen.bools > 0 ? ['bools'] : [];
  for (const kind of ['numbers', 'strings', 'lists', 'objects'] as const) if (seen[kind]) kinds.push(kind);
  return kinds;
}

/** The narrowest type that takes all that was seen: json where kinds mix or nothing but null was seen. */
export function inferType(seen: Observed): Type {
  const [kind, ...others] = kindsOf(seen);
  if (!kind || others.length > 0) return JSON_ANY.type;
  switch (kind) {
    case 'bools':
      return { kind: 'bool' };
    case 'numbers':
      return numberType(seen.numbers!);
    case 'strings':
      return stringType(seen.strings!);
    case 'lists':
      return { kind: 'list', element: inferElement(seen.lists!.element) };
    case 'objects':
      return objectType(seen.objects!);
  }
}

/** The fields of a struct whose objects these are; a key that some lack is optional. */
export function inferFields(objects: ObservedObjects): Field[] {
  return [...objects.fields].map(([name, seen]) => ({
    name,
    type: inferType(seen),
    optional: isOptional(seen, objects),
  }));
}

/** Whether a field was null or missing in some of the objects. */
export function isOptional(seen: Observed, objects: ObservedObjects): boolean {
  return seen.nulls > 0 || seen.count < objects.count;
}

/** Whether keys look like data: see the rule above. */
export function looksLikeMap(objects: ObservedObjects): boolean {
  if (objects.values) return true;
  const keys = [...objects.fields.keys()];
  const present = [...objects.fields.values()].reduce((sum, field) => sum + field.count, 0);
  const rare = keys.length >= MAP_MIN_KEYS && present / (keys.length * objects.count) < MAP_MAX_SHARE;
  const dataKeys = keys.length >= MAP_MIN_DATA_KEYS && keys.every((key) => DATA_KEY.test(key));
  return (rare || dataKeys) && kindsOf(valuesOf(objects)).length === 1;
}

/** The slot of a list's elements or a map's values; anything at all where none was seen. */
export function inferElement(seen: Observed): Slot {
  return seen.count === 0 ? JSON_ANY : { type: inferType(seen), optional: seen.nulls > 0 };
}

function objectType(objects: ObservedObjects): Type {
  const empty = !objects.values && objects.fields.size === 0;
  if (empty || looksLikeMap(objects)) {
    return { kind: 'map', key: { kind: 'string' }, value: inferElement(valuesOf(objects)) };
  }
  return { kind: 'struct', fields: inferFields(objects) };
}

function numberType(seen: NumberFacts): Type {
  if (!seen.integers) return { kind: seen.inDoubleRange ? 'double' : 'json' };
  if (-SAFE <= seen.min && seen.max <= SAFE) return { kind: 'int' };
  if (BigInt.asIntN(64, seen.min) === seen.min && BigInt.asIntN(64, seen.max) === seen.max) return { kind: 'int64' };
  return seen.wholeDigits <= MAX_DECIMAL_DIGITS ? { kind: 'decimal', precision: 38, scale: 0 } : { kind: 'json' };
}

function stringType(seen: StringFacts): Type {
  if (seen.uuid) return { kind: 'uuid' };
  if (seen.date) return { kind: 'date' };
  if (!seen.zoned) return { kind: 'string' };
  if (seen.fractionDigits <= 6) return { kind: 'timestamp', unit: 'us', utc: true };
  return seen.inNanoRange ? { kind: 'timestamp', unit: 'ns', utc: true } : { kind: 'string' };
}
