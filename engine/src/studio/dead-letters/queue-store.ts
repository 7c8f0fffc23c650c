import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsCaller, sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import { retried } from '../../aws/retried.ts';
import type { AwsSettings } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { LetterStore } from './letter-store.ts';
import { isSelected } from './selection.ts';
import { letterOfMessage, type StoredLetter } from './stored-letter.ts';

/** Messages of a call, from the SQS API reference. */
const MAX_BATCH = 10;
const CONCURRENT_RECEIVES = 4;
/** While letters are looked at they are hidden from others; given back at the end, or by SQS after this. */
const LOOK_SECONDS = 120;
const REPLAY_SECONDS = 600;
/** A receive that waits asks all servers of SQS, so an empty answer means that nothing is visible. One of several calls does. */
const WAIT_SECONDS = 1;

/**
 * Letters as messages of a queue: those that the engine writes, or those that SQS moved to a dead-letter queue. Looking receives
 * at most `lookAtMost` of them for a moment and gives them back, which adds one to their receive count; a replay deletes what it has
 * sent on.
 */
export function createQueueStore(queue: string, settings: AwsSettings, lookAtMost: number): LetterStore {
  const reference = parseQueue(queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const calls = queueCalls(caller, reference.name, () => resolveQueueUrl(caller, reference));
  const place = `queue ${reference.name}`;

  async function* receiveAll(seconds: number, atMost: number, held: Map<string, string>, signal: AbortSignal) {
    const seen = new Set<string>();
    while (seen.size < atMost && !signal.aborted) {
      const counts = callsFor(atMost - seen.size);
      const answers = await Promise.all(
        counts.map((count, i) =>
          calls.receive(count, { hideSeconds: seconds, waitSeconds: i === 0 ? WAIT_SECONDS : 0 }, signal),
        ),
      );
      const messages = answers.flat();
      for (const { MessageId, ReceiptHandle } of messages) held.set(MessageId!, ReceiptHandle!);
      const fresh = messages.filter(({ MessageId }) => !seen.has(MessageId!));
      for (const { MessageId } of fresh) seen.add(MessageId!);
      if (fresh.length === 0) return;
      yield fresh;
    }
  }

  return {
    place,
    async *look(selection, signal) {
      const held = new Map<string, string>();
      try {
        for await (const messages of receiveAll(LOOK_SECONDS, lookAtMost, held, signal)) {
          const letters = messages.map((message) => letterOfMessage(message, reference.name));
          yield letters.filter((letter) => isSelected(letter, selection));
        }
      } finally {
        await calls.giveBack([...held.values()]);
      }
    },
    async *claim(selection, signal) {
      const held = new Map<string, string>();
      try {
        for await (const messages of receiveAll(REPLAY_SECONDS, Number.POSITIVE_INFINITY, held, signal)) {
          const byLetter = new Map<StoredLetter, string>();
          for (const message of messages) byLetter.set(letterOfMessage(message, reference.name), message.MessageId!);
          const letters = [...byLetter.keys()].filter((letter) => isSelected(letter, selection));
          const settle = async (done: readonly StoredLetter[]) => {
            const ids = done.map((letter) => byLetter.get(letter)!);
            await calls.remove(ids.map((id) => held.get(id)!));
            for (const id of ids) held.delete(id);
          };
          if (letters.length > 0) yield { letters, settle };
        }
      } finally {
        await calls.giveBack([...held.values()]);
      }
    },
    estimate: () => calls.estimate(),
    close: () => caller.close(),
  };
}

/** How many messages each of the calls at the same time asks for. */
function callsFor(wanted: number): number[] {
  const calls = Math.min(CONCURRENT_RECEIVES, Math.ceil(wanted / MAX_BATCH));
  return Array.from({ length: calls }, (_, i) => Math.min(MAX_BATCH, wanted - i * MAX_BATCH));
}

/** The calls that are needed, each tried again where that may help. */
function queueCalls(caller: AwsCaller<SQSClient>, name: string, findUrl: () => Promise<string>) {
  const subject = `queue ${name}`;
  let known: string | undefined;
  const url = async () => {
    known ??= await retried(undefined, findUrl);
    return known;
  };
  const inTens = async (receipts: readonly string[], send: (receipts: readonly string[]) => Promise<unknown>) => {
    for (let i = 0; i < receipts.length; i += MAX_BATCH) {
      await retried(undefined, () => send(receipts.slice(i, i + MAX_BATCH)));
    }
  };
  return {
    async receive(
      count: number,
      { hideSeconds, waitSeconds }: { hideSeconds: number; waitSeconds: number },
      signal: AbortSignal,
    ): Promise<Message[]> {
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
      const input = {
        QueueUrl: await url(),
        MaxNumberOfMessages: count,
        VisibilityTimeout: hideSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All' as const],
      };
      const attempt = () => caller.call(subject, (client) => client.send(new ReceiveMessageCommand(input)));
      return (await retried(signal, attempt)).Messages ?? [];
    },
    async remove(receipts: readonly string[]): Promise<void> {
      const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
      const QueueUrl = await url();
      await inTens(receipts, async (some) => {
        const Entries = some.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
        const input = { QueueUrl, Entries };
        const answer = await caller.call(subject, (client) => client.send(new DeleteMessageBatchCommand(input)));
        const [failed] = answer.Failed ?? [];
        if (failed === undefined) return;
        throw new ParquetryError(
          'E_UNAVAILABLE',
          `${subject} did not delete a letter that was replayed: ${failed.Code}`,
          {
            hint: 'The letter is still there: a further replay would send its record a second time.',
          },
        );
      });
    },
    async giveBack(receipts: readonly string[]): Promise<void> {
      if (receipts.length === 0) return;
      const { ChangeMessageVisibilityBatchCommand } = await import('@aws-sdk/client-sqs');
      const QueueUrl = await url();
      await inTens(receipts, async (some) => {
        const Entries = some.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
        const input = { QueueUrl, Entries };
        await caller.call(subject, (client) => client.send(new ChangeMessageVisibilityBatchCommand(input)));
      });
    },
    async estimate(): Promise<number> {
      const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
      const input = { QueueUrl: await url(), AttributeNames: ['ApproximateNumberOfMessages' as const] };
      const attempt = () => caller.call(subject, (client) => client.send(new GetQueueAttributesCommand(input)));
      return Number((await retried(undefined, attempt)).Attributes?.ApproximateNumberOfMessages ?? 0);
    },
  };
}
