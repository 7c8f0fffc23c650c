import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import type { Field, Type } from '../../core/schema.ts';
import { columnsWithoutDictionary, estimateDistinct } from './dictionary.ts';

const ROWS = 20_000;
const field = (type: Type): Field[] => [{ name: 'v', type, optional: true }];
const of = (type: Type, value: (row: number) => never) =>
  columnsWithoutDictionary(
    batchFromRows(
      field(type),
      Array.from({ length: ROWS }, (_, row) => ({ v: value(row) })),
    ),
  );
const scattered = (row: number, of: number) => (Math.imul(row ^ (row >>> 5), 0x9e3779b1) >>> 9) % of;

describe('a dictionary', () => {
  test.each<[string, Type, (row: number) => unknown]>([
    ['few strings', { kind: 'string' }, (row) => `country ${row % 20}`],
    ['thousands of strings that come again', { kind: 'string' }, (row) => `agent ${scattered(row, 4_000)}`],
    ['few integers', { kind: 'int64' }, (row) => BigInt(row % 7)],
    ['one value', { kind: 'double' }, () => 0.5],
    ['nothing but nulls', { kind: 'string' }, () => null],
    [
      'lists, of whose values nothing is known',
      { kind: 'list', element: { type: { kind: 'int' }, optional: false } },
      (row) => [row],
    ],
  ])('is kept for %s', (_what, type, value) => {
    expect(of(type, value as never)).toEqual([]);
  });

  test.each<[string, Type, (row: number) => unknown]>([
    ['ids', { kind: 'int' }, (row) => row],
    ['strings that differ', { kind: 'string' }, (row) => `https://x.example/${row}`],
    [
      'long strings whose dictionary would be too large',
      { kind: 'string' },
      (row) => `${scattered(row, 4_000)}`.padEnd(600),
    ],
    ['decimals that differ', { kind: 'decimal', precision: 20, scale: 2 }, (row) => `${row}.25`],
  ])('is left out for %s', (_what, type, value) => {
    expect(of(type, value as never)).toEqual(['v']);
  });
});

test('the estimate comes within a fifth of the truth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 10_000 }), fc.integer(), (distinct, seed) => {
      const seen = new Set<number>();
      let state = seed | 1;
      for (let i = 0; i < 2_048; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        seen.add(Math.floor(((state >>> 0) / 2 ** 32) * distinct));
      }
      const estimate = estimateDistinct(seen.size, 2_048, 1_000_000);
      expect(Math.abs(estimate - distinct) / distinct).toBeLessThan(0.2);
    }),
    { seed: 1 },
  );
});
