import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchFromRows } from '../../../columns/rows.ts';
import { bytesOf } from '../../../columns/segment-bytes.test-support.ts';
import { inspectParquet } from '../inspect.ts';
import { Duck, fieldsOf, fileOf, kernelEncoderOf, type Row, sourceOf } from '../oracle.test-support.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

const fields = fieldsOf({ id: 'int64', few: 'string?', key: 'string', n: 'int32', d: 'double', plain: 'int64' });
const rows: Row[] = Array.from({ length: 40_000 }, (_, i) => ({
  id: BigInt(i) * 10n,
  few: i % 3 === 0 ? null : `kind ${i % 50}`,
  key: `key ${i * 3}`,
  n: i * 2,
  d: i / 4,
  plain: BigInt(i),
}));
const bloomFilters = ['id', 'few', 'key', 'n', 'd'];

describe('bloom filters', () => {
  // Two row groups: offsets count from the file's start.
  const file = fileOf(fields, [rows.slice(0, 100), rows], { bloomFilters }, 'kernel');
  const excluded = async (column: string, value: string) => {
    const found = await duck.query(file, `FROM parquet_bloom_probe(FILE, '${column}', ${value})`);
    return found.map((row) => row.at(-1));
  };

  it('are where the options name a column', async () => {
    const { rowGroups } = await inspectParquet(sourceOf(file));
    for (const { columns } of rowGroups) {
      expect(columns.map(({ bloomFilter }) => bloomFilter)).toEqual([true, true, true, true, true, false]);
    }
  });

  it.each([
    ['id', ['0', '10', '399990'], '5'],
    ['few', ["'kind 1'", "'kind 49'"], "'kind 50'"],
    ['key', ["'key 0'", "'key 119997'"], "'key 1'"],
    ['n', ['0::INT', '2::INT', '79998::INT'], '1::INT'],
    ['d', ['0.25::DOUBLE', '9999.75::DOUBLE'], '0.3::DOUBLE'],
  ])('of %s know what is in it and rule out what is not, in the eyes of DuckDB', async (column, present, absent) => {
    for (const value of present) expect((await excluded(column, value)).at(-1)).toBe(false);
    expect(await excluded(column, absent)).toEqual([true, true]);
  });

  it('say wrongly that a value may be there no more often than asked', async () => {
    const values = Array.from({ length: 600 }, (_, i) => `${i * 10 + 3}`);
    let wrong = 0;
    for (const value of values.slice(0, 120)) if ((await excluded('id', value))[1] === false) wrong++;
    expect(wrong / 120).toBeLessThan(0.05);
  });

  it('are the same however the rows came', () => {
    const encoder = kernelEncoderOf({ bloomFilters });
    const batch = batchFromRows(fields, rows);
    const group = encoder.open(fields);
    const selection = Int32Array.from(rows.keys());
    for (let at = 0; at < rows.length; at += 7_777) group.append(batch, selection.subarray(at, at + 7_777));
    expect(Buffer.compare(bytesOf(group.seal()), bytesOf(encoder.encode(batch)))).toBe(0);
  });

  it.each([
    ['of no column', { bloomFilters: ['x'] }],
    ['of a nested column', { bloomFilters: ['l'] }],
    ['of a bool', { bloomFilters: ['b'] }],
  ])('are refused: %s', (_what, options) => {
    const types = fieldsOf({ id: 'int', b: 'bool', l: 'list<int>' });
    expect(() => kernelEncoderOf(options).check(types)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
  });
});
