import type { Type } from '../core/schema.ts';

/** Types whose values are strings in JavaScript. A map with such keys is an object to user code, any other a Map. */
const TEXT_KINDS: ReadonlySet<Type['kind']> = new Set(['string', 'decimal', 'date', 'time', 'uuid'] as const);

/** Whether user code sees values of this kind as strings. */
export function isTextKind(kind: Type['kind']): boolean {
  return TEXT_KINDS.has(kind);
}

/** Whether user code sees values of this type as bigints. */
export function isBigIntType(type: Type): boolean {
  return type.kind === 'int64' || type.kind === 'uint64' || (type.kind === 'timestamp' && type.unit === 'ns');
}

/** Whether values of this type hold others. */
export function isNested({ kind }: Type): boolean {
  return kind === 'list' || kind === 'struct' || kind === 'map';
}

/** Whether values of this type are strings or bigints, or hold some. */
export function hasText(type: Type): boolean {
  switch (type.kind) {
    case 'list':
      return hasText(type.element.type);
    case 'map':
      return hasText(type.key) || hasText(type.value.type);
    case 'struct':
      return type.fields.some((field) => hasText(field.type));
    default:
      return isTextKind(type.kind) || isBigIntType(type);
  }
}

/** Whether maps with keys of this type can be objects. */
export function hasTextKeys(key: Type): boolean {
  return TEXT_KINDS.has(key.kind);
}
