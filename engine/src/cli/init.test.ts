import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(os.tmpdir(), 'parquetry-init-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

async function run(...args: string[]) {
  const context = captureContext({ cwd });
  const code = await main(args, context);
  return { code, out: context.out(), err: context.err() };
}

test('the example validates without a warning in each of its environments, and passes its tests', async () => {
  const { code, out } = await run('init', 'clicks');
  expect(code).toBe(0);
  expect(out).toContain('$ parquetry run clicks --env local --drain');
  for (const env of ['local', 'localstack', 'production']) {
    expect(await run('validate', 'clicks', '--strict', '--env', env)).toMatchObject({ code: 0, err: '' });
  }
  const tested = await run('test', 'clicks');
  expect(tested.out + tested.err).toContain('2 passed');
  expect(tested.code).toBe(0);
});

test('--from infers the schema from all records, keeps digits, and the result validates', async () => {
  const records = Array.from({ length: 300 }, (_, i) => `{"id": ${i}, "at": "2026-01-31", "n": {"a b": [1.5]}}`);
  records.push('{"id": 9007199254740993, "at": "2026-01-31", "n": {"a b": []}, "late": true}');
  await writeFile(path.join(cwd, 'orders.ndjson'), records.join('\n'));
  expect(await run('init', 'orders', '--from', 'orders.ndjson', '--name', '2026')).toMatchObject({ code: 0, err: '' });
  const schema = JSON.parse(await readFile(path.join(cwd, 'orders/schema/input.v1.json'), 'utf8'));
  expect(schema.fields).toEqual({ id: 'int64', at: 'date', n: 'struct<"a b": list<double>>', late: 'bool?' });
  const samples = await readFile(path.join(cwd, 'orders/samples/sample.ndjson'), 'utf8');
  expect(samples.trimEnd().split('\n')).toHaveLength(200);
  expect(await run('validate', 'orders', '--strict')).toMatchObject({ code: 0, err: '' });
});

test('a folder that is not empty is left alone', async () => {
  await run('init', 'twice');
  const before = await readFile(path.join(cwd, 'twice/pipeline.yaml'), 'utf8');
  const { code, err } = await run('init', 'twice', '--name', 'other');
  expect(code).toBe(2);
  expect(err).toContain('must be empty');
  expect(await readFile(path.join(cwd, 'twice/pipeline.yaml'), 'utf8')).toBe(before);
});

test('a name that no pipeline may have is refused before anything is written', async () => {
  const { code, err } = await run('init', 'named', '--name', 'a b');
  expect(code).toBe(2);
  expect(err).toContain('the name must be 1 to 63 letters');
  await expect(readFile(path.join(cwd, 'named/pipeline.yaml'))).rejects.toThrow('ENOENT');
});
