import { ParquetryError } from '../core/errors.ts';
import type { TypeOf } from '../core/schema.ts';
import { bigintAt, boolAt, bytesAt, isNull, numberAt, textAt } from './cells.ts';
import type { Column, ColumnBatch } from './column.ts';
import { scalarText } from './scalar-text.ts';

/**
 * What a cell is in JavaScript:
 * - int, int8 … uint32, float, double: number; int64, uint64: bigint
 * - timestamp in ms or us: whole microseconds since the epoch as a number; in ns: nanoseconds as a bigint
 * - decimal, uuid, date, time: canonical text; string: string; json: its text; binary: Uint8Array; bool: boolean
 * - list: array; struct: object; map: object if its keys are strings, else an array of [key, value] pairs
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

/** The value of a cell; null where it is null. Throws E_RECORD rather than round what a number cannot hold. */
export function readValue(column: Column, row: number): Value {
  if (isNull(column, row)) return null;
  const { type } = column;
  switch (type.kind) {
    case 'int':
      return safeNumber(bigintAt(column, row), 'int');
    case 'int64':
    case 'uint64':
      return bigintAt(column, row);
    case 'timestamp':
      return readTimestamp(type, bigintAt(column, row));
    case 'string':
    case 'json':
      return textAt(column, row);
    case 'binary':
      return bytesAt(column, row).slice();
    case 'bool':
      return boolAt(column, row);
    case 'decimal':
    case 'uuid':
    case 'date':
    case 'time':
      return scalarText(column, row);
    case 'list':
      return readElements(column, row, (element) => readValue(column.children![0]!, element));
    case 'struct':
      return Object.fromEntries(type.fields.map((field, i) => [field.name, readValue(column.children![i]!, row)]));
    case 'map':
      return readMap(column, row);
    default:
      return numberAt(column, row);
  }
}

/** A row as an object with all fields. */
export function readRow(batch: ColumnBatch, row: number): { readonly [name: string]: Value } {
  return Object.fromEntries(batch.fields.map((field, i) => [field.name, readValue(batch.columns[i]!, row)]));
}

function readTimestamp(type: TypeOf<'timestamp'>, value: bigint): number | bigint {
  if (type.unit === 'ns') return value;
  return safeNumber(type.unit === 'ms' ? value * 1000n : value, 'timestamp in microseconds');
}

function readMap(column: Column, row: number): Value {
  const [keys, values] = column.children as [Column, Column];
  const pairs = readElements(column, row, (entry) => [readValue(keys, entry), readValue(values, entry)]);
  return keys.type.kind === 'string' ? Object.fromEntries(pairs as [string, Value][]) : pairs;
}

function readElements<T>(column: Column, row: number, read: (element: number) => T): T[] {
  const start = column.offsets![row]!;
  return Array.from({ length: column.offsets![row + 1]! - start }, (_, i) => read(start + i));
}

function safeNumber(value: bigint, what: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new ParquetryError('E_RECORD', `${what} must be within ±(2^53 − 1), got ${value}`, {
    hint: 'Declare the field as int64, or the timestamp in ns: both are bigint in JavaScript.',
  });
}
