import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../engine/src/emulator/emulator.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import type { RunSummary } from '../../engine/src/runtime/engine.ts';
import type { RunOptions } from '../../engine/src/runtime/plan-run.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { type AuditFindings, auditLedger } from '../tools/ledger-audit.ts';

export const QUEUE = 'records';
export const BUCKET = 'lake';
export const PREFIX = 'table';

/** An emulator with a queue and a bucket, a folder for pipelines, and clients to look behind the engine's back. */
export interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly folder: string;
  readonly queueUrl: string;
  /** Puts bodies on the queue, ten a call or as many as fit. */
  send(bodies: readonly string[]): Promise<void>;
  /** Writes a pipeline folder; `yaml` is merged text, see `pipelineYaml`. */
  pipeline(files: PipelineFiles): Promise<string>;
  /** Runs a pipeline folder until the queue is drained. */
  run(folder: string, options?: RunOptions & { set?: string[]; env?: string }): Promise<RunSummary>;
  /** Keys below a prefix of the bucket. */
  keys(prefix: string): Promise<string[]>;
  object(key: string): Promise<Uint8Array>;
  /** All rows of all files of the table, by hyparquet. Partition values are not added. */
  rows(prefix?: string): Promise<Record<string, unknown>[]>;
  /** All dead letters, parsed. */
  deadLetters(prefix?: string): Promise<Record<string, unknown>[]>;
  /** Visible, in flight, delayed. */
  depth(): Promise<[number, number, number]>;
  audit(summary: RunSummary): Promise<AuditFindings>;
}

export interface PipelineFiles {
  readonly name?: string;
  /** Input fields in type text. */
  readonly input: Record<string, string>;
  readonly transform?: string;
  /** Keys of the pipeline file that replace the default ones, as YAML-able data. */
  readonly config?: Record<string, unknown>;
  /** Other files, by name. */
  readonly more?: Record<string, string>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function createWorld(options: EmulatorOptions = {}): Promise<World> {
  const emulator = await startEmulator({ port: 0, ...options });
  const aws = { endpoint: emulator.endpoint, region: 'us-east-1', credentials };
  const sqs = new SQSClient(aws);
  const s3 = new S3Client({ ...aws, forcePathStyle: true });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-'));
  const created = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE }));
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const queueUrl = created.QueueUrl!;
  const keys = (prefix: string) => listKeys(s3, prefix);
  const object = async (key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Body!.transformToByteArray();
  };
  return {
    emulator,
    sqs,
    s3,
    folder,
    queueUrl,
    keys,
    object,
    send: (bodies) => sendAll(sqs, queueUrl, bodies),
    pipeline: (files) => writePipeline(folder, emulator.endpoint, files),
    run: async (where, { set, env, ...run } = {}) => {
      const pipeline = await loadPipeline(where, { set, env });
      return runPipeline(pipeline, { drain: true, backlogEveryMs: 50, ...run });
    },
    rows: async (prefix = `${PREFIX}/`) => {
      const files = await Promise.all((await keys(prefix)).map(object));
      return (await Promise.all(files.map(readRows))).flat();
    },
    deadLetters: async (prefix = '_errors/') => {
      const texts = await Promise.all(
        (await keys(prefix)).map(async (key) => Buffer.from(await object(key)).toString()),
      );
      return texts.flatMap((text) =>
        text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      );
    },
    depth: () => depthOf(sqs, queueUrl),
    audit: (summary) => {
      const place = { endpoint: emulator.endpoint, queue: QUEUE, bucket: BUCKET, prefix: PREFIX, errors: '_errors' };
      return auditLedger(summary, place);
    },
    [Symbol.asyncDispose]: async () => {
      sqs.destroy();
      s3.destroy();
      await emulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A pipeline from the queue to the bucket, one lane, with quick settings. */
function defaults(endpoint: string, files: PipelineFiles): Record<string, unknown> {
  return {
    name: files.name ?? 'test',
    source: { sqs: { queue: QUEUE, waitTime: '100ms' } },
    ...(files.transform === undefined ? {} : { transform: './transform.ts' }),
    batch: { maxAge: '1m' },
    sinks: [{ s3: { bucket: BUCKET, prefix: PREFIX } }],
    errors: { to: { s3: { bucket: BUCKET, prefix: '_errors' } } },
    lanes: 1,
    aws: { endpoint },
  };
}

let written = 0;

async function writePipeline(root: string, endpoint: string, files: PipelineFiles): Promise<string> {
  const folder = path.join(root, `pipeline-${++written}`);
  await mkdir(path.join(folder, 'schema'), { recursive: true });
  // JSON is YAML.
  const config = { ...defaults(endpoint, files), ...files.config };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config, undefined, 2));
  const schema = { version: 1, fields: files.input };
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify(schema));
  if (files.transform !== undefined) await writeFile(path.join(folder, 'transform.ts'), files.transform);
  for (const [name, text] of Object.entries(files.more ?? {})) await writeFile(path.join(folder, name), text);
  return folder;
}

/** A copy of an example pipeline that may be written to. */
export async function copyExample(world: World, name: string): Promise<string> {
  const target = path.join(world.folder, name);
  await cp(path.join(import.meta.dirname, '..', '..', 'examples', name), target, { recursive: true });
  return target;
}

export async function readRows(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: bytes.slice().buffer as ArrayBuffer, compressors, utf8: false });
}

async function sendAll(sqs: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  let entries: { Id: string; MessageBody: string }[] = [];
  let bytes = 0;
  const flush = async () => {
    if (entries.length === 0) return;
    const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    if (Failed?.length) throw new Error(`not sent: ${Failed[0]?.Message}`);
    entries = [];
    bytes = 0;
  };
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    if (entries.length === 10 || bytes + size > 1_000_000) await flush();
    entries.push({ Id: String(entries.length), MessageBody: body });
    bytes += size;
  }
  await flush();
}

/** All keys of the bucket that begin so. */
export async function listKeys(s3: S3Client, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

async function depthOf(sqs: SQSClient, queueUrl: string): Promise<[number, number, number]> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  const number = (suffix: '' | 'NotVisible' | 'Delayed') => Number(Attributes[`ApproximateNumberOfMessages${suffix}`]);
  return [number(''), number('NotVisible'), number('Delayed')];
}
