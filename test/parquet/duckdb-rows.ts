import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Value } from '../../engine/src/columns/values.ts';
import { formatDecimal } from '../../engine/src/core/decimal.ts';

/** A value as both sides tell it exactly: moments are nanoseconds, and maps lists of pairs; all else is as `Value` has it. */
export type Exact = Value;
export type Row = { readonly [name: string]: Exact };

/** A DuckDB whose rows are told as ours are. */
export class Duck {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:');
    return new Duck(await instance.connect());
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  async rows(sql: string): Promise<Row[]> {
    const result = await this.#connection.runAndReadAll(sql);
    const names = result.columnNames();
    return result.getRows().map((row) => Object.fromEntries(row.map((value, i) => [names[i]!, exactOf(value)])));
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync();
  }
}

function exactOf(value: DuckDBValue): Exact {
  if (value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value)) return value as Value;
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  if (value instanceof DuckDBDecimalValue) return formatDecimal(value.value, value.scale);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return value.micros * 1000n;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1_000_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBListValue) return value.items.map(exactOf);
  if (value instanceof DuckDBStructValue) return objectOf(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: held }) => [exactOf(key), exactOf(held)]);
  if (value instanceof DuckDBDateValue || value instanceof DuckDBTimeValue || value instanceof DuckDBUUIDValue) {
    return value.toString();
  }
  throw new TypeError(`no value of ours for ${value}`);
}

function objectOf(entries: readonly (readonly [string, DuckDBValue])[]): Value {
  return Object.fromEntries(entries.map(([name, value]) => [name, exactOf(value)]));
}
