import type { PlainKind, TimeUnit } from '../../core/schema.ts';
import {
  type AnySlot,
  type ElementOf,
  type MapOf,
  type ObjectOf,
  plainFields,
  plainSlot,
  type RequiredSlot,
  type Row,
  required,
  type Shape,
  type Timestamp,
} from './values.ts';

const MAX_PRECISION = 38; // what 16 bytes of a decimal hold

const plain =
  <Value>(kind: PlainKind) =>
  (): RequiredSlot<Value> =>
    required<Value>({ kind });

/**
 * The types of the output. Each is required unless `.optional()` is called on it. Beside each, what a value is in
 * TypeScript; a value that is anything else costs its record.
 */
export const t = {
  /** number, an integer from -(2^53 - 1) to 2^53 - 1; stored as int64 */
  int: plain<number>('int'),
  int8: plain<number>('int8'),
  int16: plain<number>('int16'),
  int32: plain<number>('int32'),
  /** bigint */
  int64: plain<bigint>('int64'),
  uint8: plain<number>('uint8'),
  uint16: plain<number>('uint16'),
  uint32: plain<number>('uint32'),
  /** bigint */
  uint64: plain<bigint>('uint64'),
  /** number, rounded to 32 bits; NaN and infinities are values */
  float: plain<number>('float'),
  /** number; NaN and infinities are values */
  double: plain<number>('double'),
  /** string, well-formed Unicode */
  string: plain<string>('string'),
  /** Uint8Array */
  binary: plain<Uint8Array>('binary'),
  /** boolean */
  bool: plain<boolean>('bool'),
  /** string: "2024-03-01" */
  date: plain<string>('date'),
  /** string: "13:55", "13:55:36" or "13:55:36.25", to the microsecond */
  time: plain<string>('time'),
  /** string: 32 hexadecimal digits in the usual five groups */
  uuid: plain<string>('uuid'),
  /** anything JSON.stringify takes; stored as its text */
  json: plain<unknown>('json'),
  decimal,
  timestamp,
  list,
  struct,
  map,
  row,
};

export interface TimestampOptions {
  /** Whether values are instants (true, default) or what a clock on some wall shows. */
  utc?: boolean;
}

/** string in decimal notation: "12.50". Up to `precision` digits (1 to 38), `scale` of them after the point; never rounded. */
function decimal(precision: number, scale: number): RequiredSlot<string> {
  const valid = Number.isInteger(precision) && precision >= 1 && precision <= MAX_PRECISION;
  if (!valid) throw new RangeError(`t.decimal: precision must be from 1 to ${MAX_PRECISION}, got ${precision}`);
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw new RangeError(`t.decimal: scale must be from 0 to the precision ${precision}, got ${scale}`);
  }
  return required({ kind: 'decimal', precision, scale });
}

/** Timestamp: whole microseconds since the epoch (`time` makes them); with unit "ns" a bigint of nanoseconds. */
function timestamp(unit: 'ns', options?: TimestampOptions): RequiredSlot<bigint>;
function timestamp(unit?: 'us' | 'ms', options?: TimestampOptions): RequiredSlot<Timestamp>;
function timestamp(unit: TimeUnit = 'us', { utc = true }: TimestampOptions = {}): RequiredSlot<unknown> {
  if (!['ms', 'us', 'ns'].includes(unit)) throw new RangeError(`t.timestamp: unit must be ms, us or ns, got ${unit}`);
  return required({ kind: 'timestamp', unit, utc });
}

/** array */
function list<Element extends AnySlot>(element: Element): RequiredSlot<readonly ElementOf<Element>[]> {
  return required({ kind: 'list', element: plainSlot(element) });
}

/** object with these fields */
function struct<S extends Shape>(shape: S): RequiredSlot<ObjectOf<S>> {
  return required({ kind: 'struct', fields: plainFields(shape) });
}

/** Map, or an object where keys are strings. */
function map<Key, Value extends AnySlot>(
  key: RequiredSlot<Key>,
  value: Value,
): RequiredSlot<MapOf<Key, ElementOf<Value>>> {
  return required({ kind: 'map', key: key.type, value: plainSlot(value) });
}

/** The output contract: the fields of a row, in the order of the columns. */
function row<S extends Shape>(shape: S): Row<ObjectOf<S>> {
  return { fields: plainFields(shape) };
}
