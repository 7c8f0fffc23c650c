import { expect } from 'vitest';
import type { Value } from '../../../engine/src/columns/values.ts';
import type { Type } from '../../../engine/src/core/schema.ts';
import type { Row } from './matrix.ts';
import { type Chunk, rowGroupsOf, type Statistics } from './metadata.ts';
import { boundKey, compareKeys, type Key, keyOf } from './order.ts';

const ASCENDING = 1;
const DESCENDING = 2;

/** Holds what a file says of a column without children, chunk by chunk and page by page, against the column's values. */
export function expectTrueStatistics(
  file: Uint8Array,
  column: { readonly index: number; readonly name: string; readonly type: Type },
  groups: readonly (readonly Row[])[],
  what: string,
): void {
  rowGroupsOf(file).forEach(({ chunks }, i) => {
    const values = groups[i]!.map((row) => row[column.name]!);
    const chunk = chunks[column.index]!;
    expectTrueBounds(column.type, chunk.statistics, values, `${what}: row group ${i}`);
    expectTruePages(column.type, chunk, values, `${what}: row group ${i}`);
  });
}

function expectTruePages(type: Type, { pages, boundaryOrder }: Chunk, values: readonly Value[], what: string): void {
  expect(pages[0]?.firstRow ?? 0, what).toBe(0);
  pages.forEach(({ firstRow, isNull, statistics }, i) => {
    if (!statistics) return;
    const held = values.slice(firstRow, pages[i + 1]?.firstRow);
    expect(isNull, `${what}, page ${i}: whether it is one of nulls`).toBe(held.every((value) => value === null));
    expectTrueBounds(type, statistics, held, `${what}, page ${i}`);
  });
  for (const side of ['min', 'max'] as const) {
    const bounds = pages.flatMap(({ statistics }) => statistics?.[side] ?? []).map((bytes) => boundKey(type, bytes));
    const steps = bounds.slice(1).map((bound, i) => compareKeys(bounds[i]!, bound));
    if (boundaryOrder === ASCENDING) expect(steps, `${what}: ${side} ascends`).not.toContain(1);
    if (boundaryOrder === DESCENDING) expect(steps, `${what}: ${side} descends`).not.toContain(-1);
  }
}

function expectTrueBounds(type: Type, statistics: Statistics, values: readonly Value[], what: string): void {
  const { min, max, isMinExact, isMaxExact, nullCount } = statistics;
  const keys = values.filter((value) => value !== null).map((value) => keyOf(type, value));
  const ordered = keys.filter((key) => !Number.isNaN(key)).toSorted(compareKeys);
  if (nullCount !== undefined) expect(nullCount, `${what}: nulls`).toBe(values.length - keys.length);
  if (min === undefined || max === undefined) return;
  const [least, most] = [boundKey(type, min), boundKey(type, max)];
  expect([least, most], `${what}: bounds are no NaN`).not.toContain(Number.NaN);
  if (ordered.length === 0) return;
  expectWithin(ordered, least, most, what);
  if (isMinExact || isFixed(type)) expect(least, `${what}: exact min`).toEqual(zeroOf(ordered[0]!, -0));
  if (isMaxExact || isFixed(type)) expect(most, `${what}: exact max`).toEqual(zeroOf(ordered.at(-1)!, 0));
}

function expectWithin(ordered: readonly Key[], least: Key, most: Key, what: string): void {
  expect(compareKeys(least, ordered[0]!), `${what}: no value is below min`).not.toBe(1);
  expect(compareKeys(most, ordered.at(-1)!), `${what}: no value is above max`).not.toBe(-1);
}

/** Only bounds of byte arrays are cut off. */
function isFixed({ kind }: Type): boolean {
  return kind !== 'string' && kind !== 'json' && kind !== 'binary';
}

/** "If the computed max value is zero, +0.0 should be written, if the min is, -0.0" (parquet.thrift, ColumnOrder). */
function zeroOf(key: Key, zero: number): Key {
  return key === 0 ? zero : key;
}
