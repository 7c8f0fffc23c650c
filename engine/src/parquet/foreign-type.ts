import type { TimeUnit, Type } from '../core/schema.ts';
import { formatName, formatType } from '../core/schema-text.ts';
import { numberAt, structAt } from './metadata.ts';
import type { SchemaNode } from './schema-tree.ts';
import { CONVERTED, LOGICAL, UNIT } from './stored-type.ts';
import type { ThriftStruct } from './thrift.ts';

/** What a list or map of a foreign file is made of, by the rules for files written before there were rules. */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'struct' }
  | { readonly kind: 'list'; readonly element: SchemaNode; readonly optional: boolean }
  | { readonly kind: 'map'; readonly entries: SchemaNode; readonly key: SchemaNode; readonly value: SchemaNode };

/** How the children of a node nest. hyparquet assembles rows by the same rules, so both see the same lists. */
export function shapeOf(node: SchemaNode): Shape {
  if (node.physical) return { kind: 'scalar' };
  const [repeated] = node.children;
  if (node.children.length !== 1 || repeated?.repetition !== 'REPEATED') return { kind: 'struct' };
  if (isList(node) && repeated.children.length <= 1) {
    const element = repeated.children[0] ?? repeated;
    return { kind: 'list', element, optional: element.repetition === 'OPTIONAL' };
  }
  const [key, value] = repeated.children;
  if (isMap(node) && key && value && repeated.children.length === 2)
    return { kind: 'map', entries: repeated, key, value };
  return { kind: 'struct' };
}

export function isList({ converted, logical }: SchemaNode): boolean {
  return converted === CONVERTED.LIST || logical?.has(LOGICAL.LIST) === true;
}

function isMap({ converted, logical }: SchemaNode): boolean {
  return converted === CONVERTED.MAP || converted === CONVERTED.MAP_KEY_VALUE || logical?.has(LOGICAL.MAP) === true;
}

/** A node in our notation; what has no type of ours by its Parquet name, such as `int96` or `fixed(2)`. */
export function typeText(node: SchemaNode): string {
  const text = bareText(node);
  if (node.repetition === 'REPEATED') return `list<${text}>`;
  return node.repetition === 'OPTIONAL' ? `${text}?` : text;
}

function bareText(node: SchemaNode): string {
  const shape = shapeOf(node);
  switch (shape.kind) {
    case 'scalar':
      return scalarTypeText(node);
    case 'list':
      return `list<${shape.element.repetition === 'REPEATED' ? bareText(shape.element) : typeText(shape.element)}>`;
    case 'map':
      return `map<${bareText(shape.key)}, ${typeText(shape.value)}>`;
    case 'struct':
      return `struct<${node.children.map((child) => `${formatName(child.name)}: ${typeText(child)}`).join(', ')}>`;
  }
}

function scalarTypeText(node: SchemaNode): string {
  const type = scalarTypeOf(node);
  return type ? formatType(type) : physicalText(node);
}

/** The physical type as people write it. */
export function physicalText({ physical, typeLength }: SchemaNode): string {
  if (physical === 'FIXED_LEN_BYTE_ARRAY') return `fixed(${typeLength})`;
  return (physical ?? 'group').toLowerCase();
}

/** The type of a column without children; undefined where we have none (half floats, intervals, INT96). */
export function scalarTypeOf(node: SchemaNode): Type | undefined {
  const { logical, converted, physical, precision, scale } = node;
  const decimal = logical && structAt(logical, LOGICAL.DECIMAL, 'DECIMAL');
  if (decimal || converted === CONVERTED.DECIMAL) {
    const [digits, point] = decimal
      ? [numberAt(decimal, 2, 'precision') ?? 0, numberAt(decimal, 1, 'scale') ?? 0]
      : [precision, scale];
    return digits >= 1 && digits <= 38 && point >= 0 && point <= digits
      ? { kind: 'decimal', precision: digits, scale: point }
      : undefined;
  }
  return (logical && fromLogical(logical, physical)) ?? fromConverted(converted, physical) ?? fromPhysical(node);
}

type Physical = SchemaNode['physical'];

function fromLogical(logical: ThriftStruct, physical: Physical): Type | undefined {
  const has = (id: number, on: Physical) => logical.has(id) && physical === on;
  if (has(LOGICAL.STRING, 'BYTE_ARRAY') || has(LOGICAL.ENUM, 'BYTE_ARRAY')) return { kind: 'string' };
  if (has(LOGICAL.JSON, 'BYTE_ARRAY')) return { kind: 'json' };
  if (has(LOGICAL.UUID, 'FIXED_LEN_BYTE_ARRAY')) return { kind: 'uuid' };
  if (has(LOGICAL.DATE, 'INT32')) return { kind: 'date' };
  const time = structAt(logical, LOGICAL.TIME, 'TIME');
  if (time && unitOf(time) === 'us' && physical === 'INT64') return { kind: 'time' };
  const timestamp = structAt(logical, LOGICAL.TIMESTAMP, 'TIMESTAMP');
  const unit = timestamp && unitOf(timestamp);
  if (timestamp && unit && physical === 'INT64') return { kind: 'timestamp', unit, utc: isTrue(timestamp, 1) };
  const integer = structAt(logical, LOGICAL.INTEGER, 'INTEGER');
  if (!integer) return undefined;
  return integerType(numberAt(integer, 1, 'bitWidth') ?? 0, isTrue(integer, 2), physical);
}

function fromConverted(converted: number | undefined, physical: Physical): Type | undefined {
  switch (converted) {
    case CONVERTED.UTF8:
    case CONVERTED.ENUM:
      return physical === 'BYTE_ARRAY' ? { kind: 'string' } : undefined;
    case CONVERTED.JSON:
      return physical === 'BYTE_ARRAY' ? { kind: 'json' } : undefined;
    case CONVERTED.DATE:
      return physical === 'INT32' ? { kind: 'date' } : undefined;
    case CONVERTED.TIME_MICROS:
      return physical === 'INT64' ? { kind: 'time' } : undefined;
    case CONVERTED.TIMESTAMP_MILLIS:
    case CONVERTED.TIMESTAMP_MICROS: {
      const unit = converted === CONVERTED.TIMESTAMP_MILLIS ? 'ms' : 'us';
      return physical === 'INT64' ? { kind: 'timestamp', unit, utc: true } : undefined;
    }
    default: {
      // UINT_8 … UINT_64, INT_8 … INT_64 are numbered in a row.
      const step = (converted ?? 0) - CONVERTED.UINT_8;
      return step >= 0 && step < 8 ? integerType(8 << (step & 3), step > 3, physical) : undefined;
    }
  }
}

function fromPhysical({ physical }: SchemaNode): Type | undefined {
  switch (physical) {
    case 'BOOLEAN':
      return { kind: 'bool' };
    case 'FLOAT':
      return { kind: 'float' };
    case 'DOUBLE':
      return { kind: 'double' };
    case 'INT32':
      return { kind: 'int32' };
    case 'INT64':
      return { kind: 'int64' };
    case 'BYTE_ARRAY':
      return { kind: 'binary' };
    default:
      // INT96, and fixed bytes: only an annotation could tell what they are.
      return undefined;
  }
}

function integerType(bits: number, signed: boolean, physical: Physical): Type | undefined {
  if (physical !== (bits === 64 ? 'INT64' : 'INT32')) return undefined;
  const kind = `${signed ? 'int' : 'uint'}${bits}`;
  const known = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const;
  const found = known.find((candidate) => candidate === kind);
  return found && { kind: found };
}

function unitOf(moment: ThriftStruct): TimeUnit | undefined {
  const unit = structAt(moment, 2, 'unit');
  return (Object.keys(UNIT) as TimeUnit[]).find((name) => unit?.has(UNIT[name]));
}

function isTrue(from: ThriftStruct, id: number): boolean {
  const value = from.get(id);
  return value?.kind === 'bool' && value.value;
}
