import { expect, test, vi } from 'vitest';
import { silentMetrics } from '../core/telemetry.ts';
import type { CommitLog } from './commit-log.ts';
import { Deliveries, noteCommit } from './deliveries.ts';
import { landingParts } from './fakes.test-support.ts';

const LEASE_MS = 10_000;

/** Has a delivery, which a file under an intent holds, acked; the answer comes so long after its receive. Says what of the intent. */
async function acked(answeredAfterMs: number) {
  let nowMs = 1_000;
  const { parts, settler } = landingParts({
    lease: { leaseMs: LEASE_MS },
    clock: { now: () => nowMs, sleep: async () => undefined },
  });
  const ack = settler.ack.bind(settler);
  settler.ack = (receipts) => {
    nowMs += answeredAfterMs;
    return ack(receipts);
  };
  const deliveries = new Deliveries(parts, { fatal: vi.fn(), refused: vi.fn() });
  const facts = { receiveCount: 1, receivedAtMs: nowMs, leasedFromMs: nowMs, sizeBytes: 1 };
  deliveries.received(0, [{ ...facts, seq: 1, id: 'm', receipt: 'r' }]);
  const settled = vi.fn<CommitLog['settled']>();
  const commit = { name: 'f', open: 1, kept: false };
  noteCommit([deliveries.open.get(0, 1)!], { settled } as unknown as CommitLog, commit);
  deliveries.open.sealed(0, Uint32Array.of(1));
  const outcome = { found: 1, rows: 1, dropped: {}, deadLettered: {} };
  deliveries.processed(0, { seq: 1, placements: 1, outcome }, false);
  deliveries.placed(0, [1]);
  await deliveries.drain();
  expect(settler.acked).toEqual(['r']);
  expect(settled).toHaveBeenCalledOnce();
  return { intentMayGo: settled.mock.calls[0]![1] };
}

test('an intent goes when its message is deleted, for then it never comes again', async () => {
  expect(await acked(LEASE_MS - 1)).toEqual({ intentMayGo: true });
});

test('an intent stays when SQS answered only after the lease: the message may be held by others, and not be deleted', async () => {
  expect(await acked(LEASE_MS)).toEqual({ intentMayGo: false });
});

test('a delivery whose lease ran out is not given back: its receipt could take it from whoever holds it now', async () => {
  let nowMs = 1_000;
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const { parts, settler } = landingParts({ lease: { leaseMs: LEASE_MS }, clock });
  const deliveries = new Deliveries(parts, { fatal: vi.fn(), refused: vi.fn() });
  const facts = { receiveCount: 1, receivedAtMs: nowMs, sizeBytes: 1 };
  deliveries.received(0, [
    { ...facts, seq: 1, id: 'old', receipt: 'old', leasedFromMs: nowMs },
    { ...facts, seq: 2, id: 'new', receipt: 'new', leasedFromMs: nowMs + 1 },
  ]);
  nowMs += LEASE_MS;
  await deliveries.finish();
  expect(settler.nacked).toEqual(['new']);
  expect(deliveries.ledger.snapshot([])).toMatchObject({ messages: { returned: 1, leaseLost: 1, inFlight: 0 } });
});

test('of deliveries received, those that came again are counted', () => {
  const count = vi.fn();
  const { parts } = landingParts({ metrics: { ...silentMetrics, count } });
  const deliveries = new Deliveries(parts, { fatal: vi.fn(), refused: vi.fn() });
  const received = [1, 2, 1, 7].map((receiveCount, i) => {
    return { seq: i, id: `m${i}`, receipt: `r${i}`, receiveCount, receivedAtMs: 0, leasedFromMs: 0, sizeBytes: 1 };
  });
  deliveries.received(0, received);
  expect(count).toHaveBeenCalledWith('parquetry_messages_received_again_total', 2);
});
