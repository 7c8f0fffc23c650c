import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sink } from '../../engine/src/core/sink.ts';
import { type LogFields, type Logger, silentLogger } from '../../engine/src/core/telemetry.ts';
import { BUCKET, createWorld, PREFIX, type World } from '../integration/harness.ts';
import { run, withFolder } from '../integration/options/scratch.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world[Symbol.asyncDispose]();
});

const input = { id: 'int' };
const patiently = { timeout: 60_000, interval: 100 };
const listen = { telemetry: { listen: '127.0.0.1:0' } };

/** A logger that tells where the pages are, and what could not be counted. */
function listener(): { logger: Logger; address: Promise<string>; refused: LogFields[] } {
  const refused: LogFields[] = [];
  const warn = (event: string, fields: LogFields = {}) => {
    if (event === 'telemetry.metric.refused') refused.push(fields);
  };
  const { promise: address, resolve } = Promise.withResolvers<string>();
  const info = (event: string, fields: LogFields = {}) => {
    if (event === 'telemetry.listening') resolve(`http://${fields.address}`);
  };
  return { logger: { ...silentLogger, info, warn }, address, refused };
}

test('/readyz says no from the first moment of a shutdown, while /livez and /metrics still answer', async () => {
  await world.send(['{"id":1}']);
  const { logger, address } = listener();
  const writing = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const slow: Sink = {
    async write({ name, sizeBytes }) {
      writing.resolve();
      await gate.promise;
      return { uri: name, sizeBytes };
    },
    close: async () => undefined,
  };
  const stop = new AbortController();
  const folder = await world.pipeline({ input, config: { ...listen, batch: { maxAge: '100ms' } } });
  const run = world.run(folder, { drain: false, logger, signal: stop.signal, live: { sinks: [slow] } });
  await writing.promise;
  const at = await address;
  const status = async (page: string) => (await fetch(`${at}${page}`)).status;
  expect(await status('/readyz')).toBe(200);
  stop.abort();
  expect([await status('/readyz'), await status('/livez'), await status('/metrics')]).toEqual([503, 200, 200]);
  gate.resolve();
  expect((await run).ledger).toMatchObject({ closed: true, messages: { acked: 1 } });
});

/** Makes garbage, so that it is collected. */
const littering = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int() }),
  map: ({ id }) => ({ id: Array.from({ length: 3e5 }, () => ({ id })).length > 0 ? id : 0 }),
});`;

test('/metrics shows the ledger, the lanes with their heap and garbage, the process, and histograms of what took time', async () => {
  await world.send(['{"id":1}\n{"id":2}']);
  const { logger, address, refused } = listener();
  const stop = new AbortController();
  const folder = await world.pipeline({
    input,
    transform: littering,
    config: { ...listen, batch: { maxAge: '100ms' } },
  });
  const run = world.run(folder, { drain: false, logger, signal: stop.signal });
  const at = await address;
  const lines = await vi.waitFor(async () => {
    const text = await (await fetch(`${at}/metrics`)).text();
    expect(text).toContain('parquetry_ledger_messages_total{how="acked",pipeline="test"} 1\n');
    expect(text).toContain('parquetry_lane_gc_seconds_total{');
    return text.split('\n');
  }, patiently);
  stop.abort();
  await run;
  expect(refused).toEqual([]);
  const value = (series: string) =>
    Number(
      lines
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    );
  expect(value('parquetry_ledger_records_total{how="delivered",pipeline="test"}')).toBe(2);
  expect(value('parquetry_lane_heap_used_bytes{lane="0",pipeline="test"}')).toBeGreaterThan(1_000_000);
  expect(value('parquetry_upload_seconds_count{pipeline="test",sink="s3"}')).toBe(1);
  expect(value('parquetry_receive_to_settled_seconds_count{pipeline="test",how="ack"}')).toBe(1);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
});

test('a run tells an OTLP endpoint at its end what its ledger says, because the environment asks for it', async () => {
  const sent: string[] = [];
  const collector = createServer(async (request, response) => {
    sent.push(Buffer.concat(await Array.fromAsync(request)).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  await world.send(['{"id":1}', '{"id":2}']);
  const folder = await world.pipeline({ input });
  const { ledger } = await world.run(folder, { otelEnv: process.env });
  collector.close();
  collector.closeAllConnections();
  const { resourceMetrics } = JSON.parse(sent.at(-1)!);
  const metrics = resourceMetrics[0].scopeMetrics.flatMap((scope: { metrics: { name: string }[] }) => scope.metrics);
  const acked = metrics
    .find(({ name }: { name: string }) => name === 'parquetry_ledger_messages_total')
    .sum.dataPoints.find((point: unknown) => JSON.stringify(point).includes('"acked"'));
  expect(acked.asDouble).toBe(ledger.messages.acked);
  expect(ledger.messages.acked).toBe(2);
});

const burner = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int() }),
  map: ({ id }) => ({ id: plantedHotFunction(id) }),
});
function plantedHotFunction(id) {
  let sum = 0;
  for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i ^ id);
  return sum > 0 ? id : 0;
}`;

test("a run that is ended by SIGTERM has written a profile of each thread, and the hot function is in the lane's", async () => {
  await world.send(Array.from({ length: 10 }, (_, id) => `{"id":${id}}`));
  const folder = await world.pipeline({ input, transform: burner, config: { batch: { maxAge: '100ms' } } });
  const profiles = path.join(world.folder, 'profiles');
  const script = path.join(import.meta.dirname, '..', 'integration', 'engine-child.ts');
  const command = [
    script,
    'run',
    folder,
    '--json',
    '--profile',
    profiles,
    '--log-level',
    'info',
    '--log-format',
    'json',
  ];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await vi.waitFor(() => expect(log).toContain('"event":"file.written"'), patiently);
  child.kill('SIGTERM');
  await once(child, 'close');
  const files = (await readdir(profiles)).sort();
  expect(files).toEqual([
    expect.stringMatching(/^test-lane-0-\d{8}T\d{6}Z\.cpuprofile$/),
    expect.stringMatching(/^test-main-\d{8}T\d{6}Z\.cpuprofile$/),
  ]);
  const { nodes, samples } = JSON.parse(await readFile(path.join(profiles, files[0]!), 'utf8'));
  const hot = nodes.filter(
    ({ callFrame }: { callFrame: { functionName: string } }) => callFrame.functionName === 'plantedHotFunction',
  );
  const ids = new Set(hot.map(({ id }: { id: number }) => id));
  expect(samples.filter((id: number) => ids.has(id)).length).toBeGreaterThan(10);
  expect(log.match(/"event":"profile.written"/g)).toHaveLength(2);
});

test('a run goes on when nobody reads its log any more', async () => {
  await withFolder({ files: { 'in.ndjson': '{"id":1}\n' } }, async (folder) => {
    const script = path.join(import.meta.dirname, '..', 'integration', 'engine-child.ts');
    const command = [script, 'run', folder, '--drain', '--log-level', 'info', '--log-format', 'json'];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(child.stderr, 'data');
    child.stderr.destroy();
    const [code] = await once(child, 'exit');
    expect([code, (await readdir(path.join(folder, 'out'))).length]).toEqual([0, 1]);
  });
});

test('a logger and a listener of the program are told everything; a listener that throws is named once a metric', async () => {
  const events: string[] = [];
  const refused: unknown[] = [];
  const note = (event: string, fields: LogFields = {}) => {
    events.push(event);
    if (event === 'telemetry.metric.refused') refused.push(fields.name);
  };
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const counted: string[] = [];
  const count = (name: string) => {
    counted.push(name);
    if (name === 'parquetry_records_received_total') throw new Error('no');
  };
  const metrics = { count, gauge: () => undefined, observe: (name: string) => void counted.push(name) };
  const { summary } = await run({ deliveries: ['{"id":1}', '{"id":2}'], options: { logger, metrics } });
  expect(summary.ledger).toMatchObject({ closed: true, messages: { acked: 2 } });
  expect(events).toEqual(expect.arrayContaining(['run.started', 'file.written', 'run.ended']));
  expect(counted).toEqual(expect.arrayContaining(['parquetry_messages_received_total', 'parquetry_file_rows']));
  expect(refused).toEqual(['parquetry_records_received_total']);
});

test('each object has a line for the audit, which says what is in it and agrees with what is there', async () => {
  await world.send([
    '{"id":1,"at":"2026-01-02T03:04:05Z"}\n{"id":2,"at":"2026-01-02T00:00:00Z"}',
    '{"id":3,"at":"2026-01-03T00:00:00Z"}',
  ]);
  const lines: LogFields[] = [];
  const info = (event: string, fields: LogFields = {}) => void (event === 'file.written' && lines.push(fields));
  const s3 = { bucket: BUCKET, prefix: PREFIX, partitionBy: ['dt={at:%Y-%m-%d}'] };
  const folder = await world.pipeline({ input: { id: 'int', at: 'timestamp' }, config: { sinks: [{ s3 }] } });
  const { ledger } = await world.run(folder, { logger: { ...silentLogger, info } });
  const [first, second] = lines.sort((a, b) => String(a.partition).localeCompare(String(b.partition)));
  expect(first).toMatchObject({
    ...{ sink: 's3', partition: 'dt=2026-01-02', rows: 2, rowGroups: 1, messages: 1, closedBy: 'drain' },
    ...{ firstEventAt: '2026-01-02T00:00:00Z', lastEventAt: '2026-01-02T03:04:05Z', ms: expect.any(Number) },
  });
  expect(second).toMatchObject({ partition: 'dt=2026-01-03', rows: 1, messages: 1 });
  const objects = await Promise.all(
    (await world.keys(`${PREFIX}/`)).map(async (key) => [key, await world.object(key)] as const),
  );
  const there = objects.map(([key, { byteLength }]) => ({ uri: `s3://${BUCKET}/${key}`, sizeBytes: byteLength }));
  expect(lines.map(({ uri, sizeBytes }) => ({ uri, sizeBytes }))).toEqual(there);
  expect(ledger).toMatchObject({ closed: true, rowsWritten: 3, messages: { received: 2, acked: 2 } });
});
