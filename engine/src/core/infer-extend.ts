import type { NumberFacts } from './infer-numbers.ts';
import type { Observed, ObservedObjects } from './infer-observe.ts';
import { valuesOf } from './infer-observe.ts';
import type { StringFacts } from './infer-strings.ts';
import { inferType, isOptional, kindsOf } from './infer-types.ts';
import type { Field, Slot, Type, TypeOf } from './schema.ts';
import { mergeTypes } from './schema-compare.ts';
import { integerRange } from './schema-lattice.ts';

/** What integers of up to 64 bits can need. Facts of numbers know min and max exactly only that far. */
const UINT64_DIGITS = { precision: 20, scale: 0 };
const FRACTION_DIGITS = { ms: 3, us: 6, ns: 9 } as const;

/**
 * The fields of an earlier schema widened as far as new samples demand. A declared type stays as long as it takes everything
 * seen, so that what a person narrowed by hand (decimal for double, int64 for int) is not undone; fields no sample has stay;
 * new fields come last and are optional, as the records of old lack them.
 */
export function extendFields(fields: readonly Field[], objects: ObservedObjects): Field[] {
  const known = new Set(fields.map((field) => field.name));
  const kept = fields.map((field): Field => {
    const seen = objects.fields.get(field.name);
    if (!seen) return { ...field, optional: true };
    return {
      name: field.name,
      type: extendType(field.type, seen),
      optional: field.optional || isOptional(seen, objects),
    };
  });
  const added = [...objects.fields].filter(([name]) => !known.has(name));
  return [...kept, ...added.map(([name, seen]) => ({ name, type: inferType(seen), optional: true }))];
}

function extendType(declared: Type, seen: Observed): Type {
  const kinds = kindsOf(seen);
  if (kinds.length === 0 || declared.kind === 'json') return declared;
  const only = kinds.length === 1 ? kinds[0] : undefined;
  if (declared.kind === 'list' && only === 'lists') {
    return { kind: 'list', element: extendSlot(declared.element, seen.lists!.element) };
  }
  if (declared.kind === 'map' && only === 'objects') {
    return { ...declared, value: extendSlot(declared.value, valuesOf(seen.objects!)) };
  }
  if (declared.kind === 'struct' && only === 'objects' && !seen.objects!.values) {
    return { kind: 'struct', fields: extendFields(declared.fields, seen.objects!) };
  }
  return takesAll(declared, seen) ? declared : mergeTypes(declared, inferType(seen));
}

function extendSlot(slot: Slot, seen: Observed): Slot {
  return { type: extendType(slot.type, seen), optional: slot.optional || seen.nulls > 0 };
}

/** Whether a scalar type takes every value seen. */
function takesAll(type: Type, seen: Observed): boolean {
  return kindsOf(seen).every((kind) => {
    if (kind === 'bools') return type.kind === 'bool';
    if (kind === 'numbers') return takesNumbers(type, seen.numbers!);
    return kind === 'strings' && takesStrings(type, seen.strings!);
  });
}

function takesNumbers(type: Type, seen: NumberFacts): boolean {
  const range = integerRange(type);
  if (range) return fitsDecimal(UINT64_DIGITS, seen) && range.min <= seen.min && seen.max <= range.max;
  if (type.kind === 'decimal') return fitsDecimal(type, seen);
  return (type.kind === 'double' || type.kind === 'float') && seen.inDoubleRange;
}

function takesStrings(type: Type, seen: StringFacts): boolean {
  switch (type.kind) {
    case 'string':
    case 'binary':
      return true;
    case 'uuid':
      return seen.uuidInAnyCase;
    case 'date':
    case 'time':
      return seen[type.kind];
    case 'timestamp':
      return takesTimestamps(type, seen);
    case 'decimal':
      return seen.numbers !== undefined && fitsDecimal(type, seen.numbers);
    default:
      return false;
  }
}

/** No finer than the unit; an offset only where the type is an instant. */
function takesTimestamps({ unit, utc }: TypeOf<'timestamp'>, seen: StringFacts): boolean {
  const known = seen.timestamp && (utc || seen.unzoned);
  return known && seen.fractionDigits <= FRACTION_DIGITS[unit] && (unit !== 'ns' || seen.inNanoRange);
}

function fitsDecimal(type: { readonly precision: number; readonly scale: number }, seen: NumberFacts): boolean {
  return seen.wholeDigits <= type.precision - type.scale && seen.fractionDigits <= type.scale;
}
