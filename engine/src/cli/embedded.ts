import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { s3Client, sqsClient } from '../aws/clients.ts';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import { startEmulatorThread } from '../emulator/thread.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';

/** An embedded AWS with the queues and buckets that a pipeline names. */
export interface EmbeddedAws extends AsyncDisposable {
  readonly endpoint: string;
  /** Folders in which objects lie as files by their keys, one a bucket; undefined when the emulator is somebody else's. */
  readonly objects?: readonly string[];
}

/** Records are packed into messages of about this size when samples are put on the queue: what a producer that batches would send. */
const MESSAGE_BYTES = 200_000;
/** SQS: SendMessageBatch takes ten entries and 1 MiB. */
const BATCH_ENTRIES = 5;

/**
 * The embedded AWS of a run: the one that PARQUETRY_EMBEDDED_ENDPOINT names, or a new one in a thread of its own whose
 * objects stay in `.parquetry/s3` below the pipeline. Queues and buckets that are missing are created; nowhere else are they.
 */
export async function startEmbedded(
  pipeline: CheckedPipeline,
  env: NodeJS.ProcessEnv | Readonly<Record<string, string | undefined>>,
): Promise<EmbeddedAws> {
  const running = env.PARQUETRY_EMBEDDED_ENDPOINT;
  const folder = path.join(pipeline.folder, '.parquetry', 's3');
  const emulator = running ? undefined : await startEmulatorThread({ port: 0, folder });
  const endpoint = running ?? emulator!.endpoint;
  await provision(pipeline, endpoint);
  return {
    endpoint,
    objects: emulator && [...bucketsOf(pipeline)].map((bucket) => path.join(folder, bucket, 'by-key')),
    [Symbol.asyncDispose]: async () => await emulator?.stop(),
  };
}

export function embeddedSettings(endpoint: string): AwsSettings {
  return { endpoint, region: 'us-east-1', forcePathStyle: true };
}

/** Creates the queues and buckets a pipeline names, where they are missing. */
export async function provision(pipeline: CheckedPipeline, endpoint: string): Promise<void> {
  const settings = embeddedSettings(endpoint);
  const { CreateQueueCommand } = await import('@aws-sdk/client-sqs');
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const sqs = await sqsClient(settings);
  const s3 = await s3Client(settings);
  for (const name of queuesOf(pipeline)) await sqs.send(new CreateQueueCommand({ QueueName: name }));
  for (const name of bucketsOf(pipeline)) {
    await s3.send(new CreateBucketCommand({ Bucket: name })).catch((error: Error) => {
      if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
    });
  }
  sqs.destroy();
  s3.destroy();
}

/** Puts the records of NDJSON files on the pipeline's queue, many to a message. Answers the number of messages. */
export async function feed(pipeline: CheckedPipeline, endpoint: string, files: readonly string[]): Promise<number> {
  const [queue] = queuesOf(pipeline);
  if (queue === undefined) throw new ParquetryError('E_CONFIG', 'only pipelines with an sqs source can be fed');
  const { GetQueueUrlCommand, SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  const sqs = await sqsClient(embeddedSettings(endpoint));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  let sent = 0;
  let batch: string[] = [];
  const send = async () => {
    if (batch.length === 0) return;
    const Entries = batch.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
    batch = [];
    const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed?.length) throw new ParquetryError('E_UNAVAILABLE', `the queue refused a message: ${Failed[0]?.Message}`);
    sent += Entries.length;
  };
  for await (const message of messagesOf(files)) {
    batch.push(message);
    if (batch.length === BATCH_ENTRIES) await send();
  }
  await send();
  sqs.destroy();
  return sent;
}

/** The NDJSON files of a pipeline's `samples/` folder. */
export async function sampleFiles(folder: string): Promise<string[]> {
  const samples = path.join(folder, 'samples');
  const names = await readdir(samples).catch(() => []);
  return names.filter((name) => /\.(ndjson|jsonl)$/.test(name)).map((name) => path.join(samples, name));
}

async function* messagesOf(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    let message = '';
    for await (const line of createInterface({
      input: createReadStream(file, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (message !== '' && message.length + line.length > MESSAGE_BYTES) {
        yield message;
        message = '';
      }
      if (line.trim() !== '') message += `${line}\n`;
    }
    if (message !== '') yield message;
  }
}

function queuesOf({ source, errors }: CheckedPipeline): string[] {
  const queue = 'type' in source && source.type === 'sqs' ? [String(source.config.queue)] : [];
  return errors.to.type === 'sqs' ? [...queue, errors.to.queue] : queue;
}

function bucketsOf({ sinks, errors }: CheckedPipeline): Set<string> {
  const buckets = new Set<string>();
  for (const { sink } of sinks) if ('type' in sink && sink.type === 's3') buckets.add(String(sink.config.bucket));
  if (errors.to.type === 's3') buckets.add(errors.to.bucket);
  return buckets;
}
