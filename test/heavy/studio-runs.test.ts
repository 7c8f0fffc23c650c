import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startEmulator } from '../../engine/src/emulator/emulator.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { pipelineFolder } from '../../engine/src/pipeline/pipeline-folder.test-support.ts';
import type { Peer } from '../../engine/src/protocol/peer.ts';
import type { RunView } from '../../engine/src/protocol/run.ts';
import type { StudioMethods } from '../../engine/src/protocol/studio-methods.ts';
import { provision } from '../../engine/src/studio/cloud/provision.ts';
import { openStudio } from '../../engine/src/studio/open-studio.test-support.ts';
import { openFeed } from '../../engine/src/studio/run/feed.ts';

const yaml = `name: clicks
source: { sqs: { queue: clicks, waitTime: 100ms } }
transform: ./transform.ts
sinks: [ { s3: { bucket: lake, prefix: clicks, partitionBy: ['country={country}'] } } ]
batch: { maxAge: 1s }
lanes: 1
aws: embedded
errors: { storm: { share: 1 } }
`;
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), country: t.string().optional() }),
  map: ({ id, country }, { drop }) => {
    if (id === 666) process.kill(process.pid, 'SIGABRT');
    return id === 3 ? drop('odd') : { id, country };
  },
});`;
const samples = [1, 2, 3].map((id) => `{"id": ${id}, "event_time": "2026-02-03T04:05:06", "country": "DE"}`);
const files = { 'transform.ts': transform, 'samples/clicks.ndjson': [...samples, '{"id": "x"}'].join('\n') };

/** Starts a run, and looks at it until it is over. */
async function watched(peer: Peer<StudioMethods>, folder: string) {
  const { run } = await peer.request('run.start', { folder });
  let view: RunView | undefined;
  const over = peer.request('run.watch', { run }, { onSnapshot: (latest) => (view = latest) });
  const until = (isSo: (view: RunView) => boolean) =>
    expect.poll(() => view !== undefined && isSo(view), { timeout: 60_000, interval: 50 }).toBe(true);
  return { run, over, until, view: () => view! };
}

test('a run is started, fed, writes files, closes its ledger and is stopped', { timeout: 300_000 }, async () => {
  await using folder = await pipelineFolder(yaml, files);
  await using studio = await openStudio([folder.path]);
  const { peer } = studio;
  const { run, over, until, view } = await watched(peer, folder.path);
  const tapped: string[] = [];
  await until(({ state }) => state === 'running');
  const tap = peer.request(
    'run.tap',
    { run, at: 'output', limit: 2 },
    { onSnapshot: ({ lines }) => tapped.push(...lines) },
  );
  const fed = await peer.request('run.feed', { folder: folder.path, records: 400, recordsPerS: 1_000 });
  expect(fed).toEqual({ sent: 400 });
  expect(await tap).toEqual({ lines: 2 });
  expect(tapped.map((line) => JSON.parse(line).value)).toEqual([
    { id: 1, country: 'DE' },
    { id: 2, country: 'DE' },
  ]);
  await until(({ ledger }) => ledger.delivered === 200 && ledger.inFlight === 0);
  expect(view().ledger).toMatchObject({
    received: 400,
    delivered: 200,
    dropped: [['odd', 100]],
    deadLettered: [['misfit', 100]],
    rows: 200,
    isClosed: true,
  });
  expect(view().files[0]).toMatchObject({ uri: expect.stringMatching(/^s3:\/\/lake\/clicks\/.*country=DE/) });
  expect(view().logs.map(({ event }) => event)).toContain('file.written');
  const hasSome = (name: 'recordsPerS' | 'bytesPerS' | 'rowsPerS') => view().history.some((at) => at[name] > 0);
  await until(() => hasSome('recordsPerS') && hasSome('bytesPerS') && hasSome('rowsPerS'));
  const from = { type: 'object', uri: view().files[0]!.uri } as const;
  const taken = await peer.request('samples.take', { folder: folder.path, from, limit: 2, name: 'back' });
  expect(await readFile(taken.file, 'utf8')).toBe('{"id":1}\n{"id":2}\n'.replaceAll(':', ': '));
  await peer.request('run.stop', { run });
  expect(await over).toMatchObject({ state: 'ended', ledger: { isClosed: true } });
  expect(await peer.request('run.list', {})).toMatchObject({ runs: [{ run, pipeline: 'clicks', state: 'ended' }] });
});

test('a process that aborts is a failed run with its last words, and the studio lives', {
  timeout: 300_000,
}, async () => {
  const killer = { ...files, 'samples/clicks.ndjson': '{"id": 666, "event_time": "2026-02-03T04:05:06"}' };
  await using folder = await pipelineFolder(yaml, killer);
  await using studio = await openStudio([folder.path]);
  const { peer } = studio;
  const { over, until } = await watched(peer, folder.path);
  await until(({ state }) => state === 'running');
  await peer.request('run.feed', { folder: folder.path, records: 1 });
  const { state, failure, logs } = await over;
  expect({ state, failure }).toMatchObject({
    state: 'failed',
    failure: { message: 'the process of the run ended with SIGABRT (exit code 134)' },
  });
  expect(logs.map(({ event }) => event)).toContain('run.started');
  expect(await peer.request('workspace.pipelines', {})).toMatchObject({ pipelines: [{ name: 'clicks' }] });
});

test('a run that is ended at once has failed, and what it held comes again', { timeout: 300_000 }, async () => {
  await using folder = await pipelineFolder(yaml.replace('maxAge: 1s', 'maxAge: 10m'), files);
  await using studio = await openStudio([folder.path]);
  const { peer } = studio;
  const { run, over, until } = await watched(peer, folder.path);
  await peer.request('run.feed', { folder: folder.path, records: 40 });
  await until(({ ledger }) => ledger.received === 40);
  await peer.request('run.stop', { run, isHard: true });
  expect(await over).toMatchObject({ state: 'failed', failure: { message: 'the run was ended at once' } });
  const { queues } = await peer.request('cloud.queues', { folder: folder.path });
  expect(queues[0]!.messages + queues[0]!.inFlight).toBeGreaterThan(0);
});

test('a transform that does not compile fails the run at its place', { timeout: 300_000 }, async () => {
  const broken = { ...files, 'transform.ts': `${transform}\nconst = 1;` };
  await using folder = await pipelineFolder(yaml, broken);
  await using studio = await openStudio([folder.path]);
  const { over } = await watched(studio.peer, folder.path);
  const { state, failure } = await over;
  expect({ state, place: failure?.place }).toMatchObject({
    state: 'failed',
    place: { file: `${folder.path}/transform.ts`, line: 9 },
  });
});

test('where the source is no queue, dead letters go through the pipeline, in a process of its own', {
  timeout: 300_000,
}, async () => {
  const local = `name: clicks
source: { file: { path: 'in/*.ndjson' } }
transform: ./transform.ts
sinks: [ { file: { path: out } } ]
errors: { storm: { share: 1 }, to: { file: { path: errors } } }
`;
  const throwing = transform.replace("drop('odd')", '(() => { throw new Error(String(id)); })()');
  await using folder = await pipelineFolder(local, { 'transform.ts': throwing, 'in/a.ndjson': samples.join('\n') });
  await using studio = await openStudio([folder.path]);
  const { peer } = studio;
  const target = { folder: folder.path };
  const { over } = await watched(peer, folder.path);
  expect(await over).toMatchObject({ state: 'ended', ledger: { delivered: 2, deadLettered: [['thrown', 1]] } });
  const { letters } = await peer.request('deadLetters.list', target);
  const replay = () => peer.request('deadLetters.replay', { ...target, ids: letters.map(({ id }) => id) });
  expect(await replay()).toEqual({ sent: 1, again: 1, failed: [] });
  expect((await peer.request('deadLetters.list', target)).total).toBe(2);
});

test('samples are taken from a running engine', { timeout: 300_000 }, async () => {
  await using folder = await pipelineFolder(`${yaml}telemetry: { listen: '127.0.0.1:0' }\n`, files);
  await using studio = await openStudio([folder.path]);
  const { peer } = studio;
  const { run, until, view } = await watched(peer, folder.path);
  await until(({ url, lanes }) => url !== undefined && lanes.length > 0);
  const from = { type: 'engine', url: view().url! } as const;
  const taking = peer.request('samples.take', { folder: folder.path, from, limit: 5, name: 'tapped' });
  await peer.request('run.feed', { folder: folder.path, records: 2_000, recordsPerS: 400 });
  expect(await taking).toMatchObject({ file: `${folder.path}/samples/tapped.ndjson`, records: 5 });
  await peer.request('run.stop', { run });
});

test('a run on another AWS writes what it holds after its studio is gone', { timeout: 300_000 }, async () => {
  await using emulator = await startEmulator();
  const elsewhere = yaml
    .replace('aws: embedded', `aws: { endpoint: '${emulator.endpoint}' }`)
    .replace('maxAge: 1s', 'maxAge: 10m');
  await using folder = await pipelineFolder(elsewhere, files);
  const pipeline = await loadPipeline(folder.path);
  await provision(pipeline, emulator.endpoint);
  {
    using feed = await openFeed(pipeline, emulator.endpoint);
    await feed.send(samples);
    await using studio = await openStudio([folder.path]);
    const { until } = await watched(studio.peer, folder.path);
    await until(({ ledger }) => ledger.received === 3);
  }
  const stats = () => emulator.sqs.stats().map(({ visible, inFlight }) => visible + inFlight);
  await expect.poll(stats, { timeout: 60_000 }).toEqual([0]);
});
