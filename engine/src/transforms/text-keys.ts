import type { Type } from '../core/schema.ts';

/** Types whose values are strings in JavaScript. A map with such keys is an object to user code, any other a Map. */
const TEXT_KINDS: ReadonlySet<Type['kind']> = new Set(['string', 'decimal', 'date', 'time', 'uuid'] as const);

/** Whether user code sees values of this kind as strings. */
export function isTextKind(kind: Type['kind']): boolean {
  return TEXT_KINDS.has(kind);
}

/** Whether maps with keys of this type can be objects. */
export function hasTextKeys(key: Type): boolean {
  return TEXT_KINDS.has(key.kind);
}
