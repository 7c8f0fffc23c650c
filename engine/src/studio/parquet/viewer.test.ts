import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duckdbFile, duckdbRows } from '../../parquet/files.test-support.ts';
import type { ParquetFilter } from '../../protocol/parquet.ts';
import { rowsOf, type ViewedFile, viewedFile } from './viewer.test-support.ts';

const ROWS = 20_000;
/** Row groups of 4,096 rows; `id` ascends, so that statistics can skip. */
const query = `SELECT i AS id,
    (i * 7919) % 1000 AS bucket,
    CASE WHEN i % 10 = 0 THEN NULL ELSE 'name-' || (i % 300) END AS name,
    (9007199254740993 + i)::BIGINT AS large,
    (i / 100)::DECIMAL(18, 2) AS price,
    TIMESTAMPTZ '2026-01-01 00:00:00Z' + INTERVAL (i) SECOND AS at,
    DATE '2026-01-01' + (i % 365)::INTEGER AS day,
    CASE WHEN i % 4 = 0 THEN 'NaN'::DOUBLE ELSE i / 7 END AS ratio,
    i % 3 = 0 AS flag,
    {'a': i, 'b': CASE WHEN i % 2 = 0 THEN 'even' END} AS pair,
    range(i % 4) AS numbers,
    MAP {'k': i} AS counts
  FROM range(${ROWS}) t(i)`;

let bytes: Uint8Array;
let view: ViewedFile;
beforeAll(async () => {
  bytes = await duckdbFile(query, 'ROW_GROUP_SIZE 4096');
  view = await viewedFile(bytes);
});
afterAll(() => view[Symbol.asyncDispose]());

const ids = (rows: readonly { readonly [name: string]: unknown }[]) => rows.map(({ id }) => Number(id));

describe('a page of rows', () => {
  test('holds exact values, nested ones as JSON', async () => {
    const { rows, total, isTotalExact, rowNumbers } = await view.ask('parquet.rows', { start: 4_095, count: 2 });
    expect(rows.fields.map(({ type }) => type)).toContain('struct<a: int64?, b: string?>?');
    expect([total, isTotalExact, [...rowNumbers]]).toEqual([ROWS, true, [4_095, 4_096]]);
    expect(rowsOf(rows)[0]).toMatchObject({
      id: 4_095n,
      name: 'name-195',
      large: 9_007_199_254_745_088n,
      price: '40.95',
      pair: '{"a":4095,"b":null}',
      numbers: '[0,1,2]',
      counts: '{"k":4095}',
    });
    expect(ids(rowsOf(rows))).toEqual([4_095, 4_096]);
  });

  test('holds the columns that were asked for, in that order', async () => {
    const { rows } = await view.ask('parquet.rows', { start: 0, count: 1, columns: ['price', 'id'] });
    expect(Object.keys(rowsOf(rows)[0]!)).toEqual(['price', 'id']);
  });

  test('ends where the file does', async () => {
    expect((await view.ask('parquet.rows', { start: ROWS - 3, count: 100 })).rows.length).toBe(3);
    expect((await view.ask('parquet.rows', { start: ROWS, count: 100 })).rows.length).toBe(0);
  });
});

describe('a filter', () => {
  test.each<[where: string, filters: ParquetFilter[]]>([
    ['id < 3', [{ column: 'id', op: '<', value: '3' }]],
    ['id >= 19998', [{ column: 'id', op: '>=', value: '19998' }]],
    ["name = 'name-7'", [{ column: 'name', op: '=', value: 'name-7' }]],
    [
      "name != 'name-7' AND id < 50",
      [
        { column: 'name', op: '!=', value: 'name-7' },
        { column: 'id', op: '<', value: '50' },
      ],
    ],
    ["name LIKE '%99%'", [{ column: 'name', op: 'contains', value: '99' }]],
    [
      'name IS NULL AND bucket = 10',
      [
        { column: 'name', op: 'is null' },
        { column: 'bucket', op: '=', value: '10' },
      ],
    ],
    [
      'pair.b IS NOT NULL AND id < 20',
      [
        { column: 'pair.b', op: 'is not null' },
        { column: 'id', op: '<', value: '20' },
      ],
    ],
    ['pair.a = 777', [{ column: 'pair.a', op: '=', value: '777' }]],
    ['price = 12.50', [{ column: 'price', op: '=', value: '12.5' }]],
    ['large = 9007199254740994', [{ column: 'large', op: '=', value: '9007199254740994' }]],
    [`"at" <= TIMESTAMPTZ '2026-01-01 00:00:09Z'`, [{ column: 'at', op: '<=', value: '2026-01-01T00:00:09Z' }]],
    ["day = DATE '2026-02-01'", [{ column: 'day', op: '=', value: '2026-02-01' }]],
    ['NOT isnan(ratio) AND ratio > 2850', [{ column: 'ratio', op: '>', value: '2850' }]],
    [
      'flag AND id < 10',
      [
        { column: 'flag', op: '=', value: 'true' },
        { column: 'id', op: '<', value: '10' },
      ],
    ],
    [
      'len(numbers) = 2 AND id < 30',
      [
        { column: 'numbers', op: 'contains', value: '[0,1]' },
        { column: 'id', op: '<', value: '30' },
      ],
    ],
  ])('leaves the rows that DuckDB finds for %s', async (where, filters) => {
    const wanted = ids(await duckdbRows(bytes, `SELECT id FROM FILE WHERE ${where} ORDER BY id`));
    const page = await view.ask('parquet.rows', { start: 0, count: 1_000, columns: ['id'], filters });
    expect(wanted.length).toBeGreaterThan(0);
    expect(ids(rowsOf(page.rows))).toEqual(wanted.slice(0, 1_000));
    expect([...page.rowNumbers]).toEqual(wanted.slice(0, 1_000));
  });

  test('answers with the first rows before it has seen the whole file, and tells all when asked', async () => {
    const asked = { filters: [{ column: 'flag', op: '=', value: 'true' }] as const, columns: ['id'] };
    const first = await view.ask('parquet.rows', { start: 0, count: 10, ...asked });
    expect([first.rows.length, first.isTotalExact]).toEqual([10, false]);
    const all = await view.ask('parquet.rows', { start: ROWS, count: 0, ...asked });
    expect([all.total, all.isTotalExact]).toEqual([Math.ceil(ROWS / 3), true]);
    const last = await view.ask('parquet.rows', { start: all.total - 1, count: 10, ...asked });
    expect(ids(rowsOf(last.rows))).toEqual([19_998]);
  });

  test.each<[ParquetFilter, string]>([
    [{ column: 'id', op: '=', value: 'seven' }, 'E_CONFIG'],
    [{ column: 'price', op: '=', value: '1.234' }, 'E_CONFIG'],
    [{ column: 'numbers', op: '<', value: '1' }, 'E_CONFIG'],
    [{ column: 'nowhere', op: '=', value: '1' }, 'E_NOT_FOUND'],
  ])('that does not fit is refused: %o', async (filter, code) => {
    await expect(view.ask('parquet.rows', { start: 0, count: 1, filters: [filter] })).rejects.toMatchObject({ code });
  });
});

describe('a sort', () => {
  test.each<[orderBy: string, column: string, isDescending: boolean]>([
    ['id DESC', 'id', true],
    ['bucket, id', 'bucket', false],
    ['name NULLS LAST, id', 'name', false],
    ['name DESC NULLS LAST, id', 'name', true],
    ['price DESC', 'price', true],
    ['"at" DESC', 'at', true],
    ['flag DESC, id', 'flag', true],
  ])('gives the rows in the order that DuckDB gives by %s', async (orderBy, column, isDescending) => {
    const wanted = ids(await duckdbRows(bytes, `SELECT id FROM FILE ORDER BY ${orderBy} LIMIT 1100`));
    const asked = { columns: ['id'], sort: { column, isDescending } };
    const page = await view.ask('parquet.rows', { start: 100, count: 1_000, ...asked });
    expect(ids(rowsOf(page.rows))).toEqual(wanted.slice(100));
    expect(page).toMatchObject({ total: ROWS, isTotalExact: true });
  });

  test('goes to the end of a file that is not too long', async () => {
    const sort = { column: 'id', isDescending: true };
    const page = await view.ask('parquet.rows', { start: ROWS - 2, count: 10, columns: ['id'], sort });
    expect(ids(rowsOf(page.rows))).toEqual([1, 0]);
  });

  test('goes with filters', async () => {
    const filters: ParquetFilter[] = [{ column: 'id', op: '<', value: '5000' }];
    const asked = { filters, columns: ['id'], sort: { column: 'id', isDescending: true } };
    const page = await view.ask('parquet.rows', { start: 0, count: 2, ...asked });
    expect([ids(rowsOf(page.rows)), page.total]).toEqual([[4_999, 4_998], 5_000]);
  });
});

test('an insight tells of a sample what there is', async () => {
  const name = await view.ask('parquet.insight', { column: 'name' });
  expect(name.nulls / name.sampledRows).toBeCloseTo(0.1, 1);
  expect(name.histogram?.of).toBe('length');
  const bucket = await view.ask('parquet.insight', { column: 'bucket' });
  expect(bucket).toMatchObject({ rows: ROWS, min: '0', max: '999', isRangeExact: true, nulls: 0 });
  expect(bucket.histogram!.counts.reduce((sum, count) => sum + count)).toBe(bucket.sampledRows);
});

test('the pages of a chunk add up to it', async () => {
  const { summary } = await view.peer.request('viewer.open', { file: view.file });
  const chunk = summary.rowGroups[1]!.chunks![summary.columns.findIndex(({ path: name }) => name === 'name')]!;
  const { pages } = await view.ask('parquet.pages', { column: 'name', rowGroup: 1 });
  expect(pages.reduce((sum, page) => sum + page.bytes, 0)).toBe(chunk.bytes);
  expect(pages.map(({ kind }) => kind)).toEqual(['dictionary', 'data']);
});

describe('a query', () => {
  test('finds rows, its values exact', async () => {
    const sql = 'SELECT max(large) AS top, sum(price) AS total, list(id) FILTER (id < 3) AS first FROM file';
    const { rows, isCut } = await view.ask('parquet.sql', { sql });
    expect(rowsOf(rows)).toEqual([{ top: 9_007_199_254_760_992n, total: '1999900.00', first: '[0,1,2]' }]);
    expect(isCut).toBe(false);
  });

  test('gives as many rows as were asked for', async () => {
    const { rows, isCut } = await view.ask('parquet.sql', { sql: 'FROM file', limit: 7 });
    expect([rows.length, isCut]).toEqual([7, true]);
  });

  test.each([
    ["SELECT * FROM read_text('/etc/hostname')"],
    ["COPY (SELECT 1) TO 'elsewhere.csv'"],
    ['SET enable_external_access = true'],
    ['INSTALL httpfs'],
    ['SELEC 1'],
    ['SELECT 1; SELECT 2'],
    ["COPY (SELECT 1 AS id) TO 'FILE'"],
    ["EXPLAIN ANALYZE COPY (SELECT 1 AS id) TO 'FILE' (FORMAT csv, USE_TMP_FILE false)"],
  ])('that reaches beyond the file, or is none, is refused: %s', async (text) => {
    const sql = text.replace('FILE', view.file.place);
    await expect(view.ask('parquet.sql', { sql })).rejects.toMatchObject({ code: 'E_CONFIG' });
    expect(Buffer.compare(await readFile(view.file.place), bytes)).toBe(0);
  });

  test.each([
    'EXPLAIN SELECT max(id) FROM file',
    '-- why?\nexplain analyze FROM file LIMIT 1',
    'EXPLAIN (FORMAT JSON) FROM file',
  ])('can be explained: %s', async (sql) => {
    expect((await view.ask('parquet.sql', { sql })).rows.length).toBe(1);
  });
});

describe('an export', () => {
  const filters: ParquetFilter[] = [{ column: 'id', op: '<', value: '12' }];
  const columns = ['id', 'name', 'price', 'pair'];

  test.each([
    ['csv', 'id,name,price,pair\n0,,0.00,"{""a"":0,""b"":""even""}"\n'],
    ['ndjson', '{"id":0,"name":null,"price":0.00,"pair":{"a":0,"b":"even"}}\n'],
    ['json', '[\n{"id":0,"name":null,"price":0.00,"pair":{"a":0,"b":"even"}},\n'],
  ])('as %s holds what the filter leaves', async (ending, start) => {
    const file = path.join(view.folder, `out.${ending}`);
    expect(await view.ask('parquet.export', { file, filters, columns })).toEqual({ rows: 12 });
    const text = await readFile(file, 'utf8');
    expect(text.startsWith(start)).toBe(true);
    expect(text.match(/name-/g)).toHaveLength(10);
  });

  test('of a query can be a Parquet file', async () => {
    const file = path.join(view.folder, 'out.parquet');
    const sql = 'SELECT id, price FROM file WHERE id < 5 ORDER BY id DESC;';
    expect(await view.ask('parquet.export', { file, sql })).toEqual({ rows: 5 });
    expect(ids(await duckdbRows(await readFile(file), 'FROM FILE'))).toEqual([4, 3, 2, 1, 0]);
  });

  test('that fails or is cancelled leaves no file behind', async () => {
    const before = await readdir(view.folder);
    const controller = new AbortController();
    const file = path.join(view.folder, 'never.ndjson');
    const asking = view.ask('parquet.export', { file }, { signal: controller.signal });
    controller.abort();
    await expect(asking).rejects.toMatchObject({ code: 'E_CANCELLED' });
    const failing = view.ask('parquet.export', { file: `${file}.csv`, sql: 'SELECT nothing FROM file' });
    await expect(failing).rejects.toMatchObject({ code: 'E_CONFIG' });
    await expect.poll(() => readdir(view.folder)).toEqual(before);
  });

  test('into a format that is not known is refused', async () => {
    const asking = view.ask('parquet.export', { file: path.join(view.folder, 'out.xlsx') });
    await expect(asking).rejects.toMatchObject({ code: 'E_CONFIG' });
  });
});

test('long texts are cut on a page, and whole by themselves', async () => {
  const long = await duckdbFile(`SELECT repeat('äö', 5000) AS text, range(20000) AS many, 'short' AS other`);
  await using own = await viewedFile(long);
  const { rows, cut } = await own.ask('parquet.rows', { start: 0, count: 1 });
  const [row] = rowsOf(rows) as [Record<string, string>];
  expect(cut).toEqual([
    [0, 0],
    [0, 1],
  ]);
  expect(row.text).toBe('äö'.repeat(1_024));
  expect(row.many!.length).toBe(4_096);
  expect((await own.ask('parquet.cell', { row: 0, column: 'text' })).text).toBe('äö'.repeat(5_000));
  expect((await own.ask('parquet.cell', { row: 0, column: 'many' })).text.split('\n')).toHaveLength(20_002);
});

test('a column that is damaged does not hide the others', async () => {
  const damaged = Uint8Array.from(bytes);
  const { summary } = await view.peer.request('viewer.open', { file: view.file });
  const [id] = summary.rowGroups[0]!.chunks!;
  damaged.fill(255, 4 + id!.bytes, 4 + id!.bytes + 64); // the start of the next column
  await using own = await viewedFile(damaged);
  const { rows, refused } = await own.ask('parquet.rows', { start: 0, count: 2, columns: ['id', 'bucket'] });
  expect(ids(rowsOf(rows))).toEqual([0, 1]);
  expect(refused.map(({ row, column }) => [row, column])).toEqual([
    [0, 1],
    [1, 1],
  ]);
  const alone = own.ask('parquet.rows', { start: 0, count: 2, columns: ['bucket'] });
  await expect(alone).rejects.toMatchObject({ code: 'E_INTEGRITY' });
});

test('a file that was written anew is not mixed with the one that was opened', async () => {
  await using own = await viewedFile(bytes);
  const { version } = await own.peer.request('viewer.open', { file: own.file });
  await own.peer.request('viewer.close', { handle: own.file.handle });
  await writeFile(own.file.place, await duckdbFile('SELECT 1 AS id'));
  const asked = { file: { ...own.file, version }, asked: { handle: 'a', column: 'id' } };
  await expect(own.peer.request('parquet.insight', asked)).rejects.toMatchObject({ code: 'E_CONFLICT' });
});
