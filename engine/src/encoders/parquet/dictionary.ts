import { bitAt } from '../../columns/bitmap.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';

/** Values looked at in a column. Enough to tell some thousand distinct values from ten times as many. */
const SAMPLE = 2_048;
/** parquet-wasm gives a dictionary up at this size and writes the rest of the column plain, after the cost of both. */
const MAX_DICTIONARY_BYTES = 1 << 20;
/** A dictionary that holds more than this share of the values saves nothing. */
const MAX_SHARE = 0.5;

/** Top-level columns of a batch in which a dictionary would not pay. Depends on the values alone: equal batches, equal answers. */
export function columnsWithoutDictionary(batch: ColumnBatch): string[] {
  return batch.fields.flatMap(({ name }, index) => (pays(batch.columns[index]!) ? [] : [name]));
}

function pays(column: Column): boolean {
  if (column.children || column.length === 0) return true;
  const { keys, bytes } = sample(column);
  if (keys.length === 0) return true;
  const distinct = new Set(keys).size;
  const total = column.length - column.nullCount;
  const estimate = keys.length === total ? distinct : estimateDistinct(distinct, keys.length, total);
  const valueBytes = bytes / keys.length;
  return estimate * valueBytes <= MAX_DICTIONARY_BYTES && estimate <= total * MAX_SHARE;
}

/**
 * How many distinct values a column has if a random sample of n shows k: the d that solves k = d·(1 − e^(−n/d)), the expected
 * number of occupied cells when n balls fall into d cells.
 */
export function estimateDistinct(k: number, n: number, total: number): number {
  let low = k;
  let high = total;
  for (let i = 0; i < 40 && high - low > 1; i++) {
    const d = (low + high) / 2;
    if (d * (1 - Math.exp(-n / d)) < k) low = d;
    else high = d;
  }
  return (low + high) / 2;
}

/** Keys of values at even distances: equal values have equal keys, and different ones differ but for hash collisions. */
function sample(column: Column): { keys: number[]; bytes: number } {
  const { length, validity } = column;
  const stride = Math.max(1, Math.floor(length / SAMPLE));
  const keyAt = keyReader(column);
  const keys: number[] = [];
  let bytes = 0;
  for (let row = 0; row < length && keys.length < SAMPLE; row += stride) {
    if (validity && !bitAt(validity, row)) continue;
    keys.push(keyAt(row));
    bytes += sizeAt(column, row);
  }
  return { keys, bytes };
}

function keyReader(column: Column): (row: number) => number {
  const { values, offsets, data, type } = column;
  if (offsets && data) return (row) => hash(data, offsets[row]!, offsets[row + 1]!);
  if (type.kind === 'bool') return (row) => Number(bitAt(values as Uint8Array, row));
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    return (row) => words[2 * row + 1]! * 2 ** 32 + (words[2 * row]! >>> 0);
  }
  if (isSixteenBytes(column)) return (row) => hash(values as Uint8Array, row * 16, row * 16 + 16);
  return (row) => values![row] as number;
}

function sizeAt(column: Column, row: number): number {
  const { offsets, values } = column;
  if (offsets) return offsets[row + 1]! - offsets[row]! + 4;
  return isSixteenBytes(column) ? 16 : values!.BYTES_PER_ELEMENT;
}

function isSixteenBytes({ type }: Column): boolean {
  return type.kind === 'decimal' || type.kind === 'uuid';
}

/** FNV-1a, 32 bits. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let state = 0x811c9dc5;
  for (let i = start; i < end; i++) state = Math.imul(state ^ bytes[i]!, 0x01000193);
  return state;
}
