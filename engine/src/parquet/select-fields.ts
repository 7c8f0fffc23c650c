import type { Field, Type } from '../core/schema.ts';
import { fieldPath } from '../core/schema-compare.ts';
import { type Stored, type StoredField, type StoredSlot, typeOfStored } from './stored-fields.ts';

/** What of a file is read. */
export interface Selected {
  readonly fields: readonly StoredField[];
  /** Dotted paths of what the file has besides. */
  readonly unknown: readonly string[];
}

/**
 * The stored fields that `wanted` names, in the file's order, structs down to their fields. At least one column stays, even if
 * nothing of it is wanted: it tells how many rows there are, and which structs are null.
 */
export function selectFields(fields: readonly StoredField[], wanted: readonly Field[]): Selected {
  const unknown: string[] = [];
  const selected = selectAmong(fields, wanted, '');
  return { fields: selected, unknown };

  function selectAmong(some: readonly StoredField[], types: readonly Field[], parent: string): StoredField[] {
    const byName = new Map(types.map((field) => [field.name, field]));
    const readable = some.filter(({ stored }) => typeOfStored(stored) !== undefined);
    const found = some.flatMap((field) => {
      const path = fieldPath(parent, field.name);
      const type = byName.get(field.name)?.type;
      if (type && readable.includes(field)) return [{ ...field, ...selectSlot(field, type, path) }];
      unknown.push(path);
      return [];
    });
    return found.length > 0 ? found : readable.slice(0, 1);
  }

  function selectSlot<Slot extends StoredSlot>(slot: Slot, type: Type, path: string): Slot {
    return { ...slot, stored: selectStored(slot.stored, type, path) };
  }

  function selectStored(stored: Stored, type: Type, path: string): Stored {
    if (stored.kind === 'struct' && type.kind === 'struct') {
      return { ...stored, fields: selectAmong(stored.fields, type.fields, path) };
    }
    if (stored.kind === 'list' && type.kind === 'list') {
      return { ...stored, element: selectSlot(stored.element, type.element.type, `${path}[]`) };
    }
    if (stored.kind === 'map' && type.kind === 'map') {
      return { ...stored, value: selectSlot(stored.value, type.value.type, `${path}{}`) };
    }
    return stored;
  }
}

/** The fields of a file in our types, without those that have none. */
export function typedFields(fields: readonly StoredField[]): Field[] {
  return fields.flatMap(({ name, optional, stored }) => {
    const type = typeOfStored(stored);
    return type ? [{ name, optional, type }] : [];
  });
}
