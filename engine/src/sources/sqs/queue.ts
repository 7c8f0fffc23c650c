import type { Message } from '@aws-sdk/client-sqs';
import { sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import type { AwsSettings } from '../../core/component.ts';
import type { Backlog } from '../../core/source.ts';
import { directCalls, sdkCalls } from './calls.ts';
import type { LeasedSqsConfig } from './config.ts';
import { SYSTEM_ATTRIBUTES } from './message.ts';

/** What a reader needs of SQS. */
export interface ReceivePort {
  /** One long poll. Rejects with a ParquetryError; E_CANCELLED if the signal ended it. */
  receive(signal: AbortSignal): Promise<readonly Message[]>;
}

/** One entry of a batch call; `id` is unique in the call. */
export interface SettleEntry {
  readonly id: string;
  readonly receipt: string;
}

/** An entry that a batch call answered with an error. */
export interface FailedEntry {
  readonly id: string;
  readonly code: string;
  /** SQS blames the request, not itself. */
  readonly senderFault: boolean;
  readonly message: string;
}

/** What a settler needs of SQS. Batches have at most ten entries; a rejection is a ParquetryError and means the whole call. */
export interface SettlePort {
  deleteBatch(entries: readonly SettleEntry[]): Promise<readonly FailedEntry[]>;
  changeVisibilityBatch(entries: readonly SettleEntry[], seconds: number): Promise<readonly FailedEntry[]>;
  backlog(): Promise<Backlog>;
}

export interface SqsQueue extends ReceivePort, SettlePort {
  /** All queue names this account may list; at most 1,000. */
  queueNames(): Promise<string[]>;
  close(): void;
}

/** The queue at SQS. Connects on the first call. */
export async function openQueue(config: LeasedSqsConfig, settings: AwsSettings): Promise<SqsQueue> {
  const reference = parseQueue(config.queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const sdk = await import('@aws-sdk/client-sqs');
  const subject = `queue ${reference.name}`;
  const calls = config.client === 'sdk' ? await sdkCalls(caller, subject) : directCalls(caller, subject);
  let known: string | undefined;
  const queueUrl = async (signal?: AbortSignal) => {
    known ??= await resolveQueueUrl(caller, reference, signal);
    return known;
  };

  const receiveInput = {
    WaitTimeSeconds: Math.ceil(config.waitTime / 1_000),
    MaxNumberOfMessages: config.maxMessages,
    VisibilityTimeout: Math.ceil(config.visibilityTimeout / 1_000),
    MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
    MessageAttributeNames: ['All'],
  };

  return {
    async receive(signal) {
      const answer = await calls.receive({ ...receiveInput, QueueUrl: await queueUrl(signal) }, signal);
      return answer.Messages ?? [];
    },
    async deleteBatch(entries) {
      const Entries = entries.map(({ id, receipt }) => ({ Id: id, ReceiptHandle: receipt }));
      return refused(entries, await calls.deleteBatch({ QueueUrl: await queueUrl(), Entries }));
    },
    async changeVisibilityBatch(entries, seconds) {
      const Entries = entries.map(({ id, receipt }) => ({
        Id: id,
        ReceiptHandle: receipt,
        VisibilityTimeout: seconds,
      }));
      return refused(entries, await calls.changeVisibilityBatch({ QueueUrl: await queueUrl(), Entries }));
    },
    async backlog() {
      const command = new sdk.GetQueueAttributesCommand({
        QueueUrl: await queueUrl(),
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
          'RedrivePolicy',
        ],
      });
      const { Attributes: counts = {} } = await caller.call(subject, (client) => client.send(command));
      return {
        visible: Number(counts.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(counts.ApproximateNumberOfMessagesDelayed ?? 0),
        maxReceives: maxReceivesOf(counts.RedrivePolicy),
      };
    },
    async queueNames() {
      const command = new sdk.ListQueuesCommand({ MaxResults: 1_000 });
      const { QueueUrls: urls = [] } = await caller.call('the list of queues', (client) => client.send(command));
      return urls.map((url) => url.slice(url.lastIndexOf('/') + 1));
    },
    close() {
      calls.close();
      caller.close();
    },
  };
}

/** `{"deadLetterTargetArn":"…","maxReceiveCount":5}`; SQS takes the number as text, too. */
function maxReceivesOf(policy = '{}'): number | undefined {
  const { maxReceiveCount } = JSON.parse(policy) as { maxReceiveCount?: number | string };
  return maxReceiveCount === undefined ? undefined : Number(maxReceiveCount);
}

interface BatchAnswer {
  readonly Successful?: readonly { readonly Id?: string }[];
  readonly Failed?: readonly {
    readonly Id?: string;
    readonly Code?: string;
    readonly SenderFault?: boolean;
    readonly Message?: string;
  }[];
}

/** The entries that did not succeed. One that the answer does not name is not taken for done. */
function refused(entries: readonly SettleEntry[], { Successful = [], Failed = [] }: BatchAnswer): FailedEntry[] {
  const done = new Set(Successful.map(({ Id }) => Id));
  const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
  return entries.flatMap(({ id }) => {
    if (done.has(id)) return [];
    const { Code = 'UnreadableAnswer', SenderFault = false, Message = '' } = failed.get(id) ?? {};
    return { id, code: Code.replace(/^AWS\.SimpleQueueService\./, ''), senderFault: SenderFault, message: Message };
  });
}
