import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { batchFromRows } from '../../../columns/rows.ts';
import type { Value } from '../../../columns/values.ts';
import { fieldsOf, kernelEncoderOf, type Row } from '../oracle.test-support.ts';

interface Sorting {
  readonly column: string;
  readonly descending?: boolean;
  readonly nullsFirst?: boolean;
}

/** What the metadata of a row group says of its order, written in pieces of so many rows. */
function sortingOf(types: Record<string, string>, rows: readonly Row[], sortingColumns: readonly Sorting[], piece = 7) {
  const fields = fieldsOf(types);
  const encoder = kernelEncoderOf({ sortingColumns });
  const batch = batchFromRows(fields, rows);
  const group = encoder.open(fields);
  const all = Int32Array.from(rows.keys());
  for (let at = 0; at < rows.length; at += piece) group.append(batch, all.subarray(at, at + piece));
  const file = Buffer.concat(encoder.assemble([group.seal()], { fields, keyValues: {} }));
  return parquetMetadata(Uint8Array.from(file).buffer).row_groups[0]!.sorting_columns;
}

const column = (type: string, values: readonly Value[], sorting: Omit<Sorting, 'column'> = {}) =>
  sortingOf(
    { v: type },
    values.map((v) => ({ v })),
    [{ column: 'v', ...sorting }],
    2,
  ) !== undefined;

describe('sorting columns', () => {
  it.each<[string, readonly Value[]]>([
    ['int64', [-(2n ** 63n), -1n, 0n, 0n, 2n ** 63n - 1n]],
    ['uint64', [0n, 2n ** 63n, 2n ** 64n - 1n]],
    ['int8', [-128, 0, 127]],
    ['uint32', [0, 2 ** 31, 2 ** 32 - 1]],
    ['double', [-Infinity, -0.5, -0, 0, 1e300, Infinity]],
    ['string', ['', 'a', 'a\u0000', 'ab', 'abcdefghi', 'abcdefghj', 'b', 'é']],
    ['decimal(30, 2)', ['-100.00', '-0.01', '0.00', '99999999999.00']],
    ['decimal(9, 2)', ['-100.00', '-0.01', '0.00', '99.00']],
    ['bool', [false, false, true]],
    ['date', ['0001-01-01', '1969-12-31', '2024-02-29']],
    ['uuid', ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
  ])('of %s are known by the order of the type', (type, values) => {
    expect(column(type, values)).toBe(true);
    expect(column(type, values.toReversed(), { descending: true })).toBe(true);
    expect(column(type, values, { descending: true })).toBe(false);
    expect(column(type, [...values, values[0]!])).toBe(false);
  });

  it('have nulls at the end that was asked for', () => {
    expect(column('int?', [1, 2, null, null])).toBe(true);
    expect(column('int?', [null, null, 1, 2], { nullsFirst: true })).toBe(true);
    expect(column('int?', [null, 1, 2])).toBe(false);
    expect(column('int?', [1, 2, null], { nullsFirst: true })).toBe(false);
    expect(column('int?', [null, null, null])).toBe(true);
  });

  it('cannot be where NaN is', () => {
    expect(column('double', [1, NaN])).toBe(false);
    expect(column('double', [NaN])).toBe(true);
  });

  it('are written with place and direction, and forgotten with the row group', () => {
    const fields = fieldsOf({ s: 'struct<a: int, b: int>', t: 'int', k: 'string' });
    const sortingColumns = [
      { column: 'k', descending: true },
      { column: 't', nullsFirst: true },
    ];
    const encoder = kernelEncoderOf({ sortingColumns });
    const rowsOf = (keys: readonly string[]) => keys.map((k, i) => ({ s: { a: 1, b: 2 }, t: i, k }));
    const segments = [
      ['a', 'b'],
      ['b', 'b', 'a'],
    ].map((keys) => encoder.encode(batchFromRows(fields, rowsOf(keys))));
    const file = Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
    const groups = parquetMetadata(Uint8Array.from(file).buffer).row_groups;
    expect(groups.map(({ sorting_columns }) => sorting_columns)).toEqual([
      undefined,
      [
        { column_idx: 3, descending: true, nulls_first: false },
        { column_idx: 2, descending: false, nulls_first: true },
      ],
    ]);
  });

  it('are claimed exactly where rows are sorted, however they were cut', () => {
    const cell = fc.option(fc.nat(2), { freq: 5 });
    const rows = fc.array(fc.record({ a: cell, b: cell.map((b) => (b === null ? null : `${b}`)) }), { maxLength: 8 });
    fc.assert(
      fc.property(
        rows,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (some, descending, first, piece) => {
          fc.pre(some.length > 0);
          const sorting = [
            { column: 'a', descending },
            { column: 'b', nullsFirst: first },
          ];
          const compare = (left: Value, right: Value, down: boolean, nullsFirst: boolean) => {
            if (left === right) return 0;
            if (left === null || right === null) return (left === null) === nullsFirst ? -1 : 1;
            return left < right === down ? 1 : -1;
          };
          const isSorted = some.every((row, i) => {
            const last = some[i - 1];
            return !last || (compare(last.a, row.a, descending, false) || compare(last.b, row.b, false, first)) <= 0;
          });
          const claimed = sortingOf({ a: 'int?', b: 'string?' }, some, sorting, piece) !== undefined;
          expect(claimed).toBe(isSorted);
        },
      ),
      { numRuns: 500 },
    );
  });
});
