import { expect, test, vi } from 'vitest';
import type { CommitLog } from './commit-log.ts';
import type { LandingMessage } from './messages.ts';
import { OpenDeliveries } from './open-deliveries.ts';
import { Redeliveries } from './redeliveries.ts';

const facts = { receivedAtMs: 0, sizeBytes: 1 };

type Landed = ReturnType<CommitLog['landed']>;
type Look = (ids: readonly string[], open: OpenDeliveries) => Landed;

/** A lane receives the same message twice, first as its `firstCount`-th receipt. `look` is what the intents say of it. */
async function receiveTwice(receiveCount: number, look: Look, firstCount = 1) {
  const open = new OpenDeliveries();
  const landed: CommitLog['landed'] = (ids) => look(ids, open);
  const superseded = vi.fn();
  const failed = vi.fn();
  const redeliveries = new Redeliveries([{ landed } as CommitLog], open, { superseded, failed });
  const told: LandingMessage[] = [];
  const port = { postMessage: (message: LandingMessage) => void told.push(message) };
  const first = { ...facts, seq: 1, id: 'm', receipt: 'r1', receiveCount: firstCount, leasedFromMs: 0 };
  const second = { ...facts, seq: 2, id: 'm', receipt: 'r2', receiveCount, leasedFromMs: 31_000 };
  open.received(0, [first]);
  open.received(0, [second]);
  await redeliveries.lookUp(0, port, [second]);
  return { held: open.get(0, 1), again: open.get(0, 2), told, superseded, failed };
}

const nowhere: Look = async () => new Map();

test('what is held gets the newer lease where nobody else received the message in between', async () => {
  const { held, again, told, superseded } = await receiveTwice(2, nowhere);
  expect(held).toMatchObject({ receipt: 'r2', receiveCount: 2, leasedFromMs: 31_000, lost: false });
  expect(again).toBeUndefined();
  expect(superseded).toHaveBeenCalledOnce();
  expect(told).toEqual([{ type: 'looked-up', deliveries: [], returned: [2] }]);
});

test('what is held is not written any more where somebody else received it in between: who may have written it', async () => {
  const { held, again, told, superseded } = await receiveTwice(3, async () => new Map([['m', new Set(['p'])]]));
  expect(held).toMatchObject({ receipt: 'r1', lost: true });
  expect(again).toMatchObject({ receipt: 'r2' });
  expect(superseded).not.toHaveBeenCalled();
  expect(told).toEqual([
    { type: 'looked-up', deliveries: [{ seq: 2, landed: [{ sink: 0, partition: 'p' }] }], returned: [] },
  ]);
});

test('what is held gets the newer lease, too, where nothing of it has landed: then nothing of it will', async () => {
  const { held, again, told } = await receiveTwice(3, nowhere);
  expect(held).toMatchObject({ receipt: 'r2', receiveCount: 3, lost: false });
  expect(again).toBeUndefined();
  expect(told).toEqual([{ type: 'looked-up', deliveries: [], returned: [2] }]);
});

test('what is held gets a lease as it was renewed while the intents were looked at', async () => {
  const { held } = await receiveTwice(3, async (_, open) => {
    open.get(0, 2)!.leasedUntilMs = 90_000;
    return new Map();
  });
  expect(held).toMatchObject({ receipt: 'r2', leasedFromMs: 31_000, leasedUntilMs: 90_000, lost: false });
});

test('of two receipts that are heard of the wrong way round the later one counts', async () => {
  const { held, again, told, superseded } = await receiveTwice(2, nowhere, 3);
  expect(held).toMatchObject({ receipt: 'r1', receiveCount: 3 });
  expect(held?.lost).toBeUndefined();
  expect(again).toBeUndefined();
  expect(superseded).toHaveBeenCalledOnce();
  expect(told).toEqual([{ type: 'looked-up', deliveries: [], returned: [2] }]);
});

test('what cannot be looked up goes back, and the lane does not wait for it', async () => {
  const { again, told, failed } = await receiveTwice(3, async () => {
    throw new Error('503');
  });
  expect(failed.mock.calls[0]![0]).toEqual([again]);
  expect(told).toEqual([{ type: 'looked-up', deliveries: [], returned: [2] }]);
});
