import { timestampText } from '../../../engine/src/columns/scalar-text.ts';
import type { Value } from '../../../engine/src/columns/values.ts';
import type { Type } from '../../../engine/src/core/schema.ts';
import type { JsonValue } from '../../../engine/src/parquet/exact-value.ts';

type Members<V> = { readonly [name: string]: V };

/**
 * A value in the form in which all readers are compared, that of `inspect`: what JSON has no exact form for is text, bytes are
 * base64, a map is an object.
 */
export function formOf(type: Type, value: Value): JsonValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'list':
      return (value as readonly Value[]).map((element) => formOf(type.element.type, element));
    case 'struct':
      return membersOf(type.fields, (name) => (value as Members<Value>)[name]!, formOf);
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Members<Value>).map(([key, held]) => [key, formOf(type.value.type, held)]),
      );
    case 'int':
    case 'int64':
    case 'uint64':
      return String(value);
    case 'float':
    case 'double':
      return numberForm(value as number);
    case 'binary':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      return timestampText(type, storedTimestamp(type, value as number | bigint));
    default:
      return value as JsonValue;
  }
}

/** What DuckDB's rows as JSON show of a value, in the form of `formOf`. */
export function duckForm(type: Type, shown: unknown): JsonValue {
  return mapForm(type, shown, (leaf, value) => {
    if (leaf.kind === 'float' || leaf.kind === 'double') return numberForm(Number(value));
    if (leaf.kind === 'binary') return duckBytes(value as string).toString('base64');
    if (leaf.kind === 'timestamp') return (value as string).replace(' ', 'T').replace(/\+00$/, 'Z');
    return value as JsonValue;
  });
}

/** A value that a reader gave as JSON, its leaves brought to the form of `formOf`. A map may be a list of its entries. */
export function mapForm<Shown>(type: Type, shown: Shown, leaf: (type: Type, value: Shown) => JsonValue): JsonValue {
  if (shown === null) return null;
  switch (type.kind) {
    case 'list':
      return (shown as Shown[]).map((element) => mapForm(type.element.type, element, leaf));
    case 'struct':
      return membersOf(
        type.fields,
        (name) => (shown as Members<Shown>)[name]!,
        (member, value) => mapForm(member, value, leaf),
      );
    case 'map': {
      const entries = Array.isArray(shown)
        ? shown.map(({ key, value }) => [key, value] as const)
        : Object.entries(shown as object);
      return Object.fromEntries(entries.map(([key, value]) => [key, mapForm(type.value.type, value, leaf)]));
    }
    default:
      return leaf(type, shown);
  }
}

function membersOf<V>(
  fields: readonly { readonly name: string; readonly type: Type }[],
  held: (name: string) => V,
  form: (type: Type, value: V) => JsonValue,
): JsonValue {
  return Object.fromEntries(fields.map(({ name, type }) => [name, form(type, held(name))]));
}

function numberForm(value: number): JsonValue {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

function storedTimestamp({ unit }: Extract<Type, { kind: 'timestamp' }>, value: number | bigint): bigint {
  return unit === 'ms' ? BigInt(value) / 1000n : BigInt(value);
}

/** DuckDB writes bytes that are not printable ASCII, and the backslash, as \xHH. */
function duckBytes(shown: string): Buffer {
  const text = shown.replace(/\\x([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(text, 'latin1');
}
