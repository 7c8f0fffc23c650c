import type { Type } from '../../core/schema.ts';

/** The call that reads a scalar at `at` into a builder, as text of the generated scanner. */
export function readerCall(type: Type, builder: string, at: string): string {
  const args = `bytes, ${at}, ${builder}`;
  switch (type.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return `readSmallInt(${args}, ${boundsOf(type.kind).join(', ')})`;
    case 'timestamp':
      return `readTimestamp(${args}, TIMESTAMP_FORMS.${type.unit}_${type.utc ? 'utc' : 'local'})`;
    case 'string':
      return `readString(bytes, view, ${at}, ${builder})`;
    default:
      return `read${type.kind[0]!.toUpperCase()}${type.kind.slice(1)}(${args})`;
  }
}

/** Smallest and largest value of `int8`, `uint32` and the like. */
function boundsOf(kind: string): [min: number, max: number] {
  const bits = Number(kind.replace(/\D+/, ''));
  return kind.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
