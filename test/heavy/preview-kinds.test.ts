import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { captureContext } from '../../engine/src/cli/captured-context.ts';
import { main } from '../../engine/src/cli/main.ts';
import { rowToJson } from '../../engine/src/columns/ndjson-text.ts';
import type { Rows } from '../../engine/src/protocol/rows.ts';
import { Previewer } from '../../engine/src/studio/preview/previewer.ts';
import { batchOf } from '../../engine/src/studio/preview/read-rows.ts';
import { Workbench } from '../../engine/src/studio/workbench.ts';

const examples = path.join(import.meta.dirname, '..', '..', 'examples');

let folder: string;
let previewer: Previewer;
const workbench = new Workbench();
beforeAll(() => {
  previewer = new Previewer(workbench, { keptThreads: 2 });
});
afterAll(() => previewer.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'preview-kinds-'));
  workbench.open([folder], true);
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (name: string, text: string | Uint8Array) => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), text);
};
const preview = async (limit?: number) => (await previewer.run({ folder, limit })).result;
const json = (rows: Rows) => Array.from({ length: rows.length }, (_, row) => rowToJson(batchOf(rows), row));

const yaml = `name: clicks
source: { sqs: { queue: clicks } }
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
`;
const schema = JSON.stringify({ version: 1, fields: { id: 'int64', at: 'timestamp?', price: 'decimal(12, 2)?' } });
const transform = (map: string, more = '') =>
  `import { defineTransform, drop, t } from 'parquetry';
   export default defineTransform({ output: t.row({ id: t.int64() }), ${more} map: ${map} });`;

test('a pipeline without a transform, with unknown keys kept', async () => {
  await write('pipeline.yaml', `${yaml}input: { rest: true }\n`);
  await write('schema/input.v1.json', schema);
  await write(
    'samples/a.json',
    '[{"id":9007199254740993,"at":"2026-01-01T00:00:00.000001Z","price":"12.50","x":{"y":1}},{"id":"no"}]',
  );
  const result = await preview();
  expect(json(result.output)).toEqual([
    '{"id":9007199254740993,"at":"2026-01-01T00:00:00.000001Z","price":12.50,"_rest":{"x":{"y":1}}}',
  ]);
  expect(result).toMatchObject({ records: 2, deadLetters: [{ record: 1, reason: 'misfit', field: 'id' }] });
});

test('Parquet samples, cut in the middle of a file, for a pipeline that reads JSON, beside samples of JSON', async () => {
  await write('pipeline.yaml', `${yaml}transform: ./transform.ts\n`);
  await write('schema/input.v1.json', schema);
  await write('transform.ts', transform('({ id }) => ({ id: id + 1n })'));
  await write('data.ndjson', Array.from({ length: 50 }, (_, i) => `{"id":${i}}`).join('\n'));
  await write('run.yaml', `name: p\nsource: { file: { path: data.ndjson } }\nsinks: [ { file: { path: out } } ]\n`);
  await main(['run', 'run.yaml', '--drain'], captureContext({ cwd: folder }));
  const [written] = (await import('node:fs')).globSync(path.join(folder, 'out/**/*.parquet'));
  await write('samples/b.parquet', await readFile(written!));
  await write('samples/a.ndjson', '{"id":1000}\n');
  const result = await preview(31);
  expect(result.samples.map(({ records }) => records)).toEqual([1, 30]);
  expect(result.isCut).toBe(true);
  expect(json(result.output)).toEqual(['{"id":1001}', ...Array.from({ length: 30 }, (_, i) => `{"id":${i + 1}}`)]);
  expect([...result.origin]).toEqual(Array.from({ length: 31 }, (_, i) => i));
});

test('own modules: samples take the place of the source, and are encoded by nobody but shown in their partitions', async () => {
  await cp(path.join(examples, 'own-modules'), folder, { recursive: true });
  await expect(preview()).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('samples') });
  const first = JSON.parse(await readFile(path.join(folder, 'schema/input.v1.json'), 'utf8')) as {
    fields: Record<string, string>;
  };
  const record = Object.fromEntries(Object.entries(first.fields).map(([name, type]) => [name, sampleOf(type)]));
  await write('samples/a.ndjson', `${JSON.stringify(record)}\n`);
  expect(await preview()).toMatchObject({
    records: 1,
    deadLetters: [],
    partitions: [[[expect.stringContaining('sensor='), 1]]],
  });
});

test('setup, prefetch, and what goes wrong in them', async () => {
  await write('pipeline.yaml', `${yaml}transform: ./transform.ts\n`);
  await write('schema/input.v1.json', schema);
  await write('samples/a.ndjson', '{"id":1}\n{"id":2}\n');
  const code = (setup: string, prefetch: string) =>
    transform(
      '({ id }, { state, prefetched }) => ({ id: id + state + prefetched })',
      `setup: ${setup}, prefetch: ${prefetch},`,
    );
  await write('transform.ts', code('() => 10n', 'async (rows) => BigInt(rows.length * 100)'));
  expect(json((await preview()).output)).toEqual(['{"id":211}', '{"id":212}']);
  await write('transform.ts', code("() => { throw new Error('no table'); }", 'async () => 0n'));
  await expect(preview()).rejects.toMatchObject({
    code: 'E_TRANSFORM',
    line: 2,
    message: expect.stringContaining('no table'),
  });
});

test('a transform that fills its memory costs its thread, not the process', async () => {
  await write('pipeline.yaml', `${yaml}transform: ./transform.ts\n`);
  await write('schema/input.v1.json', schema);
  await write('samples/a.ndjson', '{"id":1}\n{"id":2}\n');
  for (const eat of ['all.push(1)', 'all.push({})', 'all.push(new Array(1e5).fill(0))', 'map.set(map.size, 1)']) {
    await write(
      'transform.ts',
      `const all = []; const map = new Map();\n${transform(`({ id }) => { while (id > 1n) ${eat}; return { id }; }`)}`,
    );
    await expect(preview()).rejects.toMatchObject({
      code: 'E_TRANSFORM',
      message: expect.stringContaining('record 2'),
    });
  }
  await write('transform.ts', transform('({ id }) => ({ id })'));
  expect((await preview()).records).toBe(2);
});

test.each(['a.ndjson.gz', 'a.ndjson.zst'])(
  'samples in %s, which are what their name says or are refused',
  async (name) => {
    const { gzipSync, zstdCompressSync } = await import('node:zlib');
    await write('pipeline.yaml', yaml);
    await write('schema/input.v1.json', schema);
    const pack = name.endsWith('.gz') ? gzipSync : zstdCompressSync;
    await write(`samples/${name}`, pack(Buffer.from('{"id":1}\n{"id":2}\n')));
    expect(await preview()).toMatchObject({ records: 2 });
    await write(`samples/${name}`, 'no such thing');
    await expect(preview()).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  },
);

function sampleOf(type: string): unknown {
  if (type.startsWith('timestamp')) return '2026-01-01T00:00:00Z';
  return type.startsWith('string') ? 'a' : 1;
}
