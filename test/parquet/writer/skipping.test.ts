import { parquetQuery } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import { Duck, fieldsOf, sourceOf } from '../../../engine/src/encoders/parquet/oracle.test-support.ts';
import { type Subject, subjects } from './encoders.ts';
import type { Row } from './matrix.ts';
import { rowGroupsOf } from './metadata.ts';

// What a reader passes over is damaged here: it answers nevertheless. Where it has nothing to go by, it must trip over it.

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

const ROWS = 3000;

function fileOf(subject: Subject, types: Record<string, string>, groups: readonly (readonly Row[])[], settings = {}) {
  const fields = fieldsOf(types);
  const encoder = subject.create({ dictionary: false, ...settings });
  const segments = groups.map((rows) => encoder.encode(batchFromRows(fields, rows)));
  return Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
}

/** The file with bytes in which no reader can find its way. */
function damaged(file: Buffer, { start, end }: { readonly start: number; readonly end: number }): Buffer {
  return Buffer.from(file).fill(0xff, start, end);
}

/** Both columns of a row group. */
function damagedGroup(file: Buffer, group: number): Buffer {
  return rowGroupsOf(file)[group]!.chunks.reduce(damaged, file);
}

/** By type: values of a row group that a query for the last one must not open, those of one that holds it, and it in SQL. */
const ranges: Readonly<Record<string, readonly [(i: number) => Row[string], (i: number) => Row[string], string]>> = {
  int32: [(i) => -i - 1, (i) => i, '2999'],
  int64: [(i) => BigInt(i), (i) => 2n ** 63n - 1n - BigInt(i), '9223372036854775807'],
  uint64: [(i) => BigInt(i), (i) => 2n ** 64n - 1n - BigInt(i), '18446744073709551615'],
  uint32: [(i) => i, (i) => 2 ** 32 - 1 - i, '4294967295'],
  double: [(i) => -i / 8 - 1, (i) => i / 8, '374.875'],
  float: [(i) => -i / 8 - 1, (i) => i / 8, '374.875::FLOAT'],
  date: [(i) => `1999-01-${10 + (i % 20)}`, (i) => `2026-11-${10 + (i % 20)}`, "DATE '2026-11-29'"],
  timestamp: [(i) => i, (i) => 1e15 + i * 1e6, "TIMESTAMPTZ '2001-09-09 02:36:39+00'"],
  'decimal(9, 2)': [(i) => `-${i}.25`, (i) => `${i}.25`, '2999.25::DECIMAL(9, 2)'],
  'decimal(38, 9)': [(i) => `-${i}.000000001`, (i) => `${i}.000000001`, '2999.000000001::DECIMAL(38, 9)'],
  string: [(i) => `a${i}`, (i) => `é${i}`, "'é2999'"],
  'long string': [(i) => `a${'y'.repeat(200)}${i}`, (i) => `b${'😀'.repeat(50)}${i}`, `'b${'😀'.repeat(50)}2999'`],
};

describe.each(subjects)('files of the $name encoder', (subject) => {
  it.each(Object.entries(ranges))(
    'let DuckDB pass over row groups by their bounds: %s',
    async (name, [other, held, literal]) => {
      const types = { v: name === 'long string' ? 'string' : name, n: 'int32' };
      const groups = [other, held, other].map((value) => Array.from({ length: ROWS }, (_, n) => ({ v: value(n), n })));
      const file = fileOf(subject, types, groups);
      const sql = `SELECT count(*) FROM FILE WHERE v = ${literal}`;
      const expected = [[`${groups[1]!.filter(({ v }) => `${v}` === `${groups[1]!.at(-1)!.v}`).length}`]];
      expect(await duck.query(damagedGroup(damagedGroup(file, 0), 2), sql)).toEqual(expected);
      const blind = fileOf(subject, types, groups, { statistics: 'none' });
      await expect(duck.query(damagedGroup(blind, 0), sql)).rejects.toThrow();
    },
  );

  it('let hyparquet pass over pages by the page index', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: i, s: `value ${i}` }));
    const file = fileOf(subject, { id: 'int32', s: 'string' }, [rows], { dataPageSize: '4KiB' });
    const pages = rowGroupsOf(file)[0]!.chunks.map((chunk) => chunk.pages);
    expect(pages.map(({ length }) => length > 8)).toEqual([true, true]);
    const query = (from: Buffer, usePageIndex: boolean) =>
      parquetQuery({ file: sourceOf(from), compressors, filter: { id: { $eq: 19_999 } }, usePageIndex });
    const firstNeeded = pages[0]!.at(-1)!.firstRow;
    const needless = pages.flatMap((of) => of.filter((_, i) => of[i + 1] && of[i + 1]!.firstRow <= firstNeeded));
    const broken = needless.reduce(damaged, file);
    expect(await query(broken, true)).toEqual([{ id: 19_999, s: 'value 19999' }]);
    await expect(query(broken, false)).rejects.toThrow();
  });
});

describe('bloom filters of the kernel encoder', () => {
  const kernel = subjects.find(({ name }) => name === 'kernel')!;
  // The groups' bounds overlap: odd and even numbers tell nobody apart but a bloom filter.
  const groups = [0, 1].map((odd) =>
    Array.from({ length: ROWS }, (_, i) => ({ id: BigInt(2 * i + odd), key: `user-${2 * i + odd}`, n: i })),
  );
  const types = { id: 'int64', key: 'string', n: 'int32' };

  it.each([
    ['id', '2001'],
    ['key', "'user-2001'"],
  ])('let DuckDB pass over row groups that do not hold a value: %s', async (column, literal) => {
    const sql = `SELECT n FROM FILE WHERE ${column} = ${literal}`;
    const file = fileOf(kernel, types, groups, { bloomFilters: ['id', 'key'], bloomFilterFpp: 0.001 });
    const probe = `SELECT bloom_filter_excludes FROM parquet_bloom_probe(FILE, '${column}', ${literal})`;
    expect((await duck.query(file, probe)).flat()).toEqual([true, false]);
    expect(await duck.query(damagedGroup(file, 0), sql)).toEqual([[1000]]);
    const blind = fileOf(kernel, types, groups);
    await expect(duck.query(damagedGroup(blind, 0), sql)).rejects.toThrow();
  });

  it('exclude no value that a row group holds', async () => {
    const file = fileOf(kernel, types, groups, { bloomFilters: ['id', 'key'] });
    const probes = Array.from({ length: 40 }, (_, i) => i * 149).map(
      (id) => `SELECT bloom_filter_excludes FROM parquet_bloom_probe(FILE, 'id', ${id}) WHERE row_group_id = ${id % 2}`,
    );
    const found = await duck.query(file, probes.join(' UNION ALL '));
    expect(new Set(found.flat())).toEqual(new Set([false]));
  });
});
