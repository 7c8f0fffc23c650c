import { sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import { retried } from '../../aws/retried.ts';
import type { AwsSettings } from '../../core/component.ts';
import { eachLimited } from '../../core/each-limited.ts';
import type { LetterBatch } from './letter-store.ts';
import { batched, type ReplayMessage, replayMessage } from './replay-message.ts';
import type { ReplayReport } from './replay-report.ts';

/** A FIFO queue has its messages one call after the other, to keep their order. */
const CONCURRENT_CALLS = 4;

/** What SQS said of a message within a call. */
interface Refusal {
  readonly index: number;
  readonly text: string;
}

/**
 * Sends the records of letters to a queue, in tens, and settles each letter once SQS has taken its message: whatever ends this in
 * between leaves the rest unreplayed. At least once: a call whose answer is lost is made again.
 */
export async function replayToQueue(
  batches: AsyncIterable<LetterBatch>,
  queue: string,
  settings: AwsSettings,
  report: ReplayReport,
  signal: AbortSignal,
): Promise<void> {
  const reference = parseQueue(queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  try {
    const QueueUrl = await retried(signal, () => resolveQueueUrl(caller, reference, signal));
    const send = async (messages: readonly ReplayMessage[]): Promise<Refusal[]> => {
      const Entries = messages.map(({ entry }, i) => ({ Id: String(i), ...entry }));
      const { Failed = [] } = await retried(signal, () =>
        caller.call(`queue ${reference.name}`, (client) =>
          client.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
        ),
      );
      return Failed.map(({ Id, Code, Message }) => ({ index: Number(Id), text: `${Code}: ${Message ?? ''}` }));
    };
    for await (const batch of batches) {
      await sendBatch(batch, reference.fifo, send, report, signal);
      if (signal.aborted) return;
    }
  } finally {
    caller.close();
  }
}

async function sendBatch(
  batch: LetterBatch,
  fifo: boolean,
  send: (messages: readonly ReplayMessage[]) => Promise<Refusal[]>,
  report: ReplayReport,
  signal: AbortSignal,
): Promise<void> {
  const messages: ReplayMessage[] = [];
  for (const letter of batch.letters) {
    const message = replayMessage(letter, fifo);
    if (typeof message === 'string') report.failed(letter, message);
    else messages.push(message);
  }
  await eachLimited(batched(messages), fifo ? 1 : CONCURRENT_CALLS, async (some) => {
    if (signal.aborted) return;
    const refused = await send(some);
    for (const { index, text } of refused) report.failed(some[index]!.letter, text);
    const taken = some.filter((_, i) => !refused.some(({ index }) => index === i)).map(({ letter }) => letter);
    await batch.settle(taken);
    report.replayed(taken.length);
  });
}
