import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PageSpan } from './page-spans.ts';
import { type CutColumn, cutRows, spansWithin } from './row-ranges.ts';

/** A column of pages with so many rows each. */
function columnOf(pageRows: readonly number[], bytesPerRow: number): CutColumn {
  let [firstRow, start] = [0, 0];
  const spans = pageRows.map((rows): PageSpan => {
    const span = { start, end: start + 10, firstRow, rows };
    [firstRow, start] = [firstRow + rows, start + 10];
    return span;
  });
  return { spans, decodedBytes: firstRow * bytesPerRow };
}

const whole = (column: CutColumn) => ({ start: 0, end: column.spans.reduce((sum, { rows }) => sum + rows, 0) });
const limits = { targetBytes: 1_000, maxRows: 1_000 };

describe('cutting rows', () => {
  test('gives ranges that follow each other and hold all rows, none longer than the limit', () => {
    const pages = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        pages,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 400 }),
        (pageRows, bytes, maxRows) => {
          const column = columnOf(pageRows, bytes);
          const { end } = whole(column);
          const ranges = cutRows({ start: 0, end }, [column], { targetBytes: 10_000, maxRows });
          expect(ranges[0]!.start).toBe(0);
          expect(ranges.at(-1)!.end).toBe(end);
          for (const [i, range] of ranges.entries()) {
            expect(range.end - range.start).toBeGreaterThan(0);
            expect(range.end - range.start).toBeLessThanOrEqual(maxRows);
            if (i > 0) expect(range.start).toBe(ranges[i - 1]!.end);
          }
        },
      ),
    );
  });

  test('cuts where a page of the heaviest column starts, if one is near', () => {
    const [heavy, light] = [columnOf([90, 90, 90, 90], 9), columnOf([360], 1)];
    expect(cutRows(whole(heavy), [light, heavy], limits).map(({ start }) => start)).toEqual([0, 90, 180, 270]);
  });

  test('keeps the remainder with the last range rather than alone', () => {
    const column = columnOf([240], 10);
    expect(cutRows(whole(column), [column], limits)).toEqual([
      { start: 0, end: 100 },
      { start: 100, end: 240 },
    ]);
  });

  test('makes ranges longer rather than decode a long page many times', () => {
    const column = columnOf([10_000], 10);
    expect(cutRows(whole(column), [column], limits)).toHaveLength(100);
    expect(cutRows(whole(column), [column], { ...limits, decodesPerPage: 4 })).toHaveLength(4);
  });

  test('has no ranges of no rows', () => {
    expect(cutRows({ start: 5, end: 5 }, [columnOf([10], 1)], limits)).toEqual([]);
  });

  test('finds the pages that hold rows of a range', () => {
    const { spans } = columnOf([10, 10, 10], 1);
    const found = (start: number, end: number) => spansWithin(spans, { start, end }).map(({ firstRow }) => firstRow);
    expect([found(0, 10), found(9, 11), found(10, 20), found(5, 30)]).toEqual([[0], [0, 10], [10], [0, 10, 20]]);
  });
});
