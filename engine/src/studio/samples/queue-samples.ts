import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsCaller, s3Caller, sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import { retried } from '../../aws/retried.ts';
import { readObject } from '../../aws/s3-object.ts';
import type { AwsSettings } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { SampleCost } from '../../protocol/samples.ts';
import { MAX_BODY_BYTES, unwrapBody } from '../../sources/sqs/body.ts';
import { attributesOf, redriveOf } from '../cloud/queues.ts';

/** Messages of a call, from the SQS API reference. */
const MAX_BATCH = 10;
/** So long nobody else sees what is looked at, at most: it is given back at the end, or by SQS after this. */
const LOOK_SECONDS = 30;
/** A receive that waits asks all servers of SQS, so an empty answer means that nothing is visible. */
const WAIT_SECONDS = 1;
/** Below this, one look and one crash are all that a message survives. */
const FEW_RECEIVES = 3;

/** What it costs to look at messages of a queue: SQS has no peek, they are received and given back. */
export async function costOfQueue(queue: string, settings: AwsSettings, signal: AbortSignal): Promise<SampleCost> {
  const opened = openQueue(queue, settings);
  try {
    const attributes = await attributesOf(opened.caller, { name: opened.name, url: await opened.url() }, signal);
    const { maxReceiveCount = Number.POSITIVE_INFINITY } = redriveOf(attributes.RedrivePolicy) ?? {};
    const allowed = Number.isFinite(maxReceiveCount) ? `, of ${maxReceiveCount} that are allowed` : '';
    const warnings = [
      `The receive count of each message that is looked at goes up by one${allowed}.`,
      `Meanwhile, for ${LOOK_SECONDS} s at most, no consumer sees these messages. Nothing is deleted.`,
    ];
    if (opened.fifo) warnings.push(`A FIFO queue: their message groups stand still for that time.`);
    if (Number(attributes.ApproximateNumberOfMessages) === 0) warnings.push('No message is visible at the moment.');
    if (maxReceiveCount >= FEW_RECEIVES) return { warnings };
    const refused = `${opened.name} moves messages to its dead-letter queue after ${maxReceiveCount} receives: a look could do that. Raise maxReceiveCount to 5 or more.`;
    return { refused, warnings };
  } finally {
    opened.caller.close();
  }
}

/**
 * Bodies of messages as they came, unwrapped, by tens; ends when the queue has nothing visible. Whatever was received is given back
 * when the generator ends: return it where it is left early. Stops at a message that one more receive would bring near its
 * dead-letter queue, and says so by `stopped`.
 */
export async function* queueBodies(
  queue: string,
  settings: AwsSettings,
  { signal, stopped }: { signal: AbortSignal; stopped: (why: string) => void },
): AsyncGenerator<string[]> {
  const opened = openQueue(queue, settings);
  const s3 = s3Caller(settings);
  const held = new Map<string, string>();
  try {
    const url = await opened.url();
    const attributes = await attributesOf(opened.caller, { name: opened.name, url }, signal);
    const { maxReceiveCount = Number.POSITIVE_INFINITY } = redriveOf(attributes.RedrivePolicy) ?? {};
    if (maxReceiveCount < FEW_RECEIVES) throw tooFew(opened.name, maxReceiveCount);
    const seen = new Set<string>();
    while (!signal.aborted) {
      const messages = await receive(opened.caller, { name: opened.name, url }, signal);
      for (const { MessageId, ReceiptHandle } of messages) held.set(MessageId!, ReceiptHandle!);
      const fresh = messages.filter(({ MessageId }) => !seen.has(MessageId!));
      for (const { MessageId } of fresh) seen.add(MessageId!);
      if (fresh.length === 0) return;
      const fetchPayload = (at: { bucket: string; key: string }) => readObject(s3, at, MAX_BODY_BYTES, signal);
      yield await Promise.all(fresh.map(({ Body = '' }) => bodyText(Body, fetchPayload)));
      if (fresh.some((message) => receivesOf(message) >= maxReceiveCount - 1)) {
        return stopped(`Stopped early: a message was received ${maxReceiveCount - 1} times, and one more may end it.`);
      }
    }
  } finally {
    await giveBack(opened, [...held.values()]);
    opened.caller.close();
    s3.close();
  }
}

interface OpenQueue {
  readonly caller: AwsCaller<SQSClient>;
  readonly name: string;
  readonly fifo: boolean;
  url(): Promise<string>;
}

function openQueue(queue: string, settings: AwsSettings): OpenQueue {
  const reference = parseQueue(queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const { name, fifo } = reference;
  return { caller, name, fifo, url: () => retried(undefined, () => resolveQueueUrl(caller, reference)) };
}

async function receive(
  caller: AwsCaller<SQSClient>,
  { name, url }: { name: string; url: string },
  signal: AbortSignal,
): Promise<Message[]> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const input = {
    QueueUrl: url,
    MaxNumberOfMessages: MAX_BATCH,
    VisibilityTimeout: LOOK_SECONDS,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageSystemAttributeNames: ['ApproximateReceiveCount' as const],
  };
  // Not cut off: an answer that nobody reads would leave its messages hidden.
  const attempt = () => caller.call(`queue ${name}`, (client) => client.send(new ReceiveMessageCommand(input)));
  return (await retried(signal, attempt)).Messages ?? [];
}

async function giveBack({ caller, name, url }: OpenQueue, receipts: readonly string[]): Promise<void> {
  const { ChangeMessageVisibilityBatchCommand } = await import('@aws-sdk/client-sqs');
  for (let i = 0; i < receipts.length; i += MAX_BATCH) {
    const Entries = receipts
      .slice(i, i + MAX_BATCH)
      .map((ReceiptHandle, at) => ({ Id: String(at), ReceiptHandle, VisibilityTimeout: 0 }));
    const input = { QueueUrl: await url(), Entries };
    const attempt = () =>
      caller.call(`queue ${name}`, (client) => client.send(new ChangeMessageVisibilityBatchCommand(input)));
    await retried(undefined, attempt);
  }
}

function receivesOf({ Attributes }: Message): number {
  return Number(Attributes?.ApproximateReceiveCount ?? 0);
}

/** A body whose wrapping is broken is shown as it came. */
async function bodyText(body: string, fetchPayload: (at: { bucket: string; key: string }) => Promise<Uint8Array>) {
  const bytes = Buffer.from(body);
  const unwrapped = await unwrapBody(bytes, fetchPayload).catch(() => ({ bytes }));
  return Buffer.from(unwrapped.bytes).toString();
}

function tooFew(name: string, maxReceiveCount: number): ParquetryError {
  return new ParquetryError('E_CONFIG', `${name} allows ${maxReceiveCount} receives: a look could move messages away`, {
    hint: 'Raise maxReceiveCount of its RedrivePolicy to 5 or more, or take samples from elsewhere.',
  });
}
