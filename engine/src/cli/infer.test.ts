import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duckdbFile } from '../parquet/files.test-support.ts';
import { type CapturedContext, captureContext } from './captured-context.ts';
import { register } from './infer.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-infer-'));
  await put('pipeline.yaml', 'name: flights\nbroken: {\n');
  await mkdir(path.join(folder, 'samples'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, content: string | Uint8Array) => writeFile(path.join(folder, name), content);
const schemaText = async (version: number) =>
  JSON.parse(await readFile(path.join(folder, `schema/input.v${version}.json`), 'utf8'));

async function run(args: string[], stdin?: string): Promise<CapturedContext> {
  return runIn(captureContext({ cwd: folder, stdin }), args);
}

async function runIn(context: CapturedContext, args: string[]): Promise<CapturedContext> {
  const program = new Command().exitOverride();
  register(program, context);
  await program.parseAsync(['infer', ...args], { from: 'user' });
  return context;
}

describe('parquetry infer', () => {
  it('freezes what the samples folder says, with types for the editor, though the pipeline file is unfinished', async () => {
    await put('samples/a.ndjson', '{"id":1,"at":"2024-01-01T00:00:00Z","geo":{"lat":1.5}}\n{"id":2,"geo":null}\n');
    const context = await run([]);
    expect((await schemaText(1)).fields).toEqual({ id: 'int', at: 'timestamp?', geo: 'struct<lat: double>?' });
    expect(await readFile(path.join(folder, '.parquetry/types/input.d.ts'), 'utf8')).toContain('at: Timestamp | null;');
    expect(context.out()).toBe(`2 records

field  type        empty  examples
id     int                1, 2
at     timestamp?  50 %   "2024-01-01T00:00:00Z"
geo    struct?     50 %
  lat  double             1.5

written schema/input.v1.json
written .parquetry/types/parquetry.d.ts
written .parquetry/types/input.d.ts
written .parquetry/tsconfig.json
written tsconfig.json
`);
  });

  it('takes the columns of Parquet files from their footers, and keeps types in force that hold them', async () => {
    const query = `SELECT 1::BIGINT AS id, 1.5::DECIMAL(9, 2) AS price, ['a'] AS tags`;
    await put('samples/a.parquet', await duckdbFile(query));
    await put('schema.json', '{"id":1}');
    await run(['schema.json']);
    const context = await run([]);
    expect(context.out()).toContain('1 record\n');
    const version = (await readdir(path.join(folder, 'schema'))).length;
    expect((await schemaText(version)).fields).toEqual({ id: 'int?', price: 'decimal(9, 2)?', tags: 'list<string?>?' });
  });

  it('refuses Parquet files among others', async () => {
    await put('a.parquet', await duckdbFile('SELECT 1 AS id'));
    await put('b.json', '{"id":1}');
    await expect(run(['a.parquet', 'b.json'])).rejects.toMatchObject({ code: 'E_CONFIG' });
  });

  it('reads arrays, gzip, zstd and standard input alike', async () => {
    await put('a.json', '[{"a":1},{"a":2}]');
    await put('b.ndjson.gz', gzipSync('{"a":3}'));
    await put('c.jsonl', Buffer.concat(['{"a":4}\n', '{"a":6}'].map((frame) => zstdCompressSync(frame))));
    const context = await run(['a.json', 'b.ndjson.gz', 'c.jsonl', '-', '--json'], '{"a":5}\n');
    expect(JSON.parse(context.out())).toMatchObject({ verdict: 'new', records: 6, written: true, version: 1 });
  });

  it('refuses a sample whose end would be left out', async () => {
    await put('a.ndjson.gz', Buffer.concat([gzipSync('{"a":1}\n'), Buffer.alloc(9), gzipSync('{"b":2}\n')]));
    await expect(run(['a.ndjson.gz'])).rejects.toThrow(
      /a\.ndjson\.gz cannot be read: it must hold nothing but zeros from byte/,
    );
  });

  it('says so when nothing changed', async () => {
    await put('a.ndjson', '{"a":1}');
    await run(['a.ndjson']);
    const again = await run(['a.ndjson']);
    expect(again.out()).toContain('same as version 1: schema/input.v1.json stays in force.');
    expect(await readdir(path.join(folder, 'schema'))).toEqual(['input.v1.json']);
  });

  it('writes a new version for a widening and lists the changes', async () => {
    await put('a.ndjson', '{"a":1}');
    await run(['a.ndjson']);
    const wider = await run(['-'], '{"a":1.5,"b":"x"}');
    expect(wider.out()).toContain('Changes since version 1:\n  + a: int became double\n  + b: new, string?\n');
    expect((await schemaText(2)).fields).toEqual({ a: 'double', b: 'string?' });
  });

  it('refuses an incompatible change unless it is meant', async () => {
    await run(['-'], '{"a":1}');
    await expect(run(['-'], '{"a":"x"}')).rejects.toMatchObject({
      code: 'E_SCHEMA',
      details: { changes: ['a: int became json'] },
    });
    const dry = captureContext({ cwd: folder, stdin: '{"a":"x"}' });
    await expect(runIn(dry, ['-', '--dry-run', '--json'])).rejects.toMatchObject({ code: 'E_SCHEMA' });
    expect(JSON.parse(dry.out())).toMatchObject({ verdict: 'incompatible', written: false });
    await run(['-', '--breaking'], '{"a":"x"}');
    expect(await schemaText(2)).toMatchObject({ breaking: true, fields: { a: 'json' } });
  });

  it('writes nothing with --dry-run, nor where there is no pipeline', async () => {
    await run(['-', '--dry-run'], '{"a":1}');
    await rm(path.join(folder, 'pipeline.yaml'));
    expect((await run(['-'], '{"a":1}')).out()).toContain('there is no pipeline here');
    expect(await readdir(folder)).toEqual(['samples']);
  });

  it('follows input.schema and input.rest of the pipeline file', async () => {
    await put('pipeline.yaml', 'input: { schema: ./frozen, rest: true }\n');
    await run(['-'], '{"a":1}');
    expect(await readdir(path.join(folder, 'frozen'))).toEqual(['input.v1.json']);
    expect(await readFile(path.join(folder, '.parquetry/types/input.d.ts'), 'utf8')).toContain('_rest');
  });

  it('leaves malformed records out and says so', async () => {
    const context = await run(['-', '--dry-run'], '{"a":1}\n{"a":}\n');
    expect(context.err()).toBe(
      'warning 1 malformed record left out. The first in line 2: JSON must have a value here, got "}"\n',
    );
  });

  it.each([
    [['nowhere.ndjson'], 'there is no sample'],
    [[], 'has no samples'],
    [['-', '--pipeline', 'nowhere'], 'there is no pipeline at'],
  ])('explains what is missing: %j', async (args, message) => {
    await expect(run(args)).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining(message) });
  });
});
