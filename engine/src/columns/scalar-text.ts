import { formatDate, formatLocalNanos, formatLocalTimestamp, formatTime } from '../core/calendar.ts';
import { formatDecimal } from '../core/decimal.ts';
import type { Type, TypeOf } from '../core/schema.ts';
import { bigintAt, boolAt, bytesAt, numberAt, textAt, unscaledAt, uuidAt } from './cells.ts';
import type { Column } from './column.ts';

/** Types whose cells have a canonical text. */
export type ScalarType = Exclude<Type, { kind: 'list' | 'struct' | 'map' }>;

export function isScalar(type: Type): type is ScalarType {
  return type.kind !== 'list' && type.kind !== 'struct' && type.kind !== 'map';
}

/** Factor from a timestamp's unit to nanoseconds. */
export const NANOS_PER_UNIT = { ms: 1_000_000n, us: 1_000n, ns: 1n } as const;

/** Canonical text of a scalar cell that is not null: all digits of numbers, ISO dates and times, base64 of binary. */
export function scalarText(column: Column, row: number): string {
  const type = column.type as ScalarType;
  switch (type.kind) {
    case 'int':
    case 'int64':
    case 'uint64':
      return bigintAt(column, row).toString();
    case 'string':
    case 'json':
      return textAt(column, row);
    case 'binary':
      return Buffer.from(bytesAt(column, row)).toString('base64');
    case 'bool':
      return boolAt(column, row) ? 'true' : 'false';
    case 'date':
      return formatDate(numberAt(column, row));
    case 'time':
      return formatTime(Number(bigintAt(column, row)));
    case 'timestamp':
      return timestampText(type, bigintAt(column, row));
    case 'decimal':
      return formatDecimal(unscaledAt(column, row), type.scale);
    case 'uuid':
      return uuidAt(column, row);
    default:
      return numberText(numberAt(column, row));
  }
}

/** Shortest text that reads back as the same double; -0 keeps its sign. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** ISO text of a timestamp in its type's unit, with `Z` if it is UTC. */
export function timestampText(type: TypeOf<'timestamp'>, value: bigint): string {
  const zone = type.utc ? 'Z' : '';
  const micros = type.unit === 'us' ? Number(value) : type.unit === 'ms' ? Number(value) * 1000 : Number.NaN;
  if (Number.isSafeInteger(micros)) return formatLocalTimestamp(micros) + zone;
  return formatLocalNanos(value * NANOS_PER_UNIT[type.unit]) + zone;
}
