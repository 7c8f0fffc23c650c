import { describe, expect, test } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import type { Value } from '../../columns/values.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { columnStatistics } from './column-profile.ts';

function statistics(type: string, values: readonly Value[]) {
  const batch = batchFromRows(
    [{ name: 'a', ...parseSlot(type) }],
    values.map((a) => ({ a })),
  );
  return columnStatistics(batch.columns[0]!);
}

describe('statistics of a column', () => {
  test('are exact beyond 2^53', () => {
    const { min, max, distinct } = statistics('int64', [9007199254740993n, 9007199254740992n, -9223372036854775808n]);
    expect([min, max, distinct]).toEqual(['-9223372036854775808', '9007199254740993', 3]);
  });

  test('order decimals by value, not as text', () => {
    const { min, max } = statistics('decimal(9, 2)', ['9.50', '10.25', '-3.00', '-12.00']);
    expect([min, max]).toEqual(['-12.00', '10.25']);
  });

  test('leave NaN and nulls out of bounds and histogram', () => {
    const { min, max, nulls, histogram } = statistics('double?', [1.5, Number.NaN, null, 3]);
    expect([min, max, nulls]).toEqual(['1.5', '3', 1]);
    expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test('name what is frequent, and nothing where all values differ', () => {
    expect(statistics('string', ['b', 'a', 'b', 'c']).top).toEqual([
      ['b', 2],
      ['a', 1],
      ['c', 1],
    ]);
    expect(
      statistics(
        'int',
        Array.from({ length: 20 }, (_, i) => i),
      ).top,
    ).toEqual([]);
  });

  test('have whole bins for whole values: each holds as many of them', () => {
    const { histogram } = statistics(
      'int32',
      Array.from({ length: 240 }, (_, i) => i),
    );
    expect(histogram?.counts).toEqual(new Array(24).fill(10));
    expect(histogram?.edges[1]).toBe('10');
  });

  test('show dates and times as such at the edges, and lengths of texts', () => {
    expect(statistics('date', ['2026-01-01', '2026-12-31']).histogram?.edges[0]).toBe('2026-01-01');
    const lengths = statistics('string', ['', 'abc', 'abcdef']).histogram;
    expect([lengths?.of, lengths?.edges[0], lengths?.edges.at(-1)]).toEqual(['length', '0', '6']);
  });

  test('of lists and structs have no bounds', () => {
    const { min, distinct, top } = statistics('list<int>', [[1], [1, 2], [1]]);
    expect([min, distinct, top[0]]).toEqual([undefined, 2, ['[1]', 2]]);
  });

  test('count bytes as Arrow lays them out', () => {
    expect(statistics('string', ['ab', 'c']).plainBytes).toBe(3 + 4 * 3);
    expect(statistics('int32?', [1, null]).plainBytes).toBe(2 * 4 + 1);
    expect(statistics('bool', [true, false, true]).plainBytes).toBe(1);
  });
});
