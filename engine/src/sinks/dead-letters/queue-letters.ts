import { classifyAwsError } from '../../aws/errors.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { eachLimited } from '../../core/each-limited.ts';
import { durableRetry, type RetryPolicy, retrying } from '../../core/retry.ts';
import type { DeadLetterWriter } from './dead-letter-writer.ts';
import type { LetterOrigin } from './letter-line.ts';
import { type LetterMessage, letterMessages, MAX_MESSAGE_BYTES } from './letter-message.ts';
import type { LetterQueue } from './letter-queue.ts';

/** Messages in a batch call, from the SQS API reference. */
const MAX_BATCH = 10;
const CONCURRENT_BATCHES = 4;

export interface QueueLettersPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
}

const realPorts: QueueLettersPorts = { clock: systemClock, random: Math.random, retry: durableRetry };

/** Letters as messages of a queue, in tens. A retry may send one twice, as everything in SQS may come twice. */
export function createQueueLetters(
  queue: LetterQueue,
  origin: LetterOrigin,
  ports: QueueLettersPorts = realPorts,
): DeadLetterWriter {
  return {
    check: () => queue.check(),
    async write(letters, signal) {
      const timeMs = ports.clock.now();
      const messages = letters.flatMap((letter) => letterMessages(letter, origin, timeMs));
      await eachLimited(batchesOf(messages), CONCURRENT_BATCHES, (batch) => sendAll(queue, batch, ports, signal));
    },
    close: async () => queue.close(),
  };
}

/** Sends until all are taken: what was refused for a passing reason is sent again, by itself. */
async function sendAll(
  queue: LetterQueue,
  batch: readonly LetterMessage[],
  ports: QueueLettersPorts,
  signal: AbortSignal,
): Promise<void> {
  let pending = batch;
  await retrying(ports.retry, { ...ports, signal }, async () => {
    const refused = await queue.sendBatch(pending, signal);
    const [first] = refused;
    if (first === undefined) return;
    pending = refused.map(({ index }) => pending[index]!);
    // One that is refused for good decides, so that nothing is tried in vain.
    const worst = refused.find(({ senderFault }) => senderFault) ?? first;
    const name = worst.senderFault ? worst.code : 'InternalError';
    throw classifyAwsError({ name, message: worst.message }, `a dead letter for queue ${queue.name}`);
  });
}

/** At most ten messages and 1 MiB a batch, in order. */
export function* batchesOf(messages: readonly LetterMessage[]): Generator<LetterMessage[]> {
  let batch: LetterMessage[] = [];
  let sizeBytes = 0;
  for (const message of messages) {
    if (batch.length === MAX_BATCH || (batch.length > 0 && sizeBytes + message.sizeBytes > MAX_MESSAGE_BYTES)) {
      yield batch;
      batch = [];
      sizeBytes = 0;
    }
    batch.push(message);
    sizeBytes += message.sizeBytes;
  }
  if (batch.length > 0) yield batch;
}
