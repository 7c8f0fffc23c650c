import type { Column } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';
import { hasText } from '../text-keys.ts';
import type { Tape } from './tape.ts';

/** A place in the input whose values are kept: a field, or a field of a struct, by its path from the top. */
export interface InputPlace {
  readonly path: readonly string[];
  readonly type: Type;
  /** The values of a list, struct or map; those of other places are in `values`. */
  readonly tape: Tape | undefined;
  /** Whether the reader keeps them. It does unless told otherwise: see `keepOnly`. */
  isKept: boolean;
}

/** Kept for a json whose null is a value, not a missing one: nothing that user code returns equals it. */
export const UNEQUALLED: unique symbol = Symbol('unequalled');

/**
 * The values of the row that was read last, as they went into the user's object, but out of its reach. Strings and bigints never
 * change: an output value that equals one of them is the input's, whatever was done to the object; a nested one is, if all that
 * is in it is. So the output column can be the input column, and nothing is copied.
 */
export class InputValues {
  /** Where the values come from. Filled once, when the reader is made; the two arrays below have the same order. */
  readonly places: InputPlace[] = [];
  /** One a place; null where the row has none. */
  readonly values: unknown[] = [];
  /** One a place, of the batch the reader is bound to. */
  readonly columns: Column[] = [];
  /** The row these are of; -1 before the first of a batch. */
  row = -1;

  /** Adds a place; answers its index. */
  add(place: Omit<InputPlace, 'isKept'>): number {
    this.values.push(null);
    return this.places.push({ ...place, isKept: true }) - 1;
  }

  /** Says which places will be asked for; values of the others are not kept any more. */
  keepOnly(places: ReadonlySet<number>): void {
    for (const [i, place] of this.places.entries()) place.isKept = places.has(i);
  }

  /** The row has no value here: the struct around it is null. */
  forget(place: number): void {
    const { tape } = this.places[place]!;
    this.values[place] = null;
    if (tape === undefined) return;
    tape.values[0] = null;
    tape.length = 1;
  }
}

/**
 * Whether values of a type, at a path, are worth keeping: where comparing costs less than appending, which goes for texts and
 * bigints and what holds them. Of the json that a struct holds, or of bytes, user code could change what it was given.
 */
export function isWorthKeeping(type: Type, path: readonly string[]): boolean {
  const isTop = path.length === 1;
  if (type.kind === 'json') return isTop;
  if (type.kind === 'struct' || type.kind === 'map') return isTop && isComparable(type) && hasText(type);
  return isComparable(type) && hasText(type);
}

function isComparable(type: Type): boolean {
  switch (type.kind) {
    case 'json':
    case 'binary':
      return false;
    case 'list':
      return isComparable(type.element.type);
    case 'map':
      return isComparable(type.key) && isComparable(type.value.type);
    case 'struct':
      return type.fields.every((field) => isComparable(field.type));
    default:
      return true;
  }
}
