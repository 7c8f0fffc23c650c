import type { Column } from '../../columns/column.ts';
import type { NumberValues } from '../../columns/layout.ts';
import { scalarText, timestampText } from '../../columns/scalar-text.ts';
import { formatDate } from '../../core/calendar.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { TypeOf } from '../../core/schema.ts';
import { NullableReader } from './reader.ts';

const WORD = 2 ** 32;
/** Dates of a chunk are few; those of a hostile one must not fill the memory. */
const MAX_CACHED_DATES = 10_000;

/** int8 to int32, uint8 to uint32, float, double. */
export class NumberReader extends NullableReader {
  private values: NumberValues = new Int8Array();

  protected override bindValues(column: Column): void {
    this.values = column.values as NumberValues;
  }

  protected override valueAt(row: number): number {
    return this.values[row]!;
  }
}

export class BoolReader extends NullableReader {
  private bits: Uint8Array = new Uint8Array();

  protected override bindValues(column: Column): void {
    this.bits = column.values as Uint8Array;
  }

  protected override valueAt(row: number): boolean {
    return ((this.bits[row >> 3]! >> (row & 7)) & 1) === 1;
  }
}

/** int64, uint64, and timestamps in ns. */
export class BigIntReader extends NullableReader {
  private values: BigInt64Array | BigUint64Array = new BigInt64Array();

  protected override bindValues(column: Column): void {
    this.values = column.values as BigInt64Array | BigUint64Array;
  }

  protected override valueAt(row: number): bigint {
    return this.values[row]!;
  }
}

/** int: two words to a number, which costs a tenth of going by bigint. Throws E_RECORD beyond 2^53. */
export class IntReader extends NullableReader {
  private readonly path: string;
  private words: Int32Array = new Int32Array();

  constructor(path: string) {
    super();
    this.path = path;
  }

  protected override bindValues(column: Column): void {
    this.words = wordsOf(column);
  }

  protected override valueAt(row: number): number {
    const value = this.words[2 * row + 1]! * WORD + (this.words[2 * row]! >>> 0);
    if (Number.isSafeInteger(value)) return value;
    throw unreadable(this.path, 'an integer within ±(2^53 - 1)', String(exactAt(this.words, row)), 'int64');
  }
}

/** Timestamps in ms and us, as whole microseconds. Throws E_RECORD where a number would have to round. */
export class TimestampReader extends NullableReader {
  private readonly type: TypeOf<'timestamp'>;
  private readonly path: string;
  private readonly micros: number;
  private words: Int32Array = new Int32Array();

  constructor(type: TypeOf<'timestamp'>, path: string) {
    super();
    this.type = type;
    this.path = path;
    this.micros = type.unit === 'ms' ? 1000 : 1;
  }

  protected override bindValues(column: Column): void {
    this.words = wordsOf(column);
  }

  protected override valueAt(row: number): number {
    const value = (this.words[2 * row + 1]! * WORD + (this.words[2 * row]! >>> 0)) * this.micros;
    return Number.isSafeInteger(value) ? value : this.beyond(row);
  }

  /** The year 9999 is beyond 2^53 microseconds, but its whole seconds are exact as numbers all the same. */
  private beyond(row: number): number {
    const stored = exactAt(this.words, row);
    const exact = stored * BigInt(this.micros);
    const value = Number(exact);
    if (BigInt(value) === exact) return value;
    const wanted = 'exact as a number of microseconds';
    throw unreadable(this.path, wanted, timestampText(this.type, stored), 'timestamp(ns)');
  }
}

export class BinaryReader extends NullableReader {
  private data: Uint8Array = new Uint8Array();
  private offsets: Int32Array = new Int32Array();

  protected override bindValues(column: Column): void {
    this.data = column.data!;
    this.offsets = column.offsets!;
  }

  /** A copy: the column's memory is reused, user code may keep the bytes. */
  protected override valueAt(row: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.data, this.offsets[row], this.offsets[row + 1]);
  }
}

export class DateReader extends NullableReader {
  private days: Int32Array = new Int32Array();
  private readonly texts = new Map<number, string>();

  protected override bindValues(column: Column): void {
    this.days = column.values as Int32Array;
    if (this.texts.size > MAX_CACHED_DATES) this.texts.clear();
  }

  protected override valueAt(row: number): string {
    const days = this.days[row]!;
    const known = this.texts.get(days);
    if (known !== undefined) return known;
    const text = formatDate(days);
    this.texts.set(days, text);
    return text;
  }
}

/** decimal, time, uuid: their canonical texts. */
export class CanonicalReader extends NullableReader {
  private column: Column | undefined;

  protected override bindValues(column: Column): void {
    this.column = column;
  }

  protected override valueAt(row: number): string {
    return scalarText(this.column!, row);
  }
}

function wordsOf({ values, length }: Column): Int32Array<ArrayBuffer> {
  const { buffer, byteOffset } = values as BigInt64Array<ArrayBuffer>;
  return new Int32Array(buffer, byteOffset, length * 2);
}

function exactAt(words: Int32Array, row: number): bigint {
  return (BigInt(words[2 * row + 1]!) << 32n) | BigInt(words[2 * row]! >>> 0);
}

function unreadable(field: string, wanted: string, got: string, better: string): ParquetryError {
  return new ParquetryError('E_RECORD', `${field} must be ${wanted}, got ${got}`, {
    hint: `Declare ${field} as ${better} in the input schema: that is a bigint in JavaScript.`,
    details: { field },
  });
}
