import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/clock.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { FailedEntry, SettleEntry, SettlePort } from './queue.ts';
import { createSqsSettler } from './settler.ts';

/** A queue whose receipts are valid while they are in `held`; faults are taken from the front, one a call. */
class FakeQueue implements SettlePort {
  readonly held: Map<string, number>;
  readonly calls: { size: number; seconds?: number }[] = [];
  readonly faults: ((entry: SettleEntry) => FailedEntry | undefined)[] = [];
  readonly outages: ParquetryError[] = [];
  underWay = 0;
  mostUnderWay = 0;

  constructor(receipts: readonly string[]) {
    this.held = new Map(receipts.map((receipt) => [receipt, 30]));
  }

  deleteBatch(entries: readonly SettleEntry[]) {
    return this.#call(entries, undefined, ({ receipt }) => this.held.delete(receipt));
  }

  changeVisibilityBatch(entries: readonly SettleEntry[], seconds: number) {
    return this.#call(entries, seconds, ({ receipt }) => this.held.has(receipt) && !!this.held.set(receipt, seconds));
  }

  backlog = async () => ({ visible: 0, inFlight: this.held.size, delayed: 0 });

  async #call(entries: readonly SettleEntry[], seconds: number | undefined, apply: (entry: SettleEntry) => boolean) {
    this.calls.push({ size: entries.length, seconds });
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await Promise.resolve();
    this.underWay--;
    const outage = this.outages.shift();
    if (outage) throw outage;
    const fault = this.faults.shift();
    return entries.flatMap(
      (entry) => fault?.(entry) ?? (apply(entry) ? [] : [refused(entry, 'ReceiptHandleIsInvalid')]),
    );
  }
}

const refused = ({ id }: SettleEntry, code: string, senderFault = true): FailedEntry => ({
  id,
  code,
  senderFault,
  message: '',
});
const receipts = (count: number) => Array.from({ length: count }, (_, i) => `r-${i}`);

/** Time passes only by sleeping. */
function fakeClock(): Clock & { slept: number[] } {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
    },
  };
}

const retry = { baseMs: 100, maxMs: 1_000, attempts: 4, deadlineMs: 60_000 };
const settlers: ReturnType<typeof createSqsSettler>[] = [];
afterEach(async () => {
  for (const settler of settlers.splice(0)) await settler.close();
});
function settlerOf(queue: FakeQueue, clock: Clock = fakeClock()) {
  const settler = createSqsSettler({ queue, clock, random: () => 0.5, retry, close: () => {} });
  settlers.push(settler);
  return settler;
}

describe('settling', () => {
  it('costs one call per ten messages', async () => {
    const queue = new FakeQueue(receipts(1_005));
    const outcomes = await settlerOf(queue).ack(receipts(1_005));
    expect(outcomes).toEqual(new Array(1_005).fill('done'));
    expect(queue.held.size).toBe(0);
    expect(queue.calls).toHaveLength(101);
    expect(queue.mostUnderWay).toBe(8);
  });

  it('asks nothing for nothing', async () => {
    const queue = new FakeQueue([]);
    expect(await settlerOf(queue).ack([])).toEqual([]);
    expect(queue.calls).toEqual([]);
  });

  it('tells lost receipts from done ones, in order', async () => {
    const queue = new FakeQueue(['a', 'c']);
    queue.faults.push((entry) => (entry.receipt === 'd' ? refused(entry, 'MessageNotInflight') : undefined));
    expect(await settlerOf(queue).ack(['a', 'b', 'c', 'd'])).toEqual(['done', 'lost', 'done', 'lost']);
  });

  it('sends again only the entries that failed for a passing reason', async () => {
    const queue = new FakeQueue(receipts(10));
    queue.faults.push((entry) => (Number(entry.id) < 3 ? refused(entry, 'InternalError', false) : undefined));
    queue.faults.push((entry) => (Number(entry.id) < 1 ? refused(entry, 'InternalError', false) : undefined));
    const clock = fakeClock();
    expect(await settlerOf(queue, clock).ack(receipts(10))).toEqual(new Array(10).fill('done'));
    expect(queue.calls.map(({ size }) => size)).toEqual([10, 3, 1]);
    expect(clock.slept).toEqual([50, 100]);
  });

  it('sends a whole batch again when the call was throttled', async () => {
    const queue = new FakeQueue(receipts(4));
    queue.outages.push(new ParquetryError('E_THROTTLED', 'queue clicks asks to slow down'));
    expect(await settlerOf(queue).ack(receipts(4))).toEqual(['done', 'done', 'done', 'done']);
    expect(queue.calls.map(({ size }) => size)).toEqual([4, 4]);
  });

  it('answers with the error, without a retry, what will never work', async () => {
    const queue = new FakeQueue(receipts(2));
    queue.outages.push(new ParquetryError('E_ACCESS', 'queue clicks refuses access'));
    const outcomes = await settlerOf(queue).ack(receipts(2));
    expect(outcomes).toEqual([{ error: expect.objectContaining({ code: 'E_ACCESS' }) }, { error: expect.anything() }]);
    expect(queue.calls).toHaveLength(1);
  });

  it('gives up after the policy, with the last error', async () => {
    const queue = new FakeQueue(receipts(1));
    for (let i = 0; i < 10; i++) queue.outages.push(new ParquetryError('E_UNAVAILABLE', `failure ${i}`));
    expect(await settlerOf(queue).ack(receipts(1))).toEqual([
      { error: expect.objectContaining({ message: 'failure 3' }) },
    ]);
    expect(queue.calls).toHaveLength(4);
  });

  it('stops waiting when it is closed', async () => {
    const queue = new FakeQueue(receipts(1));
    queue.outages.push(new ParquetryError('E_UNAVAILABLE', 'away'));
    const waits: AbortSignal[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          waits.push(signal!);
          signal!.addEventListener('abort', () => resolve());
          void settler.close();
        }),
    };
    const settler = settlerOf(queue, clock);
    expect(await settler.ack(receipts(1))).toEqual([{ error: expect.objectContaining({ code: 'E_UNAVAILABLE' }) }]);
    expect(waits).toHaveLength(1);
  });
});

describe('visibility', () => {
  it('is in whole seconds, rounded up, at most twelve hours', async () => {
    const queue = new FakeQueue(['a']);
    const settler = settlerOf(queue);
    await settler.nack(['a'], 0);
    await settler.nack(['a'], 1_001);
    await settler.extend!(['a'], 10 ** 9);
    expect(queue.calls.map(({ seconds }) => seconds)).toEqual([0, 2, 43_200]);
  });

  it('of a lost receipt cannot be extended', async () => {
    expect(await settlerOf(new FakeQueue([])).extend!(['a'], 60_000)).toEqual(['lost']);
  });
});
