import type { Field, Slot, Type } from '../../core/schema.ts';

/**
 * Whether values that user code gets from one slot and returns untouched into the other are stored there as the same values.
 * All but json end up in the same bytes. json keeps its text, where to parse it and to write it anew loses spaces, and digits
 * beyond 2^53. Null for a required slot is left to who looks at the values, but for json, where it becomes one.
 */
export function isHandedOnAs(from: Slot, to: Slot): boolean {
  return isStoredAs(from.type, to.type) && (from.type.kind !== 'json' || from.optional === to.optional);
}

function isStoredAs(from: Type, to: Type): boolean {
  switch (from.kind) {
    case 'decimal':
      return to.kind === 'decimal' && to.scale === from.scale && to.precision >= from.precision;
    case 'timestamp':
      return to.kind === 'timestamp' && to.unit === from.unit;
    case 'list':
      return to.kind === 'list' && slotFits(from.element, to.element);
    case 'map':
      return to.kind === 'map' && isStoredAs(from.key, to.key) && slotFits(from.value, to.value);
    case 'struct':
      return to.kind === 'struct' && fieldsFit(from.fields, to.fields);
    default:
      return from.kind === to.kind;
  }
}

function slotFits(from: Slot, to: Slot): boolean {
  return (to.optional || !from.optional) && isHandedOnAs(from, to);
}

function fieldsFit(from: readonly Field[], to: readonly Field[]): boolean {
  return from.length === to.length && from.every((field, i) => field.name === to[i]?.name && slotFits(field, to[i]));
}

/** Whether a value of the type is an object in JavaScript, which can be changed. */
export function isObject({ kind }: Type): boolean {
  return kind === 'list' || kind === 'map' || kind === 'struct' || kind === 'binary' || kind === 'json';
}
