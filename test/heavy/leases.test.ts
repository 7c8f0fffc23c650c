import { expect, test, vi } from 'vitest';
import { createWorld } from '../integration/harness.ts';

/** Longest held message over the shortest visibility that a pipeline file may ask for. */
const TIMES = 5;

test('check 1: a message held for five times its visibility timeout is delivered once, though renewals fail at times', async () => {
  await using world = await createWorld({ seed: 3 });
  await world.send(Array.from({ length: 25 }, (_, id) => JSON.stringify({ id })));
  const folder = await world.pipeline({
    input: { id: 'int' },
    config: {
      source: { sqs: { queue: 'records', visibilityTimeout: '10s', waitTime: '1s' } },
      batch: { maxAge: `${TIMES * 10}s`, targetSize: '64MiB' },
    },
  });
  world.emulator.faults.add({
    action: 'ChangeMessageVisibilityBatch',
    times: 4,
    fault: { kind: 'error', code: 'ServiceUnavailable', status: 503 },
  });
  const stop = new AbortController();
  const running = world.run(folder, { drain: false, signal: stop.signal });
  const empty = async () => expect(await world.depth()).toEqual([0, 0, 0]);
  await vi.waitFor(empty, { timeout: TIMES * 10_000 + 60_000, interval: 500 });
  stop.abort();
  const summary = await running;
  expect(summary).toMatchObject({ error: undefined, ledger: { closed: true, rowsWritten: 25 } });
  expect(summary.ledger.messages).toMatchObject({ received: 25, acked: 25, leaseLost: 0 });
  expect(summary.files.map(({ closedBy }) => closedBy)).toEqual(['age']);
  expect(await world.depth()).toEqual([0, 0, 0]);
}, 400_000);
