import type { Field, Schema, Slot, Type } from './schema.ts';
import { mergeScalars, widensScalar } from './schema-lattice.ts';
import { formatName, formatSlot, formatType } from './schema-text.ts';

/** One difference between two schemas. */
export interface SchemaChange {
  /** `geo.lat`; `tags[]` is the element of a list, `labels{}` the value of a map. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'type' | 'optional' | 'required';
  readonly from?: string;
  readonly to?: string;
  /** Whether whatever fitted before still fits. */
  readonly widening: boolean;
  /** One sentence without the period: "delay: int became double". */
  readonly text: string;
}

/**
 * `same`: nothing differs but the order of fields. `widening`: every record that fitted the old schema fits the new one, and
 * values keep their meaning. `incompatible`: something else.
 */
export interface SchemaComparison {
  readonly verdict: 'same' | 'widening' | 'incompatible';
  readonly changes: readonly SchemaChange[];
}

/** What changed from one schema to another. */
export function compareSchemas(from: Schema, to: Schema): SchemaComparison {
  const changes = compareFields('', from.fields, to.fields);
  if (changes.length === 0) return { verdict: 'same', changes };
  return { verdict: changes.every((change) => change.widening) ? 'widening' : 'incompatible', changes };
}

/**
 * The narrowest schema that takes the records of both: fields in the order of `a`, then those only `b` has; a field that one
 * of them lacks becomes optional; types without a common ground become json. Versions are left out.
 */
export function mergeSchemas(a: Schema, b: Schema): Schema {
  return { fields: mergeFields(a.fields, b.fields) };
}

/** The narrowest type that takes what either takes; json where they have no common ground. */
export function mergeTypes(a: Type, b: Type): Type {
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', element: mergeSlots(a.element, b.element) };
  if (a.kind === 'struct' && b.kind === 'struct') return { kind: 'struct', fields: mergeFields(a.fields, b.fields) };
  if (a.kind === 'map' && b.kind === 'map' && formatType(a.key) === formatType(b.key)) {
    return { kind: 'map', key: a.key, value: mergeSlots(a.value, b.value) };
  }
  return mergeScalars(a, b);
}

/** A path below another: `geo` and `lat` give `geo.lat`; odd names are quoted. */
export function fieldPath(parent: string, name: string): string {
  return parent === '' ? formatName(name) : `${parent}.${formatName(name)}`;
}

function mergeSlots(a: Slot, b: Slot): Slot {
  return { type: mergeTypes(a.type, b.type), optional: a.optional || b.optional };
}

function mergeFields(a: readonly Field[], b: readonly Field[]): Field[] {
  const rest = new Map(b.map((field) => [field.name, field]));
  const merged = a.map((field): Field => {
    const other = rest.get(field.name);
    rest.delete(field.name);
    return other ? { name: field.name, ...mergeSlots(field, other) } : { ...field, optional: true };
  });
  return [...merged, ...[...rest.values()].map((field) => ({ ...field, optional: true }))];
}

function compareFields(parent: string, from: readonly Field[], to: readonly Field[]): SchemaChange[] {
  const rest = new Map(to.map((field) => [field.name, field]));
  const changes: SchemaChange[] = [];
  for (const field of from) {
    const path = fieldPath(parent, field.name);
    const other = rest.get(field.name);
    rest.delete(field.name);
    if (other) changes.push(...compareSlots(path, field, other));
    else changes.push(change('removed', path, { from: formatSlot(field), widening: false }));
  }
  for (const field of rest.values()) {
    const path = fieldPath(parent, field.name);
    changes.push(change('added', path, { to: formatSlot(field), widening: field.optional }));
  }
  return changes;
}

function compareSlots(path: string, from: Slot, to: Slot): SchemaChange[] {
  const changes = compareTypes(path, from.type, to.type);
  if (from.optional === to.optional) return changes;
  const facts = { from: formatSlot(from), to: formatSlot(to), widening: to.optional };
  return [...changes, change(to.optional ? 'optional' : 'required', path, facts)];
}

function compareTypes(path: string, from: Type, to: Type): SchemaChange[] {
  if (from.kind === 'list' && to.kind === 'list') return compareSlots(`${path}[]`, from.element, to.element);
  if (from.kind === 'struct' && to.kind === 'struct') return compareFields(path, from.fields, to.fields);
  if (from.kind === 'map' && to.kind === 'map' && formatType(from.key) === formatType(to.key)) {
    return compareSlots(`${path}{}`, from.value, to.value);
  }
  const texts = { from: formatType(from), to: formatType(to) };
  return texts.from === texts.to ? [] : [change('type', path, { ...texts, widening: widensScalar(from, to) })];
}

function change(
  kind: SchemaChange['kind'],
  path: string,
  facts: Pick<SchemaChange, 'from' | 'to' | 'widening'>,
): SchemaChange {
  return { kind, path, ...facts, text: `${path}: ${sentence(kind, facts)}` };
}

function sentence(
  kind: SchemaChange['kind'],
  { from, to, widening }: Pick<SchemaChange, 'from' | 'to' | 'widening'>,
): string {
  switch (kind) {
    case 'added':
      return widening ? `new, ${to}` : `new and required, ${to}`;
    case 'removed':
      return `removed, was ${from}`;
    case 'optional':
      return 'may now be null or missing';
    case 'required':
      return 'may no longer be null or missing';
    case 'type':
      return `${from} became ${to}`;
  }
}
