import { sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import type { AwsSettings } from '../../core/component.ts';
import type { LetterMessage } from './letter-message.ts';

/** A message that SQS refused within a batch. */
export interface RefusedMessage {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly senderFault: boolean;
}

/** What writing letters needs of SQS. */
export interface LetterQueue {
  readonly name: string;
  /** Sends at most ten messages; rejects with a ParquetryError when the call as a whole failed. */
  sendBatch(messages: readonly LetterMessage[], signal: AbortSignal): Promise<readonly RefusedMessage[]>;
  /** Rejects unless the queue exists. */
  check(): Promise<void>;
  close(): void;
}

/** The queue over the SDK. Connects on the first call. */
export async function openLetterQueue(queue: string, settings: AwsSettings): Promise<LetterQueue> {
  const reference = parseQueue(queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  let known: string | undefined;
  const queueUrl = async () => {
    known ??= await resolveQueueUrl(caller, reference);
    return known;
  };
  const entryOf = (message: LetterMessage, index: number) => ({
    Id: String(index),
    MessageBody: message.body,
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    ),
    ...(reference.fifo && { MessageGroupId: message.groupId, MessageDeduplicationId: message.deduplicationId }),
  });

  return {
    name: reference.name,
    async sendBatch(messages, signal) {
      const command = { QueueUrl: await queueUrl(), Entries: messages.map(entryOf) };
      const answer = await caller.call(`queue ${reference.name}`, (client) =>
        client.send(new SendMessageBatchCommand(command), { abortSignal: signal }),
      );
      return (answer.Failed ?? []).map(({ Id, Code = 'Unknown', Message = '', SenderFault = false }) => ({
        index: Number(Id),
        code: Code,
        message: Message,
        senderFault: SenderFault,
      }));
    },
    async check() {
      await queueUrl();
    },
    close: () => caller.close(),
  };
}
