/**
 * What a value has to say as a map; undefined if it is none. A Set or a Date has no entries: taking it for an empty object
 * would lose it unseen.
 */
export function entriesOf(value: unknown, textKeys: boolean): Iterable<readonly [unknown, unknown]> | undefined {
  if (value instanceof Map) return value;
  if (!textKeys || typeof value !== 'object' || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? Object.entries(value) : undefined;
}
