import { expect } from 'vitest';
import { BUCKET } from '../integration/harness.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { finish } from './kills.ts';

const FIFO = 'records.fifo';

/** Sends records 0 to `count` - 1, each in a message, to a FIFO queue; `groupOf` says in which group. */
export async function sendFifo(world: ChaosWorld, count: number, groupOf: (id: number) => string): Promise<void> {
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const { QueueUrl } = await world.sqs('CreateQueue', { QueueName: FIFO, Attributes });
  for (let from = 0; from < count; from += 10) {
    const Entries = Array.from({ length: Math.min(10, count - from) }, (_, i) => {
      const MessageBody = JSON.stringify({ id: from + i, pad: '' });
      return { Id: String(i), MessageBody, MessageGroupId: groupOf(from + i) };
    });
    await world.sqs('SendMessageBatch', { QueueUrl, Entries });
  }
}

/**
 * Runs an engine until the FIFO queue is empty; the records in the table, file after file as they became durable, in the order in
 * which they lie there. The log says which file came when: names and times of objects tell seconds only.
 */
export async function drained(world: ChaosWorld): Promise<number[]> {
  const source = { sqs: { queue: FIFO, waitTime: '500ms', visibilityTimeout: '30s' } };
  const folder = await world.pipeline({ source, sinks: [{ s3: { bucket: BUCKET, prefix: 'table' } }] });
  const { code, summary, log } = await finish(world, folder, {}, FIFO);
  expect({ code, summary }).toMatchObject({
    code: 0,
    summary: { ledger: { closed: true, messages: { leaseLost: 0 } } },
  });
  const files = writtenIn(log);
  expect(files.toSorted()).toEqual(await world.objects('table/'));
  const keys: number[] = [];
  for (const name of files) keys.push(...(await world.keysIn(name)));
  return keys.filter((key) => key % 2 === 0).map((key) => key / 2);
}

/** Keys of the objects that a log says were written, the oldest first. */
function writtenIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => JSON.parse(line) as { event?: string; uri?: string });
  const written = events.filter(({ event }) => event === 'file.written');
  return written.map(({ uri }) => uri!.replace(`s3://${BUCKET}/`, ''));
}

/** Sends records of one group, and expects them to lie in the table in order, once each. */
export async function expectInOrder(world: ChaosWorld, count: number): Promise<void> {
  await sendFifo(world, count, () => 'only');
  expect(await drained(world)).toEqual(Array.from({ length: count }, (_, id) => id));
}
