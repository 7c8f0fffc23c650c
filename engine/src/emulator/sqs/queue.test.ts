import { describe, expect, test } from 'vitest';
import type { ManualClock } from '../clock.ts';
import { createManualClock } from '../clock.ts';
import type { DeliveryFault } from '../faults.ts';
import { createRandom } from '../random.ts';
import type { Delivery } from './message.ts';
import { Queue } from './queue.ts';
import { defaultAttributes } from './queue-attributes.ts';
import type { QueueSettings } from './queue-settings.ts';
import { settingsOf } from './queue-settings.ts';

interface Setup {
  clock: ManualClock;
  queue: Queue;
}

function setUp(
  options: { fifo?: boolean; inFlightLimit?: number; faults?: DeliveryFault[] } & Partial<QueueSettings> = {},
): Setup {
  const { fifo = false, inFlightLimit = 120_000, faults = [], ...settings } = options;
  const clock = createManualClock();
  const queue = new Queue({
    name: 'q',
    arn: 'arn:aws:sqs:us-east-1:000000000000:q',
    fifo,
    settings: { ...settingsOf(defaultAttributes(fifo)), ...settings },
    inFlightLimit,
    ports: { clock, findQueue: () => undefined, decideDelivery: () => faults.splice(0, 1) },
  });
  return { clock, queue };
}

const bodiesOf = (deliveries: Delivery[]) => deliveries.map(({ message }) => message.body);

describe('the in-flight limit', () => {
  test('a receive takes no more than there is room for', () => {
    const { queue } = setUp({ inFlightLimit: 3 });
    for (let i = 0; i < 10; i++) queue.send({ body: `m${i}` });
    expect(queue.receive({ max: 10 })).toHaveLength(3);
    expect(queue.receive({ max: 10 })).toHaveLength(0);
    expect(queue.counts()).toEqual({ visible: 7, inFlight: 3, delayed: 0 });
  });

  test('at the limit a short poll is told OverLimit, a long one nothing, until there is room', async () => {
    const { queue } = setUp({ inFlightLimit: 1 });
    for (const body of ['a', 'b']) queue.send({ body });
    const [held] = queue.receive({ max: 1 });
    await expect(queue.poll({ max: 1, waitMs: 0 })).rejects.toMatchObject({ code: 'OverLimit' });
    const waiting = queue.poll({ max: 1, waitMs: 20_000 });
    queue.delete(held!.receiptHandle);
    expect(bodiesOf(await waiting)).toEqual(['b']);
  });

  test('a FIFO queue at the limit answers a short poll with nothing', async () => {
    const { queue } = setUp({ fifo: true, inFlightLimit: 1 });
    for (const groupId of ['g', 'h']) queue.send({ body: groupId, groupId });
    queue.receive({ max: 1 });
    expect(await queue.poll({ max: 1, waitMs: 0 })).toEqual([]);
  });
});

describe('waiting polls', () => {
  test('a poll that was aborted gets nothing, and the next one does', async () => {
    const { queue } = setUp();
    const hangUp = new AbortController();
    const first = queue.poll({ max: 1, waitMs: 20_000, signal: hangUp.signal });
    const second = queue.poll({ max: 1, waitMs: 20_000 });
    hangUp.abort();
    queue.send({ body: 'm' });
    expect(await first).toEqual([]);
    expect(bodiesOf(await second)).toEqual(['m']);
  });

  test('a poll that comes aborted takes nothing', async () => {
    const { queue } = setUp();
    queue.send({ body: 'm' });
    expect(await queue.poll({ max: 1, waitMs: 0, signal: AbortSignal.abort() })).toEqual([]);
    expect(queue.counts().visible).toBe(1);
  });

  test('one waiting poll takes a whole batch that is sent in one go', async () => {
    const { queue } = setUp();
    const waiting = queue.poll({ max: 10, waitMs: 20_000 });
    for (let i = 0; i < 10; i++) queue.send({ body: `m${i}` });
    expect(await waiting).toHaveLength(10);
  });

  test('a poll is woken by the end of a timeout that was set while it waited', async () => {
    const { clock, queue } = setUp();
    queue.send({ body: 'm' });
    const [held] = queue.receive({ max: 1, visibilityTimeoutSeconds: 100 });
    const waiting = queue.poll({ max: 1, waitMs: 20_000 });
    queue.changeVisibility(held!.receiptHandle, 2);
    clock.advance(2000);
    expect(bodiesOf(await waiting)).toEqual(['m']);
  });

  test('closing the queue ends all polls', async () => {
    const { queue } = setUp();
    const waiting = [queue.poll({ max: 1, waitMs: 20_000 }), queue.poll({ max: 1, waitMs: 20_000 })];
    queue.close();
    expect(await Promise.all(waiting)).toEqual([[], []]);
  });
});

describe('faults of deliveries', () => {
  test('a duplicate goes to another receive while the first holds the message, whose handle is then outdated', () => {
    const { queue } = setUp({ faults: [{ kind: 'duplicate-delivery' }] });
    queue.send({ body: 'm' });
    const [first] = queue.receive({ max: 10 });
    const [second] = queue.receive({ max: 10 });
    expect([second?.message.body, second?.receiveCount]).toEqual(['m', 2]);
    expect(queue.receive({ max: 10 })).toEqual([]);
    queue.delete(first!.receiptHandle);
    expect(queue.counts().inFlight).toBe(1);
    queue.delete(second!.receiptHandle);
    expect(queue.counts().inFlight).toBe(0);
  });

  test('a message deleted before its duplicate was fetched is not delivered again', () => {
    const { queue } = setUp({ faults: [{ kind: 'duplicate-delivery' }] });
    queue.send({ body: 'm' });
    queue.delete(queue.receive({ max: 1 })[0]!.receiptHandle);
    expect(queue.receive({ max: 1 })).toEqual([]);
  });

  test('early redelivery ends the timeout before its time', () => {
    const { clock, queue } = setUp({ faults: [{ kind: 'early-redelivery', afterMs: 500 }] });
    queue.send({ body: 'm' });
    queue.receive({ max: 1, visibilityTimeoutSeconds: 30 });
    clock.advance(499);
    expect(queue.receive({ max: 1 })).toEqual([]);
    clock.advance(1);
    expect(queue.receive({ max: 1 })).toHaveLength(1);
  });
});

test('what is in flight can be made to expire without waiting', () => {
  const { queue } = setUp();
  for (const body of ['a', 'b', 'c']) queue.send({ body });
  queue.receive({ max: 2 });
  expect(queue.expireInFlight()).toBe(2);
  expect(queue.counts()).toEqual({ visible: 3, inFlight: 0, delayed: 0 });
  expect(bodiesOf(queue.receive({ max: 10 }))).toEqual(['c', 'a', 'b']);
});

test('a FIFO queue whose delay is shortened still delivers in order', () => {
  const { clock, queue } = setUp({ fifo: true, delaySeconds: 10 });
  queue.send({ body: 'first', groupId: 'g', deduplicationId: '1' });
  queue.settings = { ...queue.settings, delaySeconds: 0 };
  queue.send({ body: 'second', groupId: 'g', deduplicationId: '2' });
  expect(queue.receive({ max: 10 })).toEqual([]);
  clock.advance(10_000);
  expect(bodiesOf(queue.receive({ max: 10 }))).toEqual(['first', 'second']);
});

/** What must hold of a queue, kept in the simplest way: every message with the time from which it may be received. */
class Model {
  readonly messages = new Map<
    string,
    { group: string; order: number; visibleAtMs: number; isInFlight: boolean; handle?: string }
  >();

  counts(nowMs: number) {
    const all = [...this.messages.values()];
    const hidden = all.filter((message) => message.visibleAtMs > nowMs);
    const inFlight = hidden.filter((message) => message.isInFlight).length;
    return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Whether FIFO allows `body` to be received now, beside what the same receive has already brought. */
  isNextOfGroup(body: string, nowMs: number, sameReceive: Set<string>): boolean {
    const { group, order } = this.messages.get(body)!;
    return [...this.messages].every(([other, message]) => {
      if (other === body || message.group !== group || sameReceive.has(other)) return true;
      return message.order > order && !(message.isInFlight && message.visibleAtMs > nowMs);
    });
  }
}

describe.each([{ fifo: false }, { fifo: true }])('with any traffic (FIFO: $fifo)', ({ fifo }) => {
  test.each([1, 2, 3, 4, 5])('counts, visibility and order are those of a simple model (seed %i)', (seed) => {
    const { clock, queue } = setUp({ fifo });
    const model = new Model();
    const random = createRandom(seed);
    const pick = (n: number) => Math.floor(random() * n);
    for (let step = 0; step < 1500; step++) {
      const action = pick(10);
      const held = [...model.messages].filter(
        ([, m]) => m.handle !== undefined && m.isInFlight && m.visibleAtMs > clock.now(),
      );
      const [body, message] = held[pick(held.length)] ?? [];
      if (action < 4) {
        const delaySeconds = !fifo && pick(3) === 0 ? pick(20) : 0;
        const draft = { body: `m${step}`, groupId: `g${pick(5)}`, deduplicationId: `${step}`, delaySeconds };
        queue.send(draft);
        const visibleAtMs = clock.now() + delaySeconds * 1000;
        model.messages.set(draft.body, { group: draft.groupId, order: step, visibleAtMs, isInFlight: false });
      } else if (action < 7) {
        const timeoutSeconds = pick(15) + 1;
        const sameReceive = new Set<string>();
        for (const delivery of queue.receive({ max: pick(10) + 1, visibilityTimeoutSeconds: timeoutSeconds })) {
          const received = model.messages.get(delivery.message.body)!;
          expect(received.visibleAtMs).toBeLessThanOrEqual(clock.now());
          if (fifo) expect(model.isNextOfGroup(delivery.message.body, clock.now(), sameReceive)).toBe(true);
          sameReceive.add(delivery.message.body);
          const visibleAtMs = clock.now() + timeoutSeconds * 1000;
          Object.assign(received, { isInFlight: true, visibleAtMs, handle: delivery.receiptHandle });
        }
      } else if (action === 7 && message !== undefined) {
        queue.delete(message.handle!);
        model.messages.delete(body!);
      } else if (action === 8 && message !== undefined) {
        const seconds = pick(10);
        queue.changeVisibility(message.handle!, seconds);
        message.visibleAtMs = clock.now() + seconds * 1000;
      } else {
        clock.advance(pick(4000));
      }
      expect(queue.counts()).toEqual(model.counts(clock.now()));
    }
    clock.advance(60_000);
    let received = 0;
    for (let batch = queue.receive({ max: 10 }); batch.length > 0; batch = queue.receive({ max: 10 })) {
      received += batch.length;
      for (const { receiptHandle } of batch) queue.delete(receiptHandle);
    }
    expect(received).toBe(model.messages.size);
  });
});
