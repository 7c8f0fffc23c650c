import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';

const main = new URL('./main.ts', import.meta.url).href;
const command = `import { runCli } from ${JSON.stringify(main)};\nawait runCli();\n`;

const transform = `import { defineTransform, drop, t } from 'parquetry';
console.log('printed by user code');
export default defineTransform({
  output: t.row({ id: t.int64(), country: t.string().optional() }),
  map: (r) => (r.id === 2 ? drop('two') : { id: BigInt(r.id) * 10000000000000001n, country: r.country }),
});
`;
const samples = [1, 2, 3].map((id) => `{"id":${id},"event_time":"2026-01-01T00:00:00Z"}\n`).join('');
const yaml = 'name: clicks\nsource: { stdin: }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n';

/** A client of MCP over a process of its own; each line that comes out must be a message. */
function connect(folder: string, ...flags: string[]) {
  const args = [path.join(folder, 'run.mjs'), 'mcp', folder, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map<number, (message: Record<string, unknown>) => void>();
  const stray: string[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = line.startsWith('{"jsonrpc":"2.0"') ? JSON.parse(line) : undefined;
    if (message && waiting.has(message.id)) waiting.get(message.id)!(message);
    else stray.push(line);
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let id = 0;
  return {
    stray,
    errors: () => errors,
    send,
    ask(method: string, params: object = {}) {
      const own = ++id;
      const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
      waiting.set(own, resolve);
      send({ id: own, method, params });
      return promise;
    },
    async end() {
      child.stdin.end();
      const [code] = await once(child, 'exit');
      return code;
    },
  };
}

test('a model lists, validates and previews pipelines over stdio, and nothing else comes out', async () => {
  const files = { 'transform.ts': transform, 'samples/a.ndjson': samples, 'run.mjs': command };
  await using folder = await pipelineFolder(yaml, files);
  const client = connect(folder.path);
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  expect(await client.ask('initialize', hello)).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
  client.send({ method: 'notifications/initialized' });
  const { result: list } = await client.ask('tools/list');
  expect((list as { tools: { name: string }[] }).tools.map(({ name }) => name)).not.toContain('parquetry_set');
  expect(await client.ask('tools/call', { name: 'parquetry_validate', arguments: {} })).toMatchObject({
    result: { content: [{ text: 'clicks is valid.' }], structuredContent: { isValid: true } },
  });
  expect(
    await client.ask('tools/call', { name: 'parquetry_preview', arguments: { pipeline: 'clicks' } }),
  ).toMatchObject({
    result: {
      content: [{ text: expect.stringContaining('2 kept as 2 rows; dropped: two 1; none dead-lettered') }],
      structuredContent: {
        rows: ['{"id":10000000000000001,"country":null}', '{"id":30000000000000003,"country":null}'],
      },
    },
  });
  expect(
    await client.ask('tools/call', { name: 'parquetry_validate', arguments: { pipeline: 'click' } }),
  ).toMatchObject({
    result: { isError: true, content: [{ text: expect.stringContaining('Did you mean clicks?') }] },
  });
  expect(await client.ask('tools/call', { name: 'parquetry_set', arguments: {} })).toMatchObject({
    error: { code: -32602 },
  });
  expect(await client.end()).toBe(0);
  expect(client.stray).toEqual([]);
});

test('--allow-writes adds the tool that changes the pipeline file', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'run.mjs': command });
  const client = connect(folder.path, '--allow-writes');
  const set = { name: 'parquetry_set', arguments: { key: 'batch.maxAge', value: '2m' } };
  expect(await client.ask('tools/call', set)).toMatchObject({
    result: { structuredContent: { isChanged: true, isValid: true } },
  });
  const text = await readFile(path.join(folder.path, 'pipeline.yaml'), 'utf8');
  expect(text).toBe(`${yaml}batch: { maxAge: 2m }\n`);
  expect(await client.end()).toBe(0);
});
