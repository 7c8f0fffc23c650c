import { describe, expect, test } from 'vitest';
import type { ParquetColumn } from '../../../../engine/src/protocol/parquet.ts';
import { bands, groupWindow } from './layout-bands.ts';

const columns = (...bytes: readonly number[]) => ({
  columns: bytes.map((compressedBytes): ParquetColumn => ({ compressedBytes }) as ParquetColumn),
});

test('columns are drawn heaviest first, and those too thin to be seen not at all', () => {
  expect(bands(columns(100, 899, 1))).toEqual([
    { column: 1, share: 0.899 },
    { column: 0, share: 0.1 },
  ]);
  expect(bands(columns(0))).toEqual([{ column: 0, share: 0 }]);
});

describe('the row groups that are drawn', () => {
  test.each([
    [5, 0, [0, 5]],
    [1_000, 0, [0, 120]],
    [1_000, 500, [440, 560]],
    [1_000, 999, [880, 1_000]],
  ])('of %i around %i', (groups, around, wanted) => {
    expect(groupWindow(groups, around)).toEqual(wanted);
  });
});
