import type { PhysicalColumn } from './arrow-memory.ts';

/** Says that the value in a slot of a column does not fit: whose record that costs is for whoever listens to find out. */
export type Refuse = (slot: number, message: string, path: string) => void;

/** For the elements of a list: refuses the slot of the list that an element lies in. */
export function forElements(offsets: Int32Array, length: number, refuse: Refuse): Refuse {
  return (element, message, path) => refuse(ownerOf(offsets, length, element), message, path);
}

/** The last slot that starts at or before the element, which is not empty then. */
function ownerOf(offsets: Int32Array, length: number, element: number): number {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= element) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Calls `visit` for each slot that is not null. */
export function eachValue(
  { length, validity }: Pick<PhysicalColumn, 'length' | 'validity'>,
  visit: (slot: number) => void,
): void {
  for (let slot = 0; slot < length; slot++) {
    if (validity === undefined || ((validity[slot >> 3]! >> (slot & 7)) & 1) === 1) visit(slot);
  }
}

/** Calls `visit` for each slot that is null. */
export function eachNull(
  { length, validity }: Pick<PhysicalColumn, 'length' | 'validity'>,
  visit: (slot: number) => void,
): void {
  if (validity === undefined) return;
  for (let slot = 0; slot < length; slot++) {
    // Eight values at a time: nulls are few, or all.
    if ((slot & 7) === 0 && validity[slot >> 3] === 0xff) slot += 7;
    else if (((validity[slot >> 3]! >> (slot & 7)) & 1) === 0) visit(slot);
  }
}
