import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../engine/src/aws/clients.ts';
import { systemClock } from '../../engine/src/core/clock.ts';
import { type Metrics, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import type { RunSummary } from '../../engine/src/runtime/engine.ts';
import { thisHost } from '../../engine/src/runtime/host.ts';
import type { RunOptions } from '../../engine/src/runtime/plan-run.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { provision } from '../../engine/src/studio/cloud/provision.ts';
import { eventFields, eventTransform } from './events.ts';
import type { Benchmark, Figure } from './main.ts';
import { stageShares } from './profile-stages.ts';

const MESSAGES = 20_000;
/** More than all lanes work off before the last of them is there. */
const STEP = 300_000;
const LIMIT_MS = 120_000;

/** What the runtime around the data path costs, and how fast it answers a load; SQS and S3 are in another process. */
export const benchmark: Benchmark = {
  about:
    'The whole runtime over messages of one event each, SQS and S3 embedded in a process of their own on the same machine. `throughput`: ' +
    'messages from the first receive to the last ack; `cpuMsPerThousand`: CPU time of the engine’s process, all threads, for 1,000 messages. ' +
    'Two lanes are slower than one on two cores: one lane, the main thread and the process of the embedded SQS and S3 share them already, and a ' +
    'second lane only takes from those. ' +
    '`stage`: where that goes with one lane, parted as the samples of both threads are, so that helper threads (zlib, garbage collection, I/O) are ' +
    'spread over all stages; `rest`: no code of ours was on the stack. `load step`: `seconds` from the first of many messages on an idle queue until all lanes receive, beginning with one; ' +
    'the autoscaler is told of as many CPUs as there may be lanes, since two would stop it before.',
  run: async (emit, { rounds = 3 }) => {
    await withServer(async (server, endpoint) => {
      for (const lanes of [1, 2]) emit(await throughput(server, endpoint, lanes, rounds));
      for (const figure of await stages(server, endpoint)) emit(figure);
      for (const lanes of [4, 8]) emit(await loadStep(server, endpoint, lanes));
    });
  },
};

async function withServer(use: (server: ChildProcess, endpoint: string) => Promise<void>): Promise<void> {
  const server = fork(path.join(import.meta.dirname, 'sqs-wire-server.ts'));
  try {
    const [endpoint] = (await once(server, 'message')) as [string];
    await use(server, endpoint);
  } finally {
    server.disconnect();
  }
}

async function throughput(server: ChildProcess, endpoint: string, lanes: number, rounds: number): Promise<Figure> {
  const perS: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { seconds, cpu } = await drained(server, endpoint, lanes, {});
    perS.push(MESSAGES / seconds);
    cpuMs.push((cpu / MESSAGES) * 1_000);
  }
  const figure = { what: 'throughput', lanes, messagesPerS: Math.round(median(perS)), cpuMsPerThousand: median(cpuMs) };
  return figure;
}

/** CPU by stage: that of the whole process, parted as the samples of its two threads are. */
async function stages(server: ChildProcess, endpoint: string): Promise<Figure[]> {
  const profileFolder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
  try {
    const { cpu } = await drained(server, endpoint, 1, { profileFolder });
    const shares = await stageShares(profileFolder);
    return Array.from(shares, ([stage, share]) => ({
      what: 'stage',
      stage,
      lanes: 1,
      cpuMsPerThousand: (share * cpu * 1_000) / MESSAGES,
    }));
  } finally {
    await rm(profileFolder, { recursive: true });
  }
}

/** Fills the queue and runs until it is empty; CPU of this process in milliseconds. */
async function drained(
  server: ChildProcess,
  endpoint: string,
  lanes: number,
  options: RunOptions,
): Promise<{ seconds: number; cpu: number }> {
  // Counted as they come: a snapshot looks through all that is open, and would be a good part of what is measured.
  let acked = 0;
  const observe: Metrics['observe'] = (name, _value, labels) => {
    if (name === 'parquetry_receive_to_settled_seconds' && labels?.how === 'ack') acked++;
  };
  let startMs = 0;
  let endMs = 0;
  let cpuAtStart = process.cpuUsage();
  let cpuAtEnd = process.cpuUsage();
  const counted = { ...options, metrics: { ...silentMetrics, observe } };
  await running({ server, endpoint, lanes, options: counted }, async (engine, fill) => {
    // The lanes are there and have compiled the transform: what is measured is work.
    await until(() => engine.isReady && engine.snapshot().lanes.every(({ state }) => state === 'idle'));
    await fill(MESSAGES);
    startMs = performance.now();
    cpuAtStart = process.cpuUsage();
    await until(() => acked === MESSAGES);
    endMs = performance.now();
    cpuAtEnd = process.cpuUsage();
  });
  const cpu = (cpuAtEnd.user + cpuAtEnd.system - cpuAtStart.user - cpuAtStart.system) / 1_000;
  return { seconds: (endMs - startMs) / 1_000, cpu };
}

async function loadStep(server: ChildProcess, endpoint: string, most: number): Promise<Figure> {
  let seconds = 0;
  let cpus = 1; // a run begins with as many lanes as there are CPUs
  const look = async () => ({ ...(await thisHost.look()), cpus });
  const scaling = { host: { ...thisHost, look }, clock: systemClock, everyMs: 1_000 };
  const lanes = { mode: 'adaptive', min: 1, max: most };
  await running({ server, endpoint, lanes, options: { scaling } }, async (engine, fill) => {
    await until(() => engine.isReady);
    cpus = most;
    await fill(STEP); // at once: the server does nothing else meanwhile
    const startMs = performance.now();
    await until(() => receiving(engine) === most);
    seconds = (performance.now() - startMs) / 1_000;
  });
  return { what: 'load step', lanes: most, seconds };
}

function receiving(engine: Run): number {
  return engine.snapshot().lanes.filter(({ state }) => state === 'busy' || state === 'idle').length;
}

interface Setting {
  readonly server: ChildProcess;
  readonly endpoint: string;
  readonly lanes: unknown;
  readonly options: RunOptions;
}

/** Runs a pipeline over a queue of its own for as long as `use` lasts. */
async function running(
  { server, endpoint, lanes, options }: Setting,
  use: (engine: Run, fill: (count: number) => Promise<void>) => Promise<void>,
): Promise<RunSummary> {
  const queue = `bench-${Math.random().toString(36).slice(2)}`;
  const folder = await writePipeline(queue, lanes, endpoint);
  try {
    const pipeline = await loadPipeline(folder);
    await provision(pipeline, endpoint);
    const arn = await arnOf(endpoint, queue);
    const fill = async (count: number) => {
      const filled = once(server, 'message');
      server.send({ arn, count });
      await filled;
    };
    const started = Promise.withResolvers<Run>();
    const stop = new AbortController();
    const ended = runPipeline(pipeline, { ...options, signal: stop.signal, onStart: started.resolve });
    await Promise.race([started.promise.then((engine) => use(engine, fill)), ended]);
    stop.abort();
    const summary = await ended;
    if (summary.error || !summary.ledger.closed) throw summary.error ?? new Error('the ledger does not close');
    return summary;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writePipeline(queue: string, lanes: unknown, endpoint: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
  await mkdir(path.join(folder, 'schema'));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: eventFields }));
  await writeFile(path.join(folder, 'transform.ts'), eventTransform);
  const config = {
    name: 'bench',
    source: { sqs: { queue, waitTime: '1s', pollers: 4 } },
    transform: './transform.ts',
    batch: { maxAge: '1s' },
    sinks: [{ s3: { bucket: 'lake', prefix: queue } }],
    lanes,
    aws: { endpoint, region: 'us-east-1' },
  };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
  return folder;
}

async function arnOf(endpoint: string, queue: string): Promise<string> {
  const client = await sqsClient({ endpoint, region: 'us-east-1' });
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
    const wanted = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    return (await client.send(wanted)).Attributes!.QueueArn!;
  } finally {
    client.destroy();
  }
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited for ${LIMIT_MS} ms in vain`);
    await systemClock.sleep(20);
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
