import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import { landingParts, testClock } from './fakes.test-support.ts';
import { Landing } from './landing.ts';

const LEASE_MS = 30_000;
const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A message in a file that is being written to a store that is away. */
async function duringOutage() {
  const { parts, sink, settler } = landingParts({ lease: { leaseMs: LEASE_MS }, clock: testClock });
  const landing = new Landing(parts, { fatal: vi.fn(), storm: vi.fn(), wrote: vi.fn() });
  sink.failure = new ParquetryError('E_UNAVAILABLE', 'the store is away');
  const facts = { receiveCount: 1, receivedAtMs: Date.now(), leasedFromMs: Date.now(), sizeBytes: 1 };
  landing.hear(0, { type: 'received', deliveries: [{ ...facts, seq: 1, id: 'm', receipt: 'r' }] });
  const segment = { parts: [new Uint8Array(100)], rows: 1, meta: new Uint8Array() };
  const deliveries = Uint32Array.of(1);
  landing.hear(0, {
    type: 'sealed',
    sink: 0,
    partition: 'p',
    segment,
    deliveries,
    firstRowAtMs: Date.now(),
    sealMs: 1,
  });
  const outcome = { found: 1, rows: 1, dropped: {}, deadLettered: {} };
  const processed = [{ seq: 1, placements: 1, outcome }];
  landing.hear(0, { type: 'processed', deliveries: processed, deadLetters: [], unknownKeys: [] });
  await vi.advanceTimersByTimeAsync(1);
  return { landing, sink, settler };
}

test('while a store is away, what is held is kept and its leases renewed: a return costs a receive, and a queue allows a few', async () => {
  const { landing, sink, settler } = await duringOutage();
  await vi.advanceTimersByTimeAsync(30 * MINUTE_MS);
  expect(settler.nacked).toEqual([]);
  expect(settler.extended.length).toBeGreaterThan(50);
  sink.failure = undefined;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(sink.files).toHaveLength(1);
  expect(settler).toMatchObject({ acked: ['r'], nacked: [] });
  await landing.close();
});

test('what is held while a store is away goes back when its lease is lost, or the run is to end', async () => {
  const lost = await duringOutage();
  lost.settler.stale.add('r');
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(lost.landing.ledger()).toMatchObject({ messages: { leaseLost: 1, inFlight: 0 } });
  await lost.landing.close();

  const ending = await duringOutage();
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  ending.landing.cancel();
  await vi.advanceTimersByTimeAsync(100);
  expect(ending.settler).toMatchObject({ acked: [], nacked: ['r'], nackDelaysMs: [0] });
  await ending.landing.close();
});
