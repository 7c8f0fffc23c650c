import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { landingParts, testClock } from './fakes.test-support.ts';
import { Landing } from './landing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A landing whose source lets 10 deliveries be in flight, and so many of them in one open file. */
async function closes(held: number, others: number): Promise<boolean> {
  const { parts, sink } = landingParts({ maxInFlight: 10, clock: testClock });
  const landing = new Landing(parts, { fatal: vi.fn(), storm: vi.fn(), wrote: vi.fn() });
  const seqs = Array.from({ length: held }, (_, i) => i + 1);
  const facts = { receiveCount: 1, receivedAtMs: 0, leasedFromMs: 0, sizeBytes: 1 };
  landing.hear(0, {
    type: 'received',
    deliveries: seqs.map((seq) => ({ ...facts, seq, id: `${seq}`, receipt: `${seq}` })),
  });
  const segment = { parts: [new Uint8Array(1)], rows: 1, meta: new Uint8Array() };
  const times = { firstRowAtMs: Date.now(), sealMs: 1 };
  landing.hear(0, { type: 'sealed', sink: 0, partition: 'p', segment, deliveries: Uint32Array.from(seqs), ...times });
  landing.noteInFlight(held + others);
  await vi.advanceTimersByTimeAsync(200);
  await landing.close();
  return sink.files.length > 0;
}

test.each([
  ['nothing', 0, 10],
  ['some of it', 7, 3],
  ['all of it, of which some is left all the same: the source counts late', 10, 1],
])(
  'everything held is written at the cap of what may be in flight, of which others have %s',
  async (_what, others, cap) => {
    expect(await closes(cap, others)).toBe(true);
    if (cap > 1) expect(await closes(cap - 1, others)).toBe(false);
  },
);
