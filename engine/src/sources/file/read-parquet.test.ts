import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { decodeExcerpt } from '../../parquet/decode.ts';
import { duckdbFile } from '../../parquet/files.test-support.ts';
import { component } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-parquet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

async function open(path: string, types?: Readonly<Record<string, string>>) {
  const fields = Object.entries(types ?? {}).map(([name, text]) => ({ name, ...parseSlot(text) }));
  const context: ComponentContext = {
    folder,
    pipeline: 'p',
    runId: 'r',
    aws: {},
    input: types && { schema: { fields }, rest: false },
    expectedHoldMs: 60_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  return component.create(component.config.parse({ path, format: 'parquet' }), context);
}

async function readAll(path: string, types?: Readonly<Record<string, string>>): Promise<Delivery[]> {
  const reader = await (await open(path, types)).createReader();
  const all: Delivery[] = [];
  for (let some = await reader.receive(signal); some; some = await reader.receive(signal)) all.push(...some);
  await reader.close();
  return all;
}

describe('the file source, of Parquet', () => {
  test('hands out parts of row groups, in order, named after their first row', async () => {
    await writeFile(
      join(folder, 'b.parquet'),
      await duckdbFile('SELECT range AS id FROM range(5000)', 'ROW_GROUP_SIZE 2048'),
    );
    await writeFile(join(folder, 'a.parquet'), await duckdbFile('SELECT range AS id FROM range(3)'));
    await writeFile(join(folder, 'empty.parquet'), await duckdbFile('SELECT range AS id FROM range(0)'));
    const deliveries = await readAll('*.parquet');
    expect(deliveries.map(({ id }) => id)).toEqual(['a.parquet:0', 'b.parquet:0', 'b.parquet:2048', 'b.parquet:4096']);
    expect(deliveries.map(({ body }) => decodeExcerpt(body).rows)).toEqual([3, 2048, 2048, 904]);
    expect(deliveries.map(({ attributes }) => attributes.path)).toEqual([
      'a.parquet',
      'b.parquet',
      'b.parquet',
      'b.parquet',
    ]);
  });

  test('says what a body weighs decoded, so that a lane holds few of them', async () => {
    await writeFile(join(folder, 'a.parquet'), await duckdbFile('SELECT 7::BIGINT AS same FROM range(100000)'));
    const [first] = await readAll('a.parquet');
    expect(first!.body.length).toBeLessThan(10_000);
    expect(first!.decodedBytes).toBeGreaterThanOrEqual(8 * decodeExcerpt(first!.body).rows);
  });

  test('cuts the same file the same way every time', async () => {
    const query = `SELECT range AS id, md5(range::VARCHAR) AS a FROM range(200000)`;
    await writeFile(join(folder, 'a.parquet'), await duckdbFile(query));
    const [one, other] = [await readAll('a.parquet'), await readAll('a.parquet')];
    expect(one.length).toBeGreaterThan(2);
    expect(other.map(({ id, body }) => [id, Buffer.from(body).toString('latin1')])).toEqual(
      one.map(({ id, body }) => [id, Buffer.from(body).toString('latin1')]),
    );
  });

  test('uses the memory of released bodies again, and none before', async () => {
    const query = `SELECT range AS id, md5(range::VARCHAR) AS a FROM range(300000)`;
    await writeFile(join(folder, 'a.parquet'), await duckdbFile(query));
    const buffers = async (release: boolean) => {
      const reader = await (await open('a.parquet')).createReader();
      const seen: ArrayBufferLike[] = [];
      for (let some = await reader.receive(signal); some; some = await reader.receive(signal)) {
        seen.push(...some.map(({ body }) => body.buffer));
        if (release) reader.release?.(some);
      }
      await reader.close();
      return { bodies: seen.length, buffers: new Set(seen).size };
    };
    const kept = await buffers(false);
    expect(kept.buffers).toBe(kept.bodies);
    expect((await buffers(true)).buffers).toBeLessThan(kept.bodies);
  });

  test('needs memory for one body alone where it is released before the thread waits for anything', async () => {
    const query = `SELECT range AS id, md5(range::VARCHAR) AS a FROM range(300000)`;
    await writeFile(join(folder, 'a.parquet'), await duckdbFile(query));
    const reader = await (await open('a.parquet')).createReader();
    const buffers = new Set<ArrayBufferLike>();
    let bodies = 0;
    for (let some = await reader.receive(signal); some; bodies++) {
      const next = reader.receive(signal); // as a lane does: the next is asked for when this one's turn comes
      for (const { body } of some) buffers.add(body.buffer);
      for (let i = 0; i < 100; i++) await undefined; // a lane's promises
      reader.release?.(some);
      some = await next;
    }
    await reader.close();
    expect([bodies > 3, buffers.size]).toEqual([true, 1]);
  });

  test.each([
    ['no Parquet file', 'id\n1\n', {}, 'E_INTEGRITY', /^bad\.parquet: a Parquet file must/],
    ['a file cut short', undefined, {}, 'E_INTEGRITY', /^bad\.parquet: a Parquet file must end in "PAR1"/],
    ['a column that can never fit', undefined, { id: 'bool' }, 'E_SCHEMA', /^bad\.parquet: column id must be bool/],
  ])('refuses %s by name', async (what, text, types, code, message) => {
    const file = await duckdbFile('SELECT range AS id FROM range(10)');
    await writeFile(join(folder, 'bad.parquet'), text ?? (what.includes('short') ? file.subarray(0, -7) : file));
    const refused = { code, message: expect.stringMatching(message) };
    await expect(readAll('bad.parquet', types as never)).rejects.toMatchObject(refused);
    // Before the first lane starts, too.
    await expect((await open('bad.parquet', types as never)).check!()).rejects.toMatchObject(refused);
  });
});
