import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { collectGarbage } from './garbage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A heap in which garbage comes together: 30 MB are in use for good. Says how much lay there at each collection. */
function heapThat({ garbageMbPerS, collectsInMs }: { garbageMbPerS: number; collectsInMs: number }) {
  const collectedMb: number[] = [];
  let sinceMs = Date.now();
  const garbageMb = () => (garbageMbPerS * (Date.now() - sinceMs)) / 1_000;
  const heap = {
    collect: () => {
      collectedMb.push(Math.round(garbageMb()));
      vi.setSystemTime(Date.now() + collectsInMs);
      sinceMs = Date.now();
    },
    heldBytes: () => (30 + garbageMb()) * 2 ** 20,
    workedMs: () => Date.now(),
  };
  return { heap, collectedMb };
}

test('under a light load no more garbage comes together than in 20 s', () => {
  const { heap, collectedMb } = heapThat({ garbageMbPerS: 0.5, collectsInMs: 20 });
  collectGarbage(heap);
  vi.advanceTimersByTime(600_000);
  expect(collectedMb).toHaveLength(30);
  expect(Math.max(...collectedMb)).toBe(10);
});

test('a thread that makes next to no garbage is left in peace, once what its start left behind is gone', () => {
  const { heap, collectedMb } = heapThat({ garbageMbPerS: 0.01, collectsInMs: 20 });
  collectGarbage(heap);
  vi.advanceTimersByTime(300_000);
  expect(collectedMb).toHaveLength(1);
});

test('a heap that takes a second to collect costs 0.5 % of the time, too', () => {
  const { heap, collectedMb } = heapThat({ garbageMbPerS: 1, collectsInMs: 1_000 });
  collectGarbage(heap);
  vi.advanceTimersByTime(630_000);
  expect(collectedMb).toEqual([20, 200, 200, 200]);
});

test('collects no more once it is ended', () => {
  const { heap, collectedMb } = heapThat({ garbageMbPerS: 1, collectsInMs: 20 });
  const end = collectGarbage(heap);
  vi.advanceTimersByTime(20_000);
  end();
  vi.advanceTimersByTime(60_000);
  expect(collectedMb).toHaveLength(1);
});
