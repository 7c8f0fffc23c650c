import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BytesBuilder } from '../columns/builders/bytes.ts';
import { Int64Builder } from '../columns/builders/int64.ts';
import type { Encoder } from '../columns/encoder.ts';
import type { Field } from '../core/schema.ts';
import { component } from '../encoders/parquet/index.ts';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(os.tmpdir(), 'parquetry-inspect-'));
  await writeFile(path.join(cwd, 'x.parquet'), await parquetFile());
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

async function inspect(...args: string[]) {
  const context = captureContext({ cwd });
  const code = await main(['inspect', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

test('a file is shown with schema, row groups, statistics and rows, numbers exact', async () => {
  const { code, out, err } = await inspect('x.parquet', '--statistics');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('x.parquet  2 rows, 1 row group');
  expect(out).toMatch(/^ {2}id\s+int64\s/m);
  expect(out).toMatch(/^ {2}name\s+string\?\s/m);
  expect(out).toMatch(/^ {2}id\s+0\s+1\s+9007199254740993\s/m);
  expect(out).toMatch(/^ {2}9007199254740993\s+∅$/m);
});

test('--json holds all of it, 64-bit integers with their digits', async () => {
  const { out } = await inspect('x.parquet', '--json', '--rows', '1');
  expect(JSON.parse(out)).toMatchObject({
    file: 'x.parquet',
    rows: 2,
    fields: [{ name: 'id', type: 'int64' }, { name: 'name' }],
  });
  expect(JSON.parse(out).head).toHaveLength(1);
  expect(out).toContain('9007199254740993');
});

test('--rows 0 shows no rows', async () => {
  expect((await inspect('x.parquet', '--rows', '0')).out).not.toContain('Rows');
});

test.each([
  ['nowhere.parquet', 'there is no file'],
  ['.', 'must be a file'],
])('%s is refused', async (file, message) => {
  const { code, err } = await inspect(file);
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(message);
});

test('what is no Parquet file is said to be none', async () => {
  await writeFile(path.join(cwd, 'y.parquet'), 'hello, I am text and nothing else');
  const { code, err } = await inspect('y.parquet');
  expect(code).toBe(1);
  expect(err).toContain('PAR1');
});

async function parquetFile(): Promise<Uint8Array> {
  const fields: Field[] = [
    { name: 'id', type: { kind: 'int64' }, optional: false },
    { name: 'name', type: { kind: 'string' }, optional: true },
  ];
  const [id, name] = [new Int64Builder({ kind: 'int64' }), new BytesBuilder({ kind: 'string' })];
  id.appendBigInt(1n);
  id.appendBigInt(9_007_199_254_740_993n);
  name.appendText('a');
  name.appendNull();
  const encoder: Encoder = await component.create(component.config.parse({}), {} as never);
  const segment = encoder.encode({ fields, length: 2, columns: [id.finish(), name.finish()] });
  return Buffer.concat(encoder.assemble([segment], { fields, keyValues: {} }));
}
