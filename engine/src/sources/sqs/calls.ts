import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchResult,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchResult,
  Message,
  ReceiveMessageCommandInput,
  ReceiveMessageResult,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsCaller } from '../../aws/caller.ts';
import { openSqsWire, type SqsWire } from '../../aws/sqs-wire.ts';

/** The calls whose number grows with the messages. They reject with a ParquetryError. */
export interface SqsCalls {
  /** E_CANCELLED if the signal ended it. */
  receive(input: ReceiveMessageCommandInput, signal: AbortSignal): Promise<ReceiveMessageResult>;
  deleteBatch(input: DeleteMessageBatchCommandInput): Promise<DeleteMessageBatchResult>;
  changeVisibilityBatch(input: ChangeMessageVisibilityBatchCommandInput): Promise<ChangeMessageVisibilityBatchResult>;
  /** Cuts off what is under way. */
  close(): void;
}

/** Over the SDK; `subject` is what errors speak of. */
export async function sdkCalls(caller: AwsCaller<SQSClient>, subject: string): Promise<SqsCalls> {
  const sdk = await import('@aws-sdk/client-sqs');
  return {
    receive: (input, abortSignal) =>
      caller.call(subject, (client) => client.send(new sdk.ReceiveMessageCommand(input), { abortSignal })),
    deleteBatch: (input) => caller.call(subject, (client) => client.send(new sdk.DeleteMessageBatchCommand(input))),
    changeVisibilityBatch: (input) =>
      caller.call(subject, (client) => client.send(new sdk.ChangeMessageVisibilityBatchCommand(input))),
    close: () => {}, // the caller's connections are the caller's
  };
}

/** Signed and sent by ourselves, for a fifth of the CPU time. The SDK's client gives credentials, region and endpoint. */
export function directCalls(caller: AwsCaller<SQSClient>, subject: string): SqsCalls {
  const wires = new Map<SQSClient, Promise<SqsWire>>();
  const wireOf = (client: SQSClient, queueUrl: string): Promise<SqsWire> => {
    const known = wires.get(client) ?? openSqsWire(client, queueUrl);
    wires.set(client, known);
    known.catch(() => wires.delete(client)); // credentials may be there the next time
    return known;
  };
  const send = (operation: Parameters<SqsWire['send']>[0], input: { QueueUrl?: string }, signal?: AbortSignal) =>
    caller.call(subject, async (client) => (await wireOf(client, input.QueueUrl ?? '')).send(operation, input, signal));
  return {
    async receive(input, signal) {
      const answer = (await send('ReceiveMessage', input, signal)) as ReceiveMessageResult;
      for (const message of answer.Messages ?? []) decodeAttributes(message);
      return answer;
    },
    deleteBatch: (input) => send('DeleteMessageBatch', input) as Promise<DeleteMessageBatchResult>,
    changeVisibilityBatch: (input) =>
      send('ChangeMessageVisibilityBatch', input) as Promise<ChangeMessageVisibilityBatchResult>,
    close() {
      for (const wire of wires.values()) {
        wire.then(
          (opened) => opened.close(),
          () => {}, // never opened: its caller was told
        );
      }
    },
  };
}

/** Binary values are base64 in the JSON and bytes in the SDK's answers. */
function decodeAttributes({ MessageAttributes }: Message): void {
  for (const attribute of Object.values(MessageAttributes ?? {})) {
    if (attribute.BinaryValue === undefined) continue;
    attribute.BinaryValue = new Uint8Array(Buffer.from(attribute.BinaryValue as unknown as string, 'base64'));
  }
}
