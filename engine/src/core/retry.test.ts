import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { ParquetryError } from './errors.ts';
import { backoffMs, defaultRetry, durableRetry, nextDelayMs, retrying } from './retry.ts';

function fakeClock(): Clock & { waited: number[] } {
  let now = 0;
  const waited: number[] = [];
  return {
    waited,
    now: () => now,
    sleep: async (ms) => {
      waited.push(ms);
      now += ms;
    },
  };
}

const throttled = () => Promise.reject(new ParquetryError('E_THROTTLED', 'slow down'));

test('doubles the ceiling of the delay up to the maximum, with full jitter', () => {
  const policy = { baseMs: 100, maxMs: 1_000 };
  expect([1, 2, 3, 4, 5, 60].map((n) => backoffMs(policy, n, () => 1))).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(backoffMs(policy, 3, () => 0)).toBe(0);
});

test('gives up by the number of attempts and by the time that the next would begin', () => {
  const policy = { baseMs: 100, maxMs: 1_000, attempts: 3, deadlineMs: 250 };
  expect(nextDelayMs(policy, 2, 50, () => 1)).toBe(200);
  expect(nextDelayMs(policy, 2, 51, () => 1)).toBeUndefined();
  expect(nextDelayMs(policy, 3, 0, () => 0)).toBeUndefined();
});

test('retries what is retryable and answers the first success', async () => {
  const clock = fakeClock();
  let calls = 0;
  const result = await retrying(defaultRetry, { clock, random: () => 0.5 }, async () =>
    ++calls < 4 ? throttled() : 'done',
  );
  expect(result).toBe('done');
  expect(clock.waited).toEqual([50, 100, 200]);
});

test('fails at once for what will not mend', async () => {
  let calls = 0;
  const denied = retrying(defaultRetry, { clock: fakeClock(), random: () => 0.5 }, async () => {
    calls++;
    throw new ParquetryError('E_ACCESS', 'denied');
  });
  await expect(denied).rejects.toMatchObject({ code: 'E_ACCESS' });
  expect(calls).toBe(1);
});

test('gives up at the deadline with the last error', async () => {
  const clock = fakeClock();
  const policy = { baseMs: 1_000, maxMs: 1_000, attempts: 100, deadlineMs: 2_500 };
  await expect(retrying(policy, { clock, random: () => 1 }, throttled)).rejects.toMatchObject({ code: 'E_THROTTLED' });
  expect(clock.waited).toEqual([1_000, 1_000]);
});

test('stops waiting when it is cancelled', async () => {
  const abort = new AbortController();
  const port = { clock: fakeClock(), random: () => 1, signal: abort.signal, onRetry: () => abort.abort() };
  await expect(retrying(defaultRetry, port, throttled)).rejects.toMatchObject({ code: 'E_THROTTLED' });
});

test('of what must become durable gives up by time, not by the number of attempts', async () => {
  const clock = fakeClock();
  const port = { clock, random: () => 0.5 };
  await expect(retrying(durableRetry, port, throttled)).rejects.toMatchObject({ code: 'E_THROTTLED' });
  expect(clock.now()).toBeGreaterThan(110_000);
});
