import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import { BUCKET, listKeys, QUEUE } from '../integration/harness.ts';
import type { SendRequest } from './emulator-child.ts';
import { workloadInput, workloadTransform } from './workload.ts';

/** A place of its own in an emulator that many tests share: a queue, a table, a pipeline folder. */
export interface ChaosWorld extends AsyncDisposable {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly s3: S3Client;
  /** Has the emulator's process put messages `from` to `to` - 1 of the workload on the queue; one call at a time. */
  send(from: number, to: number): Promise<void>;
  /** Writes a pipeline folder over the workload; `config` replaces keys of the pipeline file. */
  pipeline(config?: Record<string, unknown>): Promise<string>;
  faults(rules: readonly FaultRule[]): Promise<void>;
  /** Ends the leases of all messages in flight, as if time had passed. Answers how many there were. */
  expire(): Promise<number>;
  /** Visible, in flight, delayed; asked in a way that faults do not concern. */
  depth(queue?: string): Promise<[number, number, number]>;
  /** The emulator's calls by name: what they answer, parsed. */
  sqs(action: string, input: object): Promise<Record<string, unknown>>;
  /** Keys of rows in all files of the table, read by hyparquet. */
  keys(): Promise<number[]>;
  /** Those of one file, in the order in which its rows lie. */
  keysIn(name: string): Promise<number[]>;
  objects(prefix: string): Promise<string[]>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** An emulator in a process of its own. `seed`: of what its faults do; `skewMs`: by how much its clock is ahead of ours. */
export async function createChaosWorld(seed: number, skewMs = 0): Promise<ChaosWorld> {
  const emulator = fork(path.join(import.meta.dirname, 'emulator-child.ts'), [String(seed), String(skewMs)]);
  const [{ endpoint }] = (await once(emulator, 'message')) as [{ endpoint: string }];
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-chaos-'));
  const sqs = (action: string, input: object) => callSqs(endpoint, action, input);
  const admin = (method: string, what: string, input?: object) => callAdmin(endpoint, method, what, input);
  const { QueueUrl: queueUrl } = (await sqs('CreateQueue', { QueueName: QUEUE })) as { QueueUrl: string };
  await fetch(`${endpoint}/${BUCKET}`, { method: 'PUT' });
  const objects = (prefix: string) => listKeys(s3, prefix);
  let pipelines = 0;
  return {
    endpoint,
    queueUrl,
    s3,
    sqs,
    objects,
    send: (from, to) => send(emulator, { queueUrl, from, to }),
    pipeline: (config) => writePipeline(path.join(folder, `pipeline-${++pipelines}`), endpoint, config),
    faults: async (rules) => void (await admin('PUT', 'faults', rules)),
    expire: async () => ((await admin('POST', 'expire', { queue: QUEUE })) as { expired: number }).expired,
    depth: async (queue = QUEUE) => depthOf(await admin('GET', 'stats'), queue),
    keys: async () => {
      const found: number[] = [];
      for (const name of await objects('table/')) for (const key of await keysIn(s3, name)) found.push(key);
      return found;
    },
    keysIn: (name) => keysIn(s3, name),
    [Symbol.asyncDispose]: async () => {
      s3.destroy();
      await end(emulator);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function send(emulator: ChildProcess, request: SendRequest): Promise<void> {
  emulator.send(request);
  const [{ error }] = (await once(emulator, 'message')) as [{ error?: string }];
  if (error !== undefined) throw new Error(error);
}

async function callSqs(endpoint: string, action: string, input: object): Promise<Record<string, unknown>> {
  const headers = { 'x-amz-target': `AmazonSQS.${action}`, 'content-type': 'application/x-amz-json-1.0' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

async function callAdmin(endpoint: string, method: string, what: string, input?: object): Promise<unknown> {
  const response = await fetch(`${endpoint}/_parquetry/${what}`, { method, body: input && JSON.stringify(input) });
  if (!response.ok) throw new Error(`${method} ${what}: ${await response.text()}`);
  return response.json();
}

function depthOf(stats: unknown, queue: string): [number, number, number] {
  const { queues } = stats as { queues: { name: string; visible: number; inFlight: number; delayed: number }[] };
  const { visible, inFlight, delayed } = queues.find(({ name }) => name === queue)!;
  return [visible, inFlight, delayed];
}

async function writePipeline(folder: string, endpoint: string, config: Record<string, unknown> = {}): Promise<string> {
  await mkdir(path.join(folder, 'schema'), { recursive: true });
  const pipeline = {
    name: 'chaos',
    // The shortest lease there is, so that a run that is drained after a kill has not long to wait.
    source: { sqs: { queue: QUEUE, waitTime: '500ms', visibilityTimeout: '10s' } },
    transform: './transform.ts',
    // Files just large enough to be sent in parts; not packed, so that sizes are those of the messages.
    batch: { maxAge: '1s', targetSize: '6MiB' },
    sinks: [{ s3: table }],
    errors: { to: { s3: { bucket: BUCKET, prefix: '_errors' } } },
    lanes: 2,
    aws: { endpoint },
    ...config,
  };
  // JSON is YAML.
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(pipeline, undefined, 2));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: workloadInput }));
  await writeFile(path.join(folder, 'transform.ts'), workloadTransform);
  return folder;
}

/** Two partitions, and files above 5 MiB in parts. */
const table = {
  bucket: BUCKET,
  prefix: 'table',
  partitionBy: ['p={p}'],
  multipartThreshold: '5MiB',
  partSize: '5MiB',
  parquet: { compression: 'none' },
};

async function keysIn(s3: S3Client, name: string): Promise<number[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }));
  const bytes = await Body!.transformToByteArray();
  const rows = await parquetReadObjects({ file: bytes.slice().buffer, compressors, columns: ['key'] });
  return rows.map(({ key }) => Number(key));
}
