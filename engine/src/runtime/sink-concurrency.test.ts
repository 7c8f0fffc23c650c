import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SinkConcurrency } from './sink-concurrency.ts';

const MIB = 1 << 20;

/** Writes one after the other that each take `ms`, with as many under way as may be. */
function write(concurrency: SinkConcurrency, writes: number, ms: number, fromMs = 0): number {
  let nowMs = fromMs;
  for (let i = 0; i < writes; i++) {
    nowMs += ms;
    concurrency.finished({ sizeBytes: 8 * MIB, ms, active: concurrency.limit }, nowMs);
  }
  return nowMs;
}

describe('writes to a sink', () => {
  test('become more by one a round while they go well and the limit is in use', () => {
    const concurrency = new SinkConcurrency();
    const limits = [concurrency.limit];
    for (let round = 0; round < 3; round++) {
      write(concurrency, concurrency.limit + 1, 100);
      limits.push(concurrency.limit);
    }
    expect(limits).toEqual([4, 5, 6, 7]);
  });

  test('do not become more where more are not asked for', () => {
    const concurrency = new SinkConcurrency();
    for (let i = 0; i < 100; i++) concurrency.finished({ sizeBytes: MIB, ms: 10, active: 1 }, i);
    expect(concurrency.limit).toBe(4);
  });

  test('are halved when the store asks to slow down, once for all answers of a second', () => {
    const concurrency = new SinkConcurrency();
    const nowMs = write(concurrency, 200, 100);
    expect(concurrency.limit).toBe(16);
    for (let i = 0; i < 10; i++) concurrency.throttled(nowMs + i);
    expect(concurrency.limit).toBe(8);
    concurrency.throttled(nowMs + 1_010);
    expect(concurrency.limit).toBe(4);
    for (let i = 2; i < 10; i++) concurrency.throttled(nowMs + i * 1_010);
    expect(concurrency.limit).toBe(1);
  });

  test('become fewer when they take far longer than they need to, and more again afterwards', () => {
    const concurrency = new SinkConcurrency();
    const calm = write(concurrency, 200, 100);
    const slow = write(concurrency, 10, 1_000, calm);
    const low = concurrency.limit;
    expect(low).toBeLessThan(12);
    write(concurrency, 200, 100, slow);
    expect(concurrency.limit).toBe(16);
  });

  test('of large and of small files are told apart from slow ones', () => {
    const concurrency = new SinkConcurrency();
    for (let i = 0; i < 200; i++) {
      const sizeBytes = i % 2 === 0 ? 128 * MIB : 1_000;
      concurrency.finished({ sizeBytes, ms: 20 + sizeBytes / (100 * 1_000), active: concurrency.limit }, i * 100);
    }
    expect(concurrency.limit).toBe(16);
  });
});

test('the limit stays between 1 and 16 and never falls but for a reason, whatever happens', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('throttled' as const), waitMs: fc.nat(2_000) }),
    fc.record({
      kind: fc.constant('finished' as const),
      waitMs: fc.nat(2_000),
      sizeBytes: fc.nat(512 * MIB),
      ms: fc.nat(100_000),
      active: fc.integer({ min: 1, max: 16 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const concurrency = new SinkConcurrency();
      let nowMs = 0;
      let decreasedMs = Number.NEGATIVE_INFINITY;
      for (const each of events) {
        nowMs += each.waitMs;
        const before = concurrency.limit;
        if (each.kind === 'throttled') concurrency.throttled(nowMs);
        else concurrency.finished(each, nowMs);
        const after = concurrency.limit;
        expect(after).toBeGreaterThanOrEqual(1);
        expect(after).toBeLessThanOrEqual(16);
        expect(after - before).toBeLessThanOrEqual(1);
        if (after >= before) continue;
        expect(nowMs - decreasedMs).toBeGreaterThanOrEqual(1_000);
        expect(after).toBeGreaterThanOrEqual(Math.max(1, Math.floor(before / 2)));
        decreasedMs = nowMs;
      }
    }),
  );
});
