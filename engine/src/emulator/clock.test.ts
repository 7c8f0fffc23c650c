import { expect, test } from 'vitest';
import { createManualClock, createRealClock } from './clock.ts';

test('a manual clock runs what is due in order of time, each at its own time', () => {
  const clock = createManualClock(1000);
  const seen: string[] = [];
  clock.at(1300, () => seen.push(`late ${clock.now()}`));
  clock.at(1100, () => {
    seen.push(`early ${clock.now()}`);
    clock.at(clock.now() + 100, () => seen.push(`chained ${clock.now()}`));
  });
  clock.at(1150, () => seen.push('cancelled'))();
  clock.advance(250);
  expect(seen).toEqual(['early 1100', 'chained 1200']);
  expect(clock.now()).toBe(1250);
  clock.set(2000);
  expect(seen.at(-1)).toBe('late 1300');
});

test('a manual clock does not go back', () => {
  expect(() => createManualClock(1000).set(999)).toThrow(RangeError);
});

test('a real clock never calls early', async () => {
  const clock = createRealClock();
  const atMs = clock.now() + 5;
  await new Promise<void>((resolve) => clock.at(atMs, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(atMs);
});
