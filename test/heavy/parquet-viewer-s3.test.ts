import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../engine/src/emulator/emulator.ts';
import { tokenUntil } from '../../engine/src/emulator/expired-token.ts';
import { duckdbFile } from '../../engine/src/parquet/files.test-support.ts';
import type { ParquetRowsParams } from '../../engine/src/protocol/parquet.ts';
import { rowsOf } from '../../engine/src/studio/parquet/viewer.test-support.ts';
import type { FileSpec, ViewerMethods } from '../../engine/src/studio/parquet/viewer-methods.ts';
import { ViewerProcess } from '../../engine/src/studio/parquet/viewer-process.ts';
import { writeLargeFile } from '../bench/parquet-viewer/large-file.ts';

/*
 * The viewer's own process over objects of the embedded S3, through the real SDK: what it shows is what it shows of the same file on disk,
 * and the bytes that the store sends are those that are looked at.
 */

/** More than a query may fetch. */
const OBJECT_BYTES = 280 * 2 ** 20;
const KIB = 1024;
const context = { signal: new AbortController().signal, show: () => undefined };

let folder: string;
let emulator: Emulator;
let wire: Awaited<ReturnType<typeof countingWire>>;
let client: S3Client;
let viewer: ViewerProcess;
/** The same file in both places. */
let local: FileSpec;
let remote: FileSpec;
let sizeBytes: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-viewer-s3-'));
  emulator = await startEmulator({ folder: path.join(folder, 's3') });
  wire = await countingWire(emulator.port);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  client = new S3Client({ endpoint: emulator.endpoint, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const file = path.join(folder, 'large.parquet');
  await writeLargeFile(file, OBJECT_BYTES);
  const bytes = await readFile(file);
  sizeBytes = bytes.length;
  await client.send(new PutObjectCommand({ Bucket: 'lake', Key: 'large.parquet', Body: bytes }));
  viewer = new ViewerProcess();
  local = specOf(file);
  remote = specOf('s3://lake/large.parquet');
}, 400_000);
afterEach(() => emulator.faults.clear());
afterAll(async () => {
  await viewer?.end();
  client?.destroy();
  await wire?.[Symbol.asyncDispose]();
  await emulator?.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Passes connections on, and counts what comes back over them. */
async function countingWire(port: number) {
  let received = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    far.on('data', (bytes) => {
      received += bytes.length;
    });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined).on('close', () => open.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async during<Result>(work: () => Promise<Result>): Promise<{ result: Result; bytes: number }> {
      const before = received;
      const result = await work();
      return { result, bytes: received - before };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let handles = 0;
function specOf(place: string): FileSpec {
  const aws = { endpoint: wire.endpoint, region: 'us-east-1', forcePathStyle: true };
  return { handle: String(handles++), place, aws, duckdb: [] };
}

type Asked = Exclude<keyof ViewerMethods, `viewer.${string}`>;

function ask<Name extends Asked>(file: FileSpec, method: Name, asked: object): Promise<ViewerMethods[Name]['result']> {
  const params = { file, asked: { handle: file.handle, ...asked } } as unknown as ViewerMethods[Name]['params'];
  return viewer.request(method, params, context);
}

async function open(file: FileSpec) {
  return await viewer.request('viewer.open', { file }, context);
}

describe('a large object', () => {
  test('costs the pages that are on the screen, not itself', async () => {
    const { result, bytes } = await wire.during(async () => {
      const { summary } = await open(remote);
      const page = await ask(remote, 'parquet.rows', { start: 0, count: 100 });
      return { summary, page };
    });
    expect(result.page.rows.length).toBe(100);
    const shown = await ask(local, 'parquet.rows', { start: 0, count: 100 });
    expect(rowsOf(result.page.rows)).toEqual(rowsOf(shown.rows));
    const first = await Promise.all(
      result.summary.columns.map(({ path: column }) => ask(local, 'parquet.pages', { column, rowGroup: 0 })),
    );
    const pageBytes = first.flatMap(({ pages }) => {
      const data = pages.findIndex(({ kind }) => kind.startsWith('data'));
      return pages.slice(0, data + 1).map((each) => each.bytes);
    });
    const needed = pageBytes.reduce((sum, each) => sum + each, 0);
    console.log(
      `first page: ${(bytes / KIB).toFixed(0)} KiB of ${(sizeBytes / KIB).toFixed(0)}; its pages have ${(needed / KIB).toFixed(0)}`,
    );
    // The end of the file with its metadata, page indexes, and small gaps are read along.
    expect(bytes).toBeLessThan(1.5 * needed + 512 * KIB);
    expect(bytes).toBeLessThan(sizeBytes / 20);
  });

  const asks: [what: string, asked: Partial<ParquetRowsParams>, share: number][] = [
    ['a page in the middle', { start: 500_000, count: 50 }, 0.05],
    ['a filter', { filters: [{ column: 'country', op: '=', value: 'NO' }], columns: ['id', 'country'] }, 0.05],
    [
      'a filter that statistics answer',
      { filters: [{ column: 'id', op: '=', value: '7' }], columns: ['id', 'ok'] },
      0.05,
    ],
    ['a sort', { sort: { column: 'score', isDescending: true }, columns: ['id', 'score'], count: 10 }, 0.15],
  ];
  test.each(asks)('shows %s as the file on disk does, for a part of its bytes', async (_, asked, share) => {
    const params = { start: 0, count: 100, ...asked };
    const { result, bytes } = await wire.during(() => ask(remote, 'parquet.rows', params));
    const wanted = await ask(local, 'parquet.rows', params);
    expect(rowsOf(result.rows).length).toBeGreaterThan(0);
    expect([...result.rowNumbers]).toEqual([...wanted.rowNumbers]);
    expect(rowsOf(result.rows)).toEqual(rowsOf(wanted.rows));
    expect(bytes).toBeLessThan(share * sizeBytes);
  });

  test('tells of a column what the file on disk tells', async () => {
    const { result, bytes } = await wire.during(() => ask(remote, 'parquet.insight', { column: 'country' }));
    expect(result).toEqual(await ask(local, 'parquet.insight', { column: 'country' }));
    expect(bytes).toBeLessThan(sizeBytes / 20);
  });

  test('is exported as the file on disk is', async () => {
    const params = { columns: ['id', 'country', 'amount'], filters: [{ column: 'id', op: '<', value: '7000' }] };
    const [mine, wanted] = [path.join(folder, 'mine.csv'), path.join(folder, 'wanted.csv')];
    const { rows } = await ask(remote, 'parquet.export', { ...params, file: mine });
    await ask(local, 'parquet.export', { ...params, file: wanted });
    expect(rows).toBe((await open(local)).summary.rowGroups.length * 1_000);
    expect(Buffer.compare(await readFile(mine), await readFile(wanted))).toBe(0);
  });
});

describe('SQL over an object', () => {
  const queries: [sql: string, share: number][] = [
    ['SELECT country, count(*) AS n, max(amount) AS top FROM file GROUP BY country ORDER BY country', 0.05],
    ['SELECT count(*) AS n FROM file', 0.02],
    ['SELECT * FROM file LIMIT 100', 0.15],
    ['SELECT id, upper(country) AS land FROM file LIMIT 5 OFFSET 250000;', 0.1],
    ['SELECT id FROM file ORDER BY score DESC, id LIMIT 3', 0.2],
    ["SELECT count(*) AS n FROM file WHERE country = 'NO' AND list_contains(tags, 'tag-7')", 0.1],
    ['FROM (SELECT id FROM file LIMIT 7 OFFSET 150000) SELECT max(id) AS top', 0.05],
    [
      'SELECT a.country, b.ok FROM file a JOIN file b ON a.id = b.id WHERE a.id < 70 ORDER BY a.id, b.ok, a.country LIMIT 20',
      0.1,
    ],
    ['DESCRIBE file', 0.02],
    ['WITH first AS (SELECT * FROM file LIMIT 10) SELECT min(score) >= 0 AS positive FROM first', 0.1],
  ];
  test.each(queries)('%s: as over the file on disk, for what it reads', async (sql, share) => {
    const { result, bytes } = await wire.during(() => ask(remote, 'parquet.sql', { sql }));
    const wanted = await ask(local, 'parquet.sql', { sql });
    expect(result.rows.fields).toEqual(wanted.rows.fields);
    expect(rowsOf(result.rows)).toEqual(rowsOf(wanted.rows));
    expect(result.isCut).toBe(wanted.isCut);
    expect(bytes).toBeLessThan(share * sizeBytes);
  });

  test('what finds nothing, and what is wrong, fetches nothing', async () => {
    const { bytes } = await wire.during(() =>
      rejection(ask(remote, 'parquet.sql', { sql: 'SELECT nothing FROM file' })),
    );
    expect(bytes).toBe(0);
  });

  test('can be explained, and measured', async () => {
    for (const sql of ['EXPLAIN SELECT max(id) FROM file', 'EXPLAIN ANALYZE SELECT max(id) FROM file']) {
      expect((await ask(remote, 'parquet.sql', { sql })).rows.length).toBe(1);
    }
  });

  test('more than a query may fetch is refused before anything is fetched, with what to do', async () => {
    const sql = 'SELECT * FROM file ORDER BY score';
    const { result, bytes } = await wire.during(() => rejection(ask(remote, 'parquet.sql', { sql })));
    expect(result).toMatchObject({ code: 'E_CONFIG', hint: expect.stringMatching(/fewer columns/) });
    expect(bytes).toBe(0);
  });

  test('what it finds is exported', async () => {
    const file = path.join(folder, 'countries.ndjson');
    const sql = 'SELECT DISTINCT country FROM file ORDER BY 1';
    expect(await ask(remote, 'parquet.export', { sql, file })).toEqual({ rows: 6 });
    expect((await readFile(file, 'utf8')).split('\n')[0]).toBe('{"country":"DE"}');
  });

  test('all types, nested ones, two columns of one name, and names with dots come as from disk', async () => {
    const bytes = await duckdbFile(
      `SELECT i AS id, i AS "ID", {'a': i, 'b.c': {'d': 'x' || i}} AS place, i * 2 AS "place.a", range(i % 4) AS list,
        MAP {'k': i} AS map, (i / 100)::DECIMAL(38, 2) AS price, TIMESTAMPTZ '2026-01-01 00:00:00Z' + INTERVAL (i) SECOND AS at,
        NULL::INTEGER AS nothing, 'quoted ''" name' AS "it's ""it"""
      FROM range(20000) t(i)`,
      'ROW_GROUP_SIZE 4096, WRITE_BLOOM_FILTER true',
    );
    const there = await put('types.parquet', bytes);
    const here = specOf(path.join(folder, 'types.parquet'));
    await writeFile(here.place, bytes);
    for (const sql of [
      'SELECT * FROM file WHERE id > 19990',
      'SELECT place.a, "place.a", place[\'b.c\'].d AS d FROM file LIMIT 3 OFFSET 9000',
      'SELECT count("nothing") AS n, max("it\'s ""it""") AS q FROM file',
      'SELECT price, "at", list, map FROM file WHERE id = 4100',
      'SELECT id FROM file LIMIT 3',
      'SELECT max(id) AS top FROM file LIMIT 1',
      'SELECT id FROM file ORDER BY id DESC LIMIT 2',
      'SELECT id FROM file WHERE id % 5000 = 4999 LIMIT 4',
      'SELECT max(id) AS top FROM (SELECT id FROM file LIMIT 7 OFFSET 15000)',
      'SELECT DISTINCT id // 5000 AS part FROM file ORDER BY 1 LIMIT 4',
      'SELECT id, count(*) OVER () AS n FROM file LIMIT 1',
      'SELECT count(DISTINCT COLUMNS(*)) FROM file',
    ]) {
      const [mine, wanted] = [await ask(there, 'parquet.sql', { sql }), await ask(here, 'parquet.sql', { sql })];
      expect(rowsOf(mine.rows), sql).toEqual(rowsOf(wanted.rows));
    }
  });
});

describe('an object that cannot be read says so once, with what to do', () => {
  test('it is not there', async () => {
    const error = await rejection(open(specOf('s3://lake/nothing.parquet')));
    expect(error).toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining('s3://lake/nothing.parquet does not exist'),
      hint: expect.stringMatching(/Check the name, the region and the account/),
    });
  });

  test('the bucket is not there', async () => {
    expect(await rejection(open(specOf('s3://nowhere/a.parquet')))).toMatchObject({ code: 'E_NOT_FOUND' });
  });

  test('access is denied, at the beginning and in mid-view', async () => {
    const there = await put('denied.parquet', await rows(20_000));
    const refused = {
      code: 'E_ACCESS',
      message: expect.stringContaining('s3://lake/denied.parquet refuses access'),
      hint: expect.stringMatching(/Grant the permission/),
    };
    const deny = () =>
      emulator.faults.add({ service: 's3', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    deny();
    expect(await rejection(open(there))).toMatchObject(refused);
    emulator.faults.clear();
    await open(there);
    deny();
    expect(await rejection(ask(there, 'parquet.rows', { start: 0, count: 10 }))).toMatchObject(refused);
    expect(await rejection(ask(there, 'parquet.sql', { sql: 'SELECT max(id) FROM file' }))).toMatchObject(refused);
    emulator.faults.clear();
    expect((await ask(there, 'parquet.rows', { start: 0, count: 10 })).rows.length).toBe(10);
  });

  test('the credentials are expired', async () => {
    const there = await put('expired.parquet', await rows(10));
    vi.stubEnv('AWS_SESSION_TOKEN', tokenUntil(Date.now() - 1_000));
    const own = new ViewerProcess();
    try {
      emulator.faults.add({ fault: { kind: 'expired-token' } });
      expect(await rejection(own.request('viewer.open', { file: there }, context))).toMatchObject({
        code: 'E_ACCESS',
        message: expect.stringContaining('expired credentials'),
        hint: expect.stringMatching(/AWS_ACCESS_KEY_ID|aws sso login/),
      });
    } finally {
      vi.stubEnv('AWS_SESSION_TOKEN', undefined);
      await own.end();
    }
  });

  test('it is another one than was opened: rows of the two are never mixed', async () => {
    const there = await put('changed.parquet', await rows(20_000));
    const { version } = await open(there);
    const page = { start: 0, count: 10 };
    await ask(there, 'parquet.rows', page);
    await put('changed.parquet', await rows(15_000));
    const anew = { code: 'E_CONFLICT', message: expect.stringContaining('was written anew'), hint: 'Open it again.' };
    expect(await rejection(ask(there, 'parquet.rows', { start: 12_000, count: 10 }))).toMatchObject(anew);
    expect(await rejection(ask(there, 'parquet.sql', { sql: 'SELECT max(id) FROM file' }))).toMatchObject(anew);
    // Also by a process that did not see the first one.
    await viewer.end();
    expect(await rejection(ask({ ...there, version }, 'parquet.rows', page))).toMatchObject(anew);
    const again = specOf(there.place);
    expect((await open(again)).summary.rows).toBe(15_000);
  });
});

function rows(count: number): Promise<Uint8Array> {
  return duckdbFile(`SELECT i AS id, 'text ' || i AS text FROM range(${count}) t(i)`, 'ROW_GROUP_SIZE 10000');
}

async function put(key: string, bytes: Uint8Array): Promise<FileSpec> {
  await client.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: bytes }));
  return specOf(`s3://lake/${key}`);
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
}
