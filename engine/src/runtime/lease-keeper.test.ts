import { expect, test } from 'vitest';
import type { SettleOutcome } from '../core/source.ts';
import { LeaseKeeper, type LeaseTerms } from './lease-keeper.ts';
import type { OpenDelivery } from './open-deliveries.ts';

/** A keeper over deliveries received at the given times; `answer` says what the source makes of a receipt. */
function setUp(
  terms: LeaseTerms,
  receivedAtMs: readonly number[],
  answer: (receipt: string) => SettleOutcome = () => 'done',
) {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const open = receivedAtMs.map((ms, seq): OpenDelivery => {
    const facts = { seq, id: `m${seq}`, receipt: `r${seq}`, receiveCount: 1, sizeBytes: 1 };
    return { ...facts, lane: 0, receivedAtMs: ms, leasedFromMs: ms, through: 0, arrived: 0, failed: false };
  });
  const calls: string[] = [];
  const lost: string[] = [];
  const failed: number[] = [];
  const extend = async (receipts: readonly string[], durationMs: number) => {
    calls.push(`${receipts.join(' ')} for ${durationMs} at ${clock.nowMs}`);
    return receipts.map(answer);
  };
  const keeper = new LeaseKeeper(terms, extend, clock, {
    lost: (deliveries) => lost.push(...deliveries.map(({ id }) => id)),
    failed: (count) => failed.push(count),
  });
  const at = async (ms: number) => {
    clock.nowMs = ms;
    const nearCeiling = keeper.tick(open);
    await keeper.drain();
    return nearCeiling;
  };
  return { open, clock, calls, lost, failed, at };
}

test('renews in the last third of a lease, and again as long as the delivery is held', async () => {
  const { calls, at } = setUp({ leaseMs: 30_000 }, [0, 15_000]);
  for (let ms = 0; ms <= 60_000; ms += 1_000) await at(ms);
  expect(calls).toEqual([
    'r0 for 30000 at 21000',
    'r1 for 30000 at 36000',
    'r0 for 30000 at 42000',
    'r1 for 30000 at 57000',
  ]);
});

test('a failed renewal is tried again while the lease still runs', async () => {
  let failures = 2;
  const { calls, failed, lost, at } = setUp({ leaseMs: 30_000 }, [0], () =>
    failures-- > 0 ? { error: new Error('503') } : 'done',
  );
  for (let ms = 20_000; ms <= 24_000; ms += 1_000) await at(ms);
  expect(calls.map((call) => call.split(' at ')[1])).toEqual(['21000', '22000', '23000']);
  expect([failed, lost]).toEqual([[1, 1], []]);
});

test('a lost lease is told of once and never renewed again', async () => {
  const { open, calls, lost, at } = setUp({ leaseMs: 30_000 }, [0], () => 'lost');
  for (let ms = 20_000; ms <= 40_000; ms += 1_000) await at(ms);
  expect([calls.length, lost, open[0]!.lost]).toEqual([1, ['m0'], true]);
});

test('what is being settled is left alone, whatever the source says of its receipt', async () => {
  const { open, calls, lost, at } = setUp({ leaseMs: 30_000 }, [0, 0], () => {
    open[1]!.settling = true;
    return 'lost';
  });
  open[0]!.settling = true;
  await at(25_000);
  expect([calls.length, lost]).toEqual([1, []]);
});

test('asks for a flush before the ceiling, and never for more than is left', async () => {
  const { calls, at } = setUp({ leaseMs: 30_000, ceilingMs: 70_000 }, [0]);
  expect(await at(21_000)).toBe(false);
  expect(await at(36_000)).toBe(true);
  await at(45_000);
  expect(calls).toEqual(['r0 for 30000 at 21000', 'r0 for 25000 at 45000']);
});

test('where leases lapse for good, one that ran out by the clock is lost, and the source is not asked', async () => {
  const { open, calls, lost, at } = setUp({ leaseMs: 30_000, lapsesForGood: true }, [0]);
  await at(30_000);
  expect([calls, lost, open[0]!.lost]).toEqual([[], ['m0'], true]);
});

test('where leases lapse for good, a renewal that is answered after the lease does not count', async () => {
  const { open, clock, lost, at } = setUp({ leaseMs: 30_000, lapsesForGood: true }, [0], () => {
    clock.nowMs = 30_000;
    return 'done';
  });
  await at(29_000);
  expect([lost, open[0]!.leasedUntilMs]).toEqual([['m0'], undefined]);
});

test('elsewhere a lease that ran out is renewed if the source lets it', async () => {
  const { open, lost, at } = setUp({ leaseMs: 30_000 }, [0]);
  await at(40_000);
  expect([lost, open[0]!.leasedUntilMs]).toEqual([[], 70_000]);
});
