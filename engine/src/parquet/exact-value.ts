import { timestampText } from '../columns/scalar-text.ts';
import { formatDate, formatTime } from '../core/calendar.ts';
import { formatDecimal } from '../core/decimal.ts';
import type { Type } from '../core/schema.ts';
import { scalarTypeOf } from './foreign-type.ts';
import type { SchemaNode } from './schema-tree.ts';

/** A value that JSON holds without losing anything: 64-bit integers, decimals and moments are text with all their digits. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A value as the file holds it, before its annotation gives it a meaning. INT96 is nanoseconds since the epoch. */
export type PhysicalValue = boolean | number | bigint | Uint8Array;

const utf8 = new TextDecoder();

/** A column's physical value by the column's type. Never throws: what does not fit its annotation shows as it is. */
export function exactValue(node: SchemaNode, value: PhysicalValue): JsonValue {
  const type = node.physical === 'INT96' ? NANOSECONDS : scalarTypeOf(node);
  const found = type && typedValue(type, value);
  return found ?? rawValue(value);
}

const NANOSECONDS: Type = { kind: 'timestamp', unit: 'ns', utc: true };

function typedValue(type: Type, value: PhysicalValue): JsonValue | undefined {
  if (typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return bytesValue(type, value);
  switch (type.kind) {
    case 'decimal':
      return formatDecimal(BigInt(value), type.scale);
    case 'timestamp':
      return timestampText(type, BigInt(value));
    case 'date':
      return formatDate(Number(value));
    case 'time':
      return inDay(BigInt(value)) ? formatTime(Number(value)) : undefined;
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return Number(value) >>> 0;
    case 'uint64':
      return BigInt.asUintN(64, BigInt(value)).toString();
    default:
      return undefined;
  }
}

function bytesValue(type: Type, bytes: Uint8Array): JsonValue | undefined {
  switch (type.kind) {
    case 'string':
    case 'json':
      return utf8.decode(bytes);
    case 'decimal':
      return formatDecimal(bigEndian(bytes), type.scale);
    case 'uuid':
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    default:
      return undefined;
  }
}

function rawValue(value: PhysicalValue): JsonValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : numberName(value);
  return typeof value === 'boolean' ? value : Buffer.from(value).toString('base64');
}

/** What JSON has no number for. */
function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function inDay(micros: bigint): boolean {
  return micros >= 0n && micros < 86_400_000_000n;
}

/** Two's complement, most significant byte first. */
function bigEndian(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

/** A minimum or maximum: one PLAIN value without a length. Undefined if the bytes do not fit the type, or it has no order. */
export function statisticValue(node: SchemaNode, bytes: Uint8Array): JsonValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (node.physical) {
    case 'BOOLEAN':
      return bytes.length === 1 ? bytes[0] === 1 : undefined;
    case 'INT32':
      return bytes.length === 4 ? exactValue(node, view.getInt32(0, true)) : undefined;
    case 'INT64':
      return bytes.length === 8 ? exactValue(node, view.getBigInt64(0, true)) : undefined;
    case 'FLOAT':
      return bytes.length === 4 ? exactValue(node, view.getFloat32(0, true)) : undefined;
    case 'DOUBLE':
      return bytes.length === 8 ? exactValue(node, view.getFloat64(0, true)) : undefined;
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return exactValue(node, bytes);
    default:
      return undefined;
  }
}
