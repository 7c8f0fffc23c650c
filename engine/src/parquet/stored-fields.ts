import type { TimeUnit, Type } from '../core/schema.ts';
import { isList, scalarTypeOf } from './foreign-type.ts';
import { structAt } from './metadata.ts';
import type { Levels } from './page-runs.ts';
import type { SchemaNode } from './schema-tree.ts';
import { CONVERTED, LOGICAL, UNIT } from './stored-type.ts';

/** A place in a file that may hold null. */
export interface StoredSlot {
  readonly optional: boolean;
  readonly stored: Stored;
}

export interface StoredField extends StoredSlot {
  readonly name: string;
}

/** How a value lies in a file: what its groups mean, whichever of the format's many ways to nest they were written in. */
export type Stored = StoredScalar | StoredStruct | StoredList | StoredMap;

export interface StoredScalar {
  readonly kind: 'scalar';
  readonly element: SchemaNode;
  /** Position among the columns of the file. */
  readonly leaf: number;
  readonly levels: Levels;
}

export interface StoredStruct {
  readonly kind: 'struct';
  readonly fields: readonly StoredField[];
}

export interface StoredList {
  readonly kind: 'list';
  readonly element: StoredSlot;
}

/** Old writers declare keys optional; a map has none that are null all the same. */
export interface StoredMap {
  readonly kind: 'map';
  readonly key: StoredSlot;
  readonly value: StoredSlot;
}

/** How deep the levels of a place are. */
interface Depth {
  readonly definition: number;
  readonly repetition: number;
}

/** The fields of a file's schema. Groups that say nothing of lists and maps are structs; what repeats is a list. */
export function storedFields(root: SchemaNode): StoredField[] {
  let leaves = 0;
  return root.children.map((node) => fieldOf(node, { definition: 0, repetition: 0 }));

  function fieldOf(node: SchemaNode, depth: Depth): StoredField {
    return { name: node.name, ...slotOf(node, depth) };
  }

  function slotOf(node: SchemaNode, depth: Depth): StoredSlot {
    if (node.repetition === 'REPEATED') {
      const element = { optional: false, stored: storedOf(node, deeper(depth)) };
      return { optional: false, stored: { kind: 'list', element } };
    }
    const optional = node.repetition === 'OPTIONAL';
    const inner = optional ? { ...depth, definition: depth.definition + 1 } : depth;
    return { optional, stored: storedOf(node, inner) };
  }

  function storedOf(node: SchemaNode, depth: Depth): Stored {
    const { physical } = node;
    if (physical) {
      const levels = { maxDefinition: depth.definition, maxRepetition: depth.repetition, physical };
      return { kind: 'scalar', element: node, leaf: leaves++, levels };
    }
    const [repeated] = node.children;
    if (node.children.length === 1 && repeated?.repetition === 'REPEATED') {
      if (isList(node)) return { kind: 'list', element: elementOf(node, repeated, deeper(depth)) };
      if (isMap(node) && repeated.children.length > 0 && repeated.children.length < 3) {
        return entriesOf(repeated, deeper(depth));
      }
    }
    return { kind: 'struct', fields: node.children.map((child) => fieldOf(child, depth)) };
  }

  /** By the rules for lists that were written before there were rules: the repeated group is the element, or wraps it. */
  function elementOf(list: SchemaNode, repeated: SchemaNode, depth: Depth): StoredSlot {
    const [only, ...others] = repeated.children;
    const isElement =
      only === undefined ||
      others.length > 0 ||
      only.repetition === 'REPEATED' ||
      repeated.name === 'array' ||
      repeated.name === `${list.name}_tuple`;
    return isElement ? { optional: false, stored: storedOf(repeated, depth) } : slotOf(only, depth);
  }

  /** A map without values is the list of its keys. */
  function entriesOf(repeated: SchemaNode, depth: Depth): Stored {
    const [key, value] = repeated.children.map((child) => slotOf(child, depth));
    return value ? { kind: 'map', key: key!, value } : { kind: 'list', element: key! };
  }
}

function deeper({ definition, repetition }: Depth): Depth {
  return { definition: definition + 1, repetition: repetition + 1 };
}

function isMap({ converted, logical }: SchemaNode): boolean {
  return converted === CONVERTED.MAP || converted === CONVERTED.MAP_KEY_VALUE || logical?.has(LOGICAL.MAP) === true;
}

/** The columns below a stored value, in file order. */
export function scalarsOf(stored: Stored): StoredScalar[] {
  switch (stored.kind) {
    case 'scalar':
      return [stored];
    case 'struct':
      return stored.fields.flatMap((field) => scalarsOf(field.stored));
    case 'list':
      return scalarsOf(stored.element.stored);
    case 'map':
      return [...scalarsOf(stored.key.stored), ...scalarsOf(stored.value.stored)];
  }
}

/**
 * Our type of a stored value; undefined where we have none (decimals of more than 38 digits, groups without columns). INT96 is
 * a moment in the unit `int96`, for it says none; bytes without a meaning are binary.
 */
export function typeOfStored(stored: Stored, int96: TimeUnit = 'us'): Type | undefined {
  switch (stored.kind) {
    case 'scalar':
      return scalarType(stored.element, int96);
    case 'struct': {
      const fields = stored.fields.flatMap(({ name, optional, stored: child }) => {
        const type = typeOfStored(child, int96);
        return type ? [{ name, optional, type }] : [];
      });
      return fields.length > 0 ? { kind: 'struct', fields } : undefined;
    }
    case 'list': {
      const type = typeOfStored(stored.element.stored, int96);
      return type && { kind: 'list', element: { type, optional: stored.element.optional } };
    }
    case 'map': {
      const [key, value] = [typeOfStored(stored.key.stored, int96), typeOfStored(stored.value.stored, int96)];
      return key && value && { kind: 'map', key, value: { type: value, optional: stored.value.optional } };
    }
  }
}

function scalarType(node: SchemaNode, int96: TimeUnit): Type | undefined {
  if (node.physical === 'INT96') return { kind: 'timestamp', unit: int96, utc: true };
  if (isHalf(node)) return { kind: 'float' };
  if (timeUnitOf(node)) return { kind: 'time' };
  if (isDecimal(node)) return scalarTypeOf(node);
  return scalarTypeOf(node) ?? (node.physical === 'FIXED_LEN_BYTE_ARRAY' ? { kind: 'binary' } : undefined);
}

/** A float of two bytes. */
export function isHalf({ logical, physical, typeLength }: SchemaNode): boolean {
  return logical?.has(LOGICAL.FLOAT16) === true && physical === 'FIXED_LEN_BYTE_ARRAY' && typeLength === 2;
}

function isDecimal({ logical, converted }: SchemaNode): boolean {
  return logical?.has(LOGICAL.DECIMAL) === true || converted === CONVERTED.DECIMAL;
}

/** The unit of a time of day; undefined if the column holds something else. */
export function timeUnitOf({ logical, converted, physical }: SchemaNode): keyof typeof UNIT | undefined {
  const time = logical && structAt(logical, LOGICAL.TIME, 'TIME');
  const unit = time && structAt(time, 2, 'unit');
  const named = (Object.keys(UNIT) as (keyof typeof UNIT)[]).find((name) => unit?.has(UNIT[name]));
  const found = named ?? ({ [CONVERTED.TIME_MILLIS]: 'ms', [CONVERTED.TIME_MICROS]: 'us' } as const)[converted ?? -1];
  return found && physical === (found === 'ms' ? 'INT32' : 'INT64') ? found : undefined;
}
