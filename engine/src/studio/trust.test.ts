import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { duckdbFile } from '../parquet/files.test-support.ts';
import { pipelineFolder, type TestFolder } from '../pipeline/pipeline-folder.test-support.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import { type OpenStudio, openStudio } from './open-studio.test-support.ts';
import { untrusted } from './trust.ts';

/** A pipeline that sends secrets home: its endpoint holds a variable, and its code says that it ran. */
const yaml = (endpoint: string) => `name: clicks
source: { sqs: { queue: clicks } }
transform: ./transform.ts
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
errors: { to: { s3: { bucket: lake, prefix: _errors } } }
aws: { endpoint: '${endpoint}/\${env:MY_SECRET}' }
`;
const transform = `import { writeFileSync } from 'node:fs';
import { defineTransform, t } from 'parquetry';
writeFileSync(new URL('./ran', import.meta.url), 'yes');
export default defineTransform({ output: t.row({ id: t.int64() }), map: () => ({ id: 1n }) });
`;
const cases = '- name: a\n  input: {"id": 1, "event_time": "2026-02-03T04:05:06"}\n';

let listener: Server;
/** What came to the endpoint. */
let requests: string[];
let folder: TestFolder;
let studio: OpenStudio;

beforeAll(async () => {
  listener = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers['x-amz-security-token']}`);
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  requests = [];
  vi.stubEnv('MY_SECRET', 'hunter2');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) vi.stubEnv(name, 'test');
  folder = await pipelineFolder(yaml(endpoint()), {
    'transform.ts': transform,
    'transform.test.yaml': cases,
    'samples/a.ndjson': '{"id": 1, "event_time": "2026-02-03T04:05:06"}\n',
  });
  await writeFile(at('rows.parquet'), await duckdbFile('SELECT i AS id FROM range(10) t(i)'));
  studio = await openStudio([folder.path], false);
});
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  listener.close();
});

const endpoint = () => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
const at = (name: string) => path.join(folder.path, name);

type Answer = 'refused' | 'answered' | 'E_NOT_FOUND';
type Requests = { readonly [Name in keyof StudioMethods]: readonly (readonly [unknown, Answer])[] };

/** Requests of each method, and what becomes of them where nothing is trusted. */
const asked: Requests = {
  'workspace.open': [],
  'workspace.pipelines': [[{}, 'answered']],
  'workspace.overlay': [[{ file: 'FOLDER/transform.ts', text: '' }, 'answered']],
  'workspace.read': [[{ file: 'FOLDER/transform.ts' }, 'answered']],
  'workspace.write': [[{ file: 'FOLDER/more.ts', text: '' }, 'answered']],
  'workspace.create': [[{ from: { example: 'clicks' } }, 'answered']],
  'workspace.files': [[{ folder: 'FOLDER' }, 'answered']],
  'language.check': [[{ folder: 'FOLDER' }, 'answered']],
  'language.complete': [[{ file: 'FOLDER/pipeline.yaml', line: 1, column: 1 }, 'answered']],
  'language.hover': [[{ file: 'FOLDER/pipeline.yaml', line: 1, column: 1 }, 'answered']],
  'language.types': [[{ folder: 'FOLDER' }, 'answered']],
  'language.set': [[{ file: 'FOLDER/pipeline.yaml', path: ['name'], value: 'x' }, 'answered']],
  'tests.list': [[{ folder: 'FOLDER' }, 'answered']],
  'tests.run': [[{ folder: 'FOLDER' }, 'refused']],
  'tools.call': [
    [{ name: 'parquetry_pipelines', input: {} }, 'answered'],
    [{ name: 'parquetry_validate', input: { pipeline: 'FOLDER' } }, 'answered'],
    [{ name: 'parquetry_preview', input: { pipeline: 'FOLDER' } }, 'refused'],
    [{ name: 'parquetry_test', input: { pipeline: 'FOLDER' } }, 'refused'],
    [{ name: 'parquetry_profile', input: { pipeline: 'FOLDER' } }, 'refused'],
    [{ name: 'parquetry_plan', input: { pipeline: 'FOLDER', recordsPerS: 1 } }, 'refused'],
  ],
  'parquet.open': [
    [{ uri: 'FOLDER/rows.parquet' }, 'answered'],
    [{ uri: 's3://lake/rows.parquet' }, 'refused'],
    [{ uri: 's3://lake/rows.parquet', target: { folder: 'FOLDER' } }, 'refused'],
  ],
  'parquet.rows': [[{ handle: 'HANDLE', start: 0, count: 5 }, 'answered']],
  'parquet.cell': [[{ handle: 'HANDLE', row: 0, column: 'id' }, 'answered']],
  'parquet.insight': [[{ handle: 'HANDLE', column: 'id' }, 'answered']],
  'parquet.pages': [[{ handle: 'HANDLE', column: 'id', rowGroup: 0 }, 'answered']],
  'parquet.duckdb': [[{ handle: 'HANDLE' }, 'answered']],
  'parquet.sql': [[{ handle: 'HANDLE', sql: 'SELECT 1' }, 'answered']],
  'parquet.export': [[{ handle: 'HANDLE', file: 'FOLDER/rows.csv' }, 'answered']],
  'parquet.close': [[{ handle: 'HANDLE' }, 'answered']],
  'preview.run': [[{ folder: 'FOLDER' }, 'refused']],
  'preview.watch': [[{ folder: 'FOLDER' }, 'refused']],
  'preview.saveTest': [[{ folder: 'FOLDER', record: 0, name: 'x' }, 'refused']],
  'run.start': [[{ folder: 'FOLDER' }, 'refused']],
  'run.watch': [[{ run: 'x' }, 'E_NOT_FOUND']],
  'run.stop': [[{ run: 'x' }, 'E_NOT_FOUND']],
  'run.list': [[{}, 'answered']],
  'run.tap': [[{ run: 'x', at: 'source', limit: 1 }, 'E_NOT_FOUND']],
  'run.feed': [[{ folder: 'FOLDER', records: 1 }, 'refused']],
  'samples.list': [[{ folder: 'FOLDER' }, 'answered']],
  'samples.cost': [
    [{ folder: 'FOLDER', from: { type: 'file', file: 'FOLDER/samples/a.ndjson' } }, 'answered'],
    [{ folder: 'FOLDER', from: { type: 'queue', queue: 'clicks' } }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'object', uri: 's3://lake/a' } }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'dead-letters' } }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'engine', url: 'ENDPOINT' } }, 'refused'],
  ],
  'samples.take': [
    [{ folder: 'FOLDER', from: { type: 'file', file: 'FOLDER/samples/a.ndjson' }, limit: 1, name: 'b' }, 'answered'],
    [{ folder: 'FOLDER', from: { type: 'queue', queue: 'clicks' }, limit: 1, name: 'b' }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'object', uri: 's3://lake/a' }, limit: 1, name: 'b' }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'dead-letters' }, limit: 1, name: 'b' }, 'refused'],
    [{ folder: 'FOLDER', from: { type: 'engine', url: 'ENDPOINT' }, limit: 1, name: 'b' }, 'refused'],
  ],
  'deadLetters.list': [[{ folder: 'FOLDER' }, 'refused']],
  'deadLetters.show': [[{ folder: 'FOLDER', id: 'x' }, 'refused']],
  'deadLetters.retry': [[{ folder: 'FOLDER', id: 'x' }, 'refused']],
  'deadLetters.replay': [[{ folder: 'FOLDER', ids: ['x'] }, 'refused']],
  'cloud.queues': [[{ folder: 'FOLDER' }, 'refused']],
  'cloud.buckets': [[{ folder: 'FOLDER', all: true }, 'refused']],
  'cloud.objects': [[{ folder: 'FOLDER', bucket: 'lake' }, 'refused']],
  'cloud.profiles': [[{}, 'answered']],
  'profile.run': [[{ folder: 'FOLDER' }, 'refused']],
  'plan.run': [[{ folder: 'FOLDER', recordsPerS: 1 }, 'refused']],
};

test.each(Object.keys(untrusted) as (keyof StudioMethods)[])(
  'in a workspace that is not trusted %s runs no code of it, and sends nothing anywhere',
  async (method) => {
    const { peer } = studio;
    const { handle } = await peer.request('parquet.open', { uri: at('rows.parquet') });
    for (const [params, expected] of asked[method]) {
      const text = JSON.stringify(params).replaceAll('FOLDER', folder.path).replaceAll('ENDPOINT', endpoint());
      const answer = peer.request(method, JSON.parse(text.replaceAll('HANDLE', handle)));
      const became = await answer.then(
        () => 'answered',
        ({ code, message, hint }) =>
          /is not trusted/.test(message) && /^Trust the workspace/.test(hint) ? 'refused' : code,
      );
      expect([params, became]).toEqual([params, expected]);
    }
    expect(requests).toEqual([]);
    await expect(readFile(at('ran'))).rejects.toMatchObject({ code: 'ENOENT' });
    const rules = {
      refused: ['refused'],
      local: ['answered', 'E_NOT_FOUND'],
      either: ['refused', 'answered', 'E_NOT_FOUND'],
    };
    for (const [, expected] of asked[method]) expect(rules[untrusted[method]]).toContain(expected);
  },
);

test('once it is trusted, the endpoint is asked: what the others must not do', async () => {
  await studio.peer.request('workspace.open', { roots: [folder.path], trusted: true });
  await expect(studio.peer.request('cloud.queues', { folder: folder.path })).rejects.toThrow();
  expect(requests[0]).toContain('hunter2');
}, 60_000);
