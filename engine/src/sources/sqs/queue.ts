import type { Message } from '@aws-sdk/client-sqs';
import { sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import type { AwsSettings } from '../../core/component.ts';
import type { Backlog } from '../../core/source.ts';
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

/** The queue over the SDK. Connects on the first call. */
export async function openQueue(config: LeasedSqsConfig, settings: AwsSettings): Promise<SqsQueue> {
  const reference = parseQueue(config.queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const sdk = await import('@aws-sdk/client-sqs');
  const subject = `queue ${reference.name}`;
  let known: string | undefined;
  const queueUrl = async (signal?: AbortSignal) => {
    known ??= await resolveQueueUrl(caller, reference, signal);
    return known;
  };

  return {
    async receive(signal) {
      const command = {
        QueueUrl: await queueUrl(signal),
        WaitTimeSeconds: Math.ceil(config.waitTime / 1_000),
        MaxNumberOfMessages: config.maxMessages,
        VisibilityTimeout: Math.ceil(config.visibilityTimeout / 1_000),
        MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
        MessageAttributeNames: ['All'],
      };
      const answer = await caller.call(subject, (client) =>
        client.send(new sdk.ReceiveMessageCommand(command), { abortSignal: signal }),
      );
      return answer.Messages ?? [];
    },
    async deleteBatch(entries) {
      const command = {
        QueueUrl: await queueUrl(),
        Entries: entries.map(({ id, receipt }) => ({ Id: id, ReceiptHandle: receipt })),
      };
      const answer = await caller.call(subject, (client) => client.send(new sdk.DeleteMessageBatchCommand(command)));
      return (answer.Failed ?? []).map(failedEntry);
    },
    async changeVisibilityBatch(entries, seconds) {
      const command = {
        QueueUrl: await queueUrl(),
        Entries: entries.map(({ id, receipt }) => ({ Id: id, ReceiptHandle: receipt, VisibilityTimeout: seconds })),
      };
      const answer = await caller.call(subject, (client) =>
        client.send(new sdk.ChangeMessageVisibilityBatchCommand(command)),
      );
      return (answer.Failed ?? []).map(failedEntry);
    },
    async backlog() {
      const command = new sdk.GetQueueAttributesCommand({
        QueueUrl: await queueUrl(),
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      });
      const { Attributes: counts = {} } = await caller.call(subject, (client) => client.send(command));
      return {
        visible: Number(counts.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(counts.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    },
    async queueNames() {
      const command = new sdk.ListQueuesCommand({ MaxResults: 1_000 });
      const { QueueUrls: urls = [] } = await caller.call('the list of queues', (client) => client.send(command));
      return urls.map((url) => url.slice(url.lastIndexOf('/') + 1));
    },
    close: () => caller.close(),
  };
}

function failedEntry(entry: { Id?: string; Code?: string; SenderFault?: boolean; Message?: string }): FailedEntry {
  return {
    id: entry.Id ?? '',
    code: (entry.Code ?? 'Unknown').replace(/^AWS\.SimpleQueueService\./, ''),
    senderFault: entry.SenderFault ?? false,
    message: entry.Message ?? '',
  };
}
