import { randomUUID } from 'node:crypto';
import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../aws/clients.ts';
import { parseQueue } from '../../aws/queue-url.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { embeddedSettings, sourceQueueOf } from '../cloud/provision.ts';

/** Records are packed into messages of about this size: what a producer that batches would send. */
const MESSAGE_BYTES = 200_000;
/** SQS: SendMessageBatch takes ten entries and 1 MiB. */
const BATCH_ENTRIES = 5;
/** With a rate, records go out this often. */
const TICK_MS = 200;

/** Puts records on the queue of a pipeline's source, many to a message. */
export interface Feed extends Disposable {
  /** One record a line. Resolves when the queue has them; answers the number of messages. */
  send(lines: Iterable<string> | AsyncIterable<string>): Promise<number>;
}

/** Opens the queue of a pipeline on an embedded AWS. E_CONFIG where the source is no queue. */
export async function openFeed(pipeline: CheckedPipeline, endpoint: string): Promise<Feed> {
  const queue = sourceQueueOf(pipeline);
  if (queue === undefined) throw new ParquetryError('E_CONFIG', 'only pipelines with an sqs source can be fed');
  const { name, fifo } = parseQueue(queue);
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const sqs = await sqsClient(embeddedSettings(endpoint));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const entryOf = (MessageBody: string, at: number): SendMessageBatchRequestEntry => ({
    Id: String(at),
    MessageBody,
    ...(fifo && { MessageGroupId: 'samples', MessageDeduplicationId: randomUUID() }),
  });
  return {
    async send(lines) {
      let sent = 0;
      for await (const bodies of batchesOf(messagesOf(lines))) {
        await sendBatch(sqs, QueueUrl!, bodies.map(entryOf));
        sent += bodies.length;
      }
      return sent;
    },
    [Symbol.dispose]: () => sqs.destroy(),
  };
}

export interface Pace {
  /** How many records in all; the lines are begun anew as often as it takes. */
  readonly records: number;
  /** Default: as fast as the queue takes them. */
  readonly recordsPerS?: number;
  readonly signal: AbortSignal;
  /** Told how many records have been sent. */
  onSent(records: number): void;
}

/** Sends lines over and over, at a rate. Resolves with the records sent: fewer than asked for only if the signal aborts. */
export async function feedAtPace(feed: Feed, lines: readonly string[], pace: Pace): Promise<number> {
  const { records, recordsPerS = Number.POSITIVE_INFINITY, signal, onSent } = pace;
  const startMs = performance.now();
  let sent = 0;
  while (sent < records && !signal.aborted) {
    const due = Math.ceil(((performance.now() - startMs + TICK_MS) / 1_000) * recordsPerS);
    const count = Math.min(records, due, sent + Math.max(lines.length, 1_000)) - sent;
    if (count > 0) {
      await feed.send(repeated(lines, sent, count));
      sent += count;
      onSent(sent);
    }
    if (sent < records && sent >= due) await pause(TICK_MS, signal);
  }
  return sent;
}

function* repeated(lines: readonly string[], from: number, count: number): Generator<string> {
  for (let i = from; i < from + count; i++) yield lines[i % lines.length]!;
}

async function sendBatch(sqs: SQSClient, QueueUrl: string, Entries: SendMessageBatchRequestEntry[]): Promise<void> {
  const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed?.length) throw new ParquetryError('E_UNAVAILABLE', `the queue refused a message: ${Failed[0]?.Message}`);
}

async function* messagesOf(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let message = '';
  for await (const line of lines) {
    if (message !== '' && message.length + line.length > MESSAGE_BYTES) {
      yield message;
      message = '';
    }
    if (line.trim() !== '') message += `${line}\n`;
  }
  if (message !== '') yield message;
}

async function* batchesOf(messages: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const message of messages) {
    batch.push(message);
    if (batch.length < BATCH_ENTRIES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Resolves early, and without an error, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
