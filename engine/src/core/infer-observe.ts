import { type ExactJson, isJsonNumber, isJsonObject } from './exact-json.ts';
import { mergeNumberFacts, type NumberFacts, numberFacts } from './infer-numbers.ts';
import { isAnyText, mergeStringFacts, type StringFacts, stringFacts } from './infer-strings.ts';

/** Everything seen at one place of the records: a field, an element of a list, a value of a map. Grows as values are observed. */
export interface Observed {
  /** Values seen, nulls included; where the place is a field, the number of objects that have its key. */
  count: number;
  nulls: number;
  bools: number;
  numbers?: NumberFacts;
  strings?: StringFacts;
  lists?: { count: number; readonly element: Observed };
  objects?: ObservedObjects;
  /** Up to three distinct values as short JSON text, the first seen first. */
  readonly examples: string[];
}

/** Objects of one place: by key, until there are too many keys for a struct; from then on as the values of a map. */
export interface ObservedObjects {
  count: number;
  fields: Map<string, Observed>;
  /** All values together, once keys are no longer told apart. */
  values?: Observed;
}

const MAX_EXAMPLES = 3;
const EXAMPLE_LENGTH = 40;
/** Examples are taken from the first values only: a place that holds one value for ever would be looked at for ever. */
const EXAMPLES_FROM = 1000;
/** Distinct keys that one place may have before they can only be data. Bounds the memory of inference. */
const MAX_KEYS = 2000;

export function createObserved(): Observed {
  return { count: 0, nulls: 0, bools: 0, examples: [] };
}

/** Adds one value to what is known of a place. */
export function observe(seen: Observed, value: ExactJson): void {
  seen.count++;
  if (value === null) {
    seen.nulls++;
    return;
  }
  if (seen.count <= EXAMPLES_FROM && seen.examples.length < MAX_EXAMPLES) addExample(seen, value);
  if (typeof value === 'boolean') seen.bools++;
  else if (typeof value === 'string') observeString(seen, value);
  else if (isJsonNumber(value)) addNumbers(seen, numberFacts(value.digits));
  else if (isJsonObject(value)) observeObject(seen, value);
  else observeList(seen, value);
}

function observeString(seen: Observed, text: string): void {
  if (!seen.strings || !isAnyText(seen.strings)) addStrings(seen, stringFacts(text));
}

function observeList(seen: Observed, list: readonly ExactJson[]): void {
  seen.lists ??= { count: 0, element: createObserved() };
  seen.lists.count++;
  for (const element of list) observe(seen.lists.element, element);
}

function observeObject(seen: Observed, object: ReadonlyMap<string, ExactJson>): void {
  seen.objects ??= { count: 0, fields: new Map() };
  seen.objects.count++;
  for (const [key, value] of object) observe(place(seen.objects, key), value);
  if (seen.objects.fields.size > MAX_KEYS) collapse(seen.objects);
}

function place(objects: ObservedObjects, key: string): Observed {
  if (objects.values) return objects.values;
  const known = objects.fields.get(key);
  if (known) return known;
  const created = createObserved();
  objects.fields.set(key, created);
  return created;
}

/** Gives up telling keys apart. */
function collapse(objects: ObservedObjects): void {
  objects.values = valuesOf(objects);
  objects.fields = new Map();
}

/** What is known of all values of the objects of one place, whatever their keys. */
export function valuesOf(objects: ObservedObjects): Observed {
  if (objects.values) return objects.values;
  const values = createObserved();
  for (const field of objects.fields.values()) mergeInto(values, field);
  return values;
}

/** Adds what was seen at another place. `from` stays as it is and shares nothing that changes. */
function mergeInto(into: Observed, from: Observed): void {
  into.count += from.count;
  into.nulls += from.nulls;
  into.bools += from.bools;
  if (from.numbers) addNumbers(into, from.numbers);
  if (from.strings) addStrings(into, from.strings);
  if (from.lists) {
    into.lists ??= { count: 0, element: createObserved() };
    into.lists.count += from.lists.count;
    mergeInto(into.lists.element, from.lists.element);
  }
  if (from.objects) mergeObjects(into, from.objects);
  into.examples.push(...from.examples.slice(0, MAX_EXAMPLES - into.examples.length));
}

function mergeObjects(into: Observed, from: ObservedObjects): void {
  const objects: ObservedObjects = into.objects ?? { count: 0, fields: new Map() };
  into.objects = objects;
  objects.count += from.count;
  if (from.values && !objects.values) collapse(objects);
  if (from.values) mergeInto(place(objects, ''), from.values);
  for (const [key, field] of from.fields) mergeInto(place(objects, key), field);
  if (objects.fields.size > MAX_KEYS) collapse(objects);
}

function addNumbers(seen: Observed, facts: NumberFacts): void {
  seen.numbers = seen.numbers ? mergeNumberFacts(seen.numbers, facts) : facts;
}

function addStrings(seen: Observed, facts: StringFacts): void {
  seen.strings = seen.strings ? mergeStringFacts(seen.strings, facts) : facts;
}

function addExample(seen: Observed, value: ExactJson): void {
  const text = shortJson(value);
  if (!seen.examples.includes(text)) seen.examples.push(text);
}

function shortJson(value: ExactJson): string {
  if (isJsonNumber(value)) return shorten(value.digits);
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, EXAMPLE_LENGTH + 1)));
  if (isJsonObject(value))
    return shorten(
      `{${[...value.keys()]
        .slice(0, 5)
        .map((key) => JSON.stringify(key))
        .join(', ')}}`,
    );
  return Array.isArray(value) ? `[${value.length === 0 ? '' : '…'}]` : String(value);
}

function shorten(text: string): string {
  return text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH - 1)}…` : text;
}
