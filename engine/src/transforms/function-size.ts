import type { Field } from '../core/schema.ts';

/** Places that one generated function takes care of: V8 does not optimise functions without end. */
const MAX_PLACES = 48;

/** Whether the values of a struct need a function of their own. */
export function areMany(fields: readonly Field[]): boolean {
  return countPlaces(fields) > MAX_PLACES;
}

/** Items in groups that a function each can take care of. */
export function inGroups<Item extends { readonly field: Field }>(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  let places = 0;
  for (const item of items) {
    const own = countPlaces([item.field]);
    places += own;
    if (groups.length === 0 || places > MAX_PLACES) {
      groups.push([]);
      places = own;
    }
    groups.at(-1)!.push(item);
  }
  return groups;
}

function countPlaces(fields: readonly Field[]): number {
  return fields.reduce((sum, { type }) => sum + (type.kind === 'struct' ? countPlaces(type.fields) : 1), 0);
}
