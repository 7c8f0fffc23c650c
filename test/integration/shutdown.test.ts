import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import type { Sink } from '../../engine/src/core/sink.ts';
import { createWorld, PREFIX, QUEUE, type World } from './harness.ts';

test('a drain that waits for a sink which never answers ends within the grace, and the messages go back', async () => {
  await using world = await createWorld();
  await world.send(['{"id":1}']);
  const stop = new AbortController();
  const hanging: Sink = {
    async write() {
      stop.abort();
      return new Promise(() => undefined);
    },
    close: async () => undefined,
  };
  const folder = await world.pipeline({ input: { id: 'int' }, config: { shutdown: { grace: '1s' } } });
  const summary = await world.run(folder, { signal: stop.signal, live: { sinks: [hanging] } });
  expect(summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_UNAVAILABLE' },
    ledger: { closed: true, messages: { acked: 0, returned: 1 } },
  });
});

/** `flush` differs in what is not being written yet only. */
const modes = ['auto', 'return'] as const;

/** Two messages, one of them received before, whose file is being uploaded, for so long, when the run is asked to stop. */
async function stopDuringUpload(world: World, mode: (typeof modes)[number], uploadMs: number) {
  await giveUpAfter(world, 3);
  await world.send(['{"id":1}']);
  await receiveAndReturn(world);
  await world.send(['{"id":2}']);
  const fault = { kind: 'latency', ms: uploadMs } as const;
  world.emulator.faults.set([{ action: 'PutObject', resource: `lake/${PREFIX}/*`, times: 1, fault }]);
  const config = { batch: { maxAge: '500ms' }, shutdown: { mode, grace: '4s' } };
  const folder = await world.pipeline({ input: { id: 'int' }, config });
  const stop = new AbortController();
  const run = world.run(folder, { drain: false, signal: stop.signal });
  await vi.waitFor(() => expect(world.emulator.faults.state()[0]!.struck).toBe(1), { timeout: 40_000, interval: 10 });
  stop.abort();
  return { folder, summary: await run };
}

describe.concurrent('a stop during an upload', () => {
  test('lets it come to its end where the grace is long enough, even if all else would be given back', async () => {
    await using world = await createWorld();
    const { summary } = await stopDuringUpload(world, 'return', 500);
    expect(summary).toMatchObject({
      reason: 'stopped',
      error: undefined,
      ledger: { closed: true, messages: { acked: 2, returned: 0 } },
      shutdown: { returned: 0, left: 0, written: { files: 1, rows: 2 } },
    });
    expect(await ids(world)).toEqual([1, 2]);
  });

  test.each(modes)(
    'abandons it where not (%s): what another return could kill is left to its lease, and each record lands once',
    async (mode) => {
      await using world = await createWorld();
      const { summary, folder } = await stopDuringUpload(world, mode, 60_000);
      expect(summary).toMatchObject({
        error: { code: 'E_UNAVAILABLE' },
        ledger: { closed: true, messages: { acked: 0, returned: 1, inFlight: 1 } },
        shutdown: { mode, returned: 1, left: 1 },
      });
      expect(await world.depth()).toEqual([1, 1, 0]);
      world.emulator.sqs.expireInFlight(QUEUE);
      await world.run(folder);
      expect(await ids(world)).toEqual([1, 2]);
      expect(await world.depth()).toEqual([0, 0, 0]);
    },
  );
});

const ids = async (world: World) => (await world.rows()).map(({ id }) => Number(id)).sort();

/** Gives the queue a dead-letter queue. */
async function giveUpAfter({ sqs, queueUrl: QueueUrl }: World, maxReceiveCount: number): Promise<void> {
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

async function receiveAndReturn({ sqs, queueUrl: QueueUrl }: World): Promise<void> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  for (const { ReceiptHandle } of Messages) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
}
