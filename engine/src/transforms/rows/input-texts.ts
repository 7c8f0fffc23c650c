import type { Column } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';
import type { TextList } from './text-list.ts';

/** A place in the input that holds texts, or lists of them: a field, or a field of a struct, by its path from the top. */
export interface TextPlace {
  readonly path: readonly string[];
  readonly type: Type;
  /** The texts of a list; those of other places are in `values`. */
  readonly list: TextList | undefined;
  /** Whether the reader keeps them. It does unless told otherwise: see `keepOnly`. */
  isKept: boolean;
}

/**
 * The texts of the row that was read last, as they went into the user's object, but out of its reach. Texts never change:
 * an output value that equals one of them is the input's, whatever was done to the object. So the output column can be the
 * input column, and nothing is copied.
 */
export class InputTexts {
  /** Where the texts come from. Filled once, when the reader is made; the two arrays below have the same order. */
  readonly places: TextPlace[] = [];
  /** One a place; null where the row has none. */
  readonly values: (string | null)[] = [];
  /** One a place, of the batch the reader is bound to. */
  readonly columns: Column[] = [];
  /** The row these are of; -1 before the first of a batch. */
  row = -1;

  /** Adds a place; answers its index. */
  add(place: Omit<TextPlace, 'isKept'>): number {
    this.values.push(null);
    return this.places.push({ ...place, isKept: true }) - 1;
  }

  /** Says which places will be asked for; texts of the others are not kept any more. */
  keepOnly(places: ReadonlySet<number>): void {
    for (const [i, place] of this.places.entries()) place.isKept = places.has(i);
  }

  /** The row has no texts here: the struct around them is null. */
  forget(place: number): void {
    const { list } = this.places[place]!;
    this.values[place] = null;
    if (list !== undefined) list.length = -1;
  }

  /** Whether an output value is that of a place, where undefined counts as null. */
  equals(place: number, value: unknown): boolean {
    const { list } = this.places[place]!;
    return list === undefined ? (value ?? null) === this.values[place] : list.equals(value);
  }
}
