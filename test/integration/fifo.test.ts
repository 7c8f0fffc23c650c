import { CreateQueueCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { createWorld } from './harness.ts';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

test('a FIFO queue of one group is drained long before its files are of age, although what is held locks the rest', async () => {
  await using world = await createWorld();
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const { QueueUrl } = await world.sqs.send(new CreateQueueCommand({ QueueName: 'clicks.fifo', Attributes }));
  for (const tens of range(3)) {
    const Entries = range(10).map((i) => {
      const MessageBody = JSON.stringify({ id: tens * 10 + i });
      return { Id: String(i), MessageBody, MessageGroupId: 'g' };
    });
    await world.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  const source = { sqs: { queue: 'clicks.fifo', waitTime: '1s' } };
  const summary = await world.run(await world.pipeline({ input: { id: 'int' }, config: { source } }));
  expect(summary).toMatchObject({ reason: 'drained', ledger: { closed: true, messages: { received: 30, acked: 30 } } });
  expect((await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(range(30));
});
