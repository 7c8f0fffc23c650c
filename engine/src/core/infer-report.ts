import type { Observed, ObservedObjects } from './infer-observe.ts';
import { valuesOf } from './infer-observe.ts';
import { kindsOf } from './infer-types.ts';
import type { Field, Slot, Type } from './schema.ts';
import { fieldPath } from './schema-compare.ts';
import { formatSlot } from './schema-text.ts';

/** One place of an inferred schema with what was seen there. */
export interface InferredField {
  /** `geo.lat`, `tags[]`, `labels{}`. */
  readonly path: string;
  readonly depth: number;
  /** In the notation of schema files. */
  readonly type: string;
  /** Values that were not null. */
  readonly values: number;
  readonly nulls: number;
  /** Objects without the key. */
  readonly missing: number;
  /** Up to three values as short JSON text. */
  readonly examples: readonly string[];
  /** What a person should know or may want to decide otherwise; sentences. */
  readonly notes: readonly string[];
}

/** The report on fields and all places below them; without objects nothing was seen, and types are all there is to tell. */
export function describeFields(fields: readonly Field[], objects?: ObservedObjects): InferredField[] {
  return describeStruct('', 0, fields, objects);
}

function describeStruct(
  parent: string,
  depth: number,
  fields: readonly Field[],
  objects?: ObservedObjects,
): InferredField[] {
  return fields.flatMap((field) => {
    const seen = objects?.fields.get(field.name);
    const missing = (objects?.count ?? 0) - (seen?.count ?? 0);
    return describePlace(fieldPath(parent, field.name), depth, field, { seen, missing });
  });
}

interface Sighting {
  readonly seen: Observed | undefined;
  readonly missing: number;
}

function describePlace(path: string, depth: number, slot: Slot, { seen, missing }: Sighting): InferredField[] {
  const place: InferredField = {
    path,
    depth,
    type: formatSlot(slot),
    values: (seen?.count ?? 0) - (seen?.nulls ?? 0),
    nulls: seen?.nulls ?? 0,
    missing,
    examples: seen?.examples ?? [],
    notes: notesOn(slot.type, seen),
  };
  return [place, ...describeBelow(path, depth + 1, slot.type, seen)];
}

/** Elements and values show only where they hold fields of their own: a list's type says the rest. */
function describeBelow(path: string, depth: number, type: Type, seen: Observed | undefined): InferredField[] {
  switch (type.kind) {
    case 'struct':
      return describeStruct(path, depth, type.fields, seen?.objects);
    case 'list':
      return describeBelow(`${path}[]`, depth, type.element.type, seen?.lists?.element);
    case 'map':
      return describeBelow(`${path}{}`, depth, type.value.type, seen?.objects && valuesOf(seen.objects));
    default:
      return [];
  }
}

function notesOn(type: Type, seen: Observed | undefined): string[] {
  if (!seen) return ['In no sample: kept from the schema in force.'];
  const kinds = kindsOf(seen);
  if (type.kind === 'json' && kinds.length === 0) return ['Only nulls seen: write the type by hand if you know it.'];
  if (type.kind === 'json' && kinds.length > 1) return [`Kinds of values mix: ${kinds.join(', ')}.`];
  if (type.kind === 'string' && seen.strings?.timestamp) {
    return [
      'Date-times without an offset: write timestamp if they are UTC, timestamp(us, local) if they are not tied to a zone.',
    ];
  }
  if (type.kind === 'double' && seen.numbers && seen.numbers.max - seen.numbers.min > Number.MAX_SAFE_INTEGER) {
    return ['Integers beyond 2^53 beside fractions: doubles round them; write decimal(p, s) to keep them exact.'];
  }
  if (type.kind === 'map' && type.key.kind === 'string')
    return ['Keys taken for data: write struct<…> if they are names.'];
  return [];
}
