import { isScalar, NANOS_PER_UNIT } from '../../columns/scalar-text.ts';
import type { Value } from '../../columns/values.ts';
import { formatDate, formatTime } from '../../core/calendar.ts';
import { formatDecimal } from '../../core/decimal.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import { type Condition, compareOrdered, type Ordered } from '../../parquet/condition.ts';
import type { ParquetFilter } from '../../protocol/parquet.ts';
import type { AdvanceOptions } from './filter-scan.ts';
import { rowFilter } from './filters.ts';
import type { OpenedFile } from './opened-file.ts';
import { orderedCells } from './ordered-cells.ts';
import { scan } from './scan.ts';

/** Texts are told apart by their start; those that agree so far stay in the order of the file. */
const MAX_KEY_BYTES = 256;

export interface RankingRequest {
  readonly filters: readonly ParquetFilter[];
  readonly sort: { readonly column: string; readonly isDescending: boolean };
  /** Rows that are ranked; of the others nothing is kept. */
  readonly limit: number;
}

/** The first rows in the order of a column, nulls last. */
export interface Ranking {
  readonly rows: Float64Array;
  /** Rows that the filters leave. */
  readonly matches: number;
}

/** Ranks the rows of a file: reads the sort column and those of filters, keeps at most twice `limit` keys. */
export async function rankRows(
  file: OpenedFile,
  { filters, sort, limit }: RankingRequest,
  { signal, onProgress }: AdvanceOptions,
): Promise<Ranking> {
  const field = file.field(sort.column);
  if (!isScalar(field.type)) {
    throw new ParquetryError(
      'E_CONFIG',
      `rows are sorted by columns of one value a row, ${field.name} is ${formatType(field.type)}`,
    );
  }
  const filter = rowFilter(file, filters);
  const fields = [...new Set([...filter.fields, field])];
  const best = new Best(limit, sort.isDescending);
  const nulls: number[] = [];
  const where = (): readonly Condition[] => {
    // Row groups and pages whose values are all behind the last one that is kept tell nothing, unless their matches must be counted.
    const bound = filters.length === 0 && best.worst !== undefined ? nativeValue(field.type, best.worst) : undefined;
    if (bound === undefined) return filter.where;
    return [{ column: field.name, is: sort.isDescending ? '>=' : '<=', value: bound }];
  };
  let matches = 0;
  for await (const { firstRow, rows, columns, scanned } of scan(file, { fields, where })) {
    signal.throwIfAborted();
    const test = filter.test(columns.slice(0, filter.fields.length));
    const column = columns[fields.indexOf(field)]!;
    const cells = orderedCells(column)!;
    for (let slot = 0; slot < rows; slot++) {
      if (filters.length > 0 && !test(slot)) continue;
      matches++;
      const key = cells(slot);
      if (key === undefined) {
        if (nulls.length < limit) nulls.push(firstRow + slot);
      } else best.offer(key, firstRow + slot);
    }
    onProgress({ scannedRows: scanned, matches });
  }
  const ranked = best.rows();
  const all = [...ranked, ...nulls.slice(0, limit - ranked.length)];
  return { rows: Float64Array.from(all), matches: filters.length > 0 ? matches : file.parquet.rows };
}

/** The best keys of those offered. */
class Best {
  readonly #limit: number;
  readonly #sign: 1 | -1;
  #kept: { readonly key: Ordered; readonly row: number }[] = [];
  #worst: Ordered | undefined;

  constructor(limit: number, isDescending: boolean) {
    this.#limit = limit;
    this.#sign = isDescending ? -1 : 1;
  }

  /** Of those that are kept, once there are as many as may be. */
  get worst(): Ordered | undefined {
    return this.#worst;
  }

  /** Rows are offered in the order of the file: of equal keys the first ones stay. */
  offer(key: Ordered, row: number): void {
    if (this.#worst !== undefined && this.#order(key, this.#worst) >= 0) return;
    this.#kept.push({ key: key instanceof Uint8Array ? key.slice(0, MAX_KEY_BYTES) : key, row });
    if (this.#kept.length >= 2 * this.#limit) this.#prune();
  }

  rows(): number[] {
    this.#prune();
    return this.#kept.map(({ row }) => row);
  }

  #prune(): void {
    this.#kept.sort((a, b) => this.#order(a.key, b.key) || a.row - b.row);
    if (this.#kept.length < this.#limit) return;
    this.#kept.length = this.#limit;
    this.#worst = this.#kept.at(-1)!.key;
  }

  #order(a: Ordered, b: Ordered): number {
    return this.#sign * compareOrdered(a, b);
  }
}

/** A key in the JavaScript form of its type; undefined for types whose keys were cut. */
function nativeValue(type: Type, key: Ordered): NonNullable<Value> | undefined {
  if (key instanceof Uint8Array) return undefined;
  switch (type.kind) {
    case 'float':
    case 'double':
      return key;
    case 'bool':
      return undefined;
    case 'timestamp':
      return BigInt(key) * NANOS_PER_UNIT[type.unit];
    case 'date':
      return formatDate(Number(key));
    case 'time':
      return formatTime(Number(key));
    case 'decimal':
      return formatDecimal(BigInt(key), type.scale);
    default:
      return BigInt(key);
  }
}
