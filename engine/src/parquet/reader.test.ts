import fc from 'fast-check';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { readRow } from '../columns/values.ts';
import type { Condition } from './condition.ts';
import { bytesSource, duckdbFile } from './files.test-support.ts';
import { type BatchesOptions, openParquet } from './reader.ts';
import { xxHash64 } from './xxhash.ts';

async function read(file: Uint8Array, options: BatchesOptions = {}) {
  const source = bytesSource(file);
  const reader = await openParquet(source);
  source.readBytes = 0;
  const rows: Record<string, unknown>[] = [];
  const sizes: number[] = [];
  for await (const { rows: batch } of reader.batches(options)) {
    sizes.push(batch.length);
    for (let row = 0; row < batch.length; row++) rows.push(readRow(batch, row));
  }
  return { rows, sizes, readBytes: source.readBytes, reader };
}

describe('reading Parquet by row groups and pages', () => {
  let file: Uint8Array;
  beforeAll(async () => {
    const query = `SELECT range AS id, (range * 7919 % 10007)::VARCHAR AS name, md5(range::VARCHAR) AS hash,
      CASE WHEN range < 2048 THEN NULL ELSE range::DOUBLE END AS score, {'n': range % 10} AS geo, [range] AS list FROM range(10000)`;
    file = await duckdbFile(query, 'ROW_GROUP_SIZE 2048');
  });

  test('fetches the columns that are asked for, and no others', async () => {
    const [id, all] = [await read(file, { columns: ['id'] }), await read(file)];
    expect(id.rows).toEqual(all.rows.map((row) => ({ id: row.id })));
    expect(id.readBytes).toBeLessThan(all.readBytes / 4);
  });

  test('reads the row groups that are asked for', async () => {
    const { rows, sizes } = await read(file, { columns: ['id'], rowGroups: [1, 3] });
    expect(sizes).toEqual([2048, 2048]);
    expect([rows[0], rows[2048]]).toEqual([{ id: 2048n }, { id: 6144n }]);
  });

  test('cuts a row group whose columns are one page each', async () => {
    const { rows, sizes } = await read(file, { limits: { targetBytes: 1 << 30, maxRows: 500 } });
    expect(Math.max(...sizes)).toBe(500);
    expect(rows).toEqual((await read(file)).rows);
  });

  const met: readonly [Condition, groups: number][] = [
    [{ column: 'id', is: '=', value: 5000n }, 1],
    [{ column: 'id', is: 'in', values: [1n, 9999n] }, 2],
    [{ column: 'id', is: '<', value: 2048n }, 1],
    [{ column: 'id', is: '<=', value: 2048n }, 2],
    [{ column: 'id', is: '>', value: 8191n }, 1],
    [{ column: 'id', is: '>=', value: 8191n }, 2],
    [{ column: 'id', is: '=', value: -1n }, 0],
    [{ column: 'score', is: 'null' }, 1],
    [{ column: 'score', is: 'not null' }, 4],
    [{ column: 'score', is: '<', value: 4096 }, 1],
    [{ column: 'geo.n', is: '>', value: 9n }, 0],
  ];
  test.each(met)('leaves out row groups whose statistics rule out %o', async (condition, groups) => {
    const { sizes } = await read(file, { where: [condition] });
    expect(sizes).toHaveLength(groups);
  });

  test('leaves out what any of several conditions rules out', async () => {
    const where: Condition[] = [
      { column: 'id', is: '>', value: 4000n },
      { column: 'id', is: '<', value: 5000n },
    ];
    expect((await read(file, { where })).sizes).toEqual([2048, 2048]);
  });

  test('asks bloom filters, which DuckDB writes for dictionaries, what statistics cannot tell', async () => {
    const query = `SELECT 2 * (range % 100) AS even, 'name-' || (2 * (range % 100)) AS name FROM range(10000)`;
    const blooms = await duckdbFile(query, 'ROW_GROUP_SIZE 2048');
    const groups = async (condition: Condition) => (await read(blooms, { where: [condition] })).sizes.length;
    expect(await groups({ column: 'name', is: '=', value: 'name-100' })).toBe(5);
    expect(await groups({ column: 'even', is: '=', value: 100n })).toBe(5);
    // A filter may err on the side of reading, on few of many.
    const odd = await Promise.all(
      Array.from({ length: 20 }, (_, i) => groups({ column: 'even', is: '=', value: BigInt(101 + 2 * i) })),
    );
    const absent = await Promise.all(
      Array.from({ length: 20 }, (_, i) => groups({ column: 'name', is: '=', value: `name-3${2 * i + 1}x` })),
    );
    expect(odd.reduce((sum, count) => sum + count)).toBeLessThan(20);
    expect(absent.reduce((sum, count) => sum + count)).toBeLessThan(20);
  });

  test.each([
    [{ column: 'nobody', is: 'null' }, /got nobody/],
    [{ column: 'list.list.element', is: 'null' }, /without lists/],
    [{ column: 'id', is: '=', value: 'five' }, /must compare with int64, got five/],
  ] as const)('refuses the condition %o', async (condition, message) => {
    await expect(read(file, { where: [condition] })).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringMatching(message),
    });
  });
});

test('xxHash64 is the hash that other readers compute', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => xxHash64(bytes) === xxhash64(bytes)));
});
