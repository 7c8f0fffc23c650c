import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('properties get many more cases here than they ask for', () => {
  let runs = 0;
  fc.assert(
    fc.property(fc.nat(), () => {
      runs++;
    }),
    { numRuns: 10 },
  );
  expect(runs).toBeGreaterThanOrEqual(200);
});

test('a property that holds for most cases only is found out', () => {
  const holdsMostly = () =>
    fc.assert(
      fc.property(fc.nat(999), (n) => n !== 777),
      { numRuns: 100 },
    );
  expect(holdsMostly).toThrow(/Counterexample: \[777\]/);
});

test('a property whose cases take longer than its time gets some all the same', async () => {
  let runs = 0;
  const slow = fc.asyncProperty(fc.nat(), async () => {
    runs++;
    await sleep(100);
  });
  await fc.assert(slow, { numRuns: 100 });
  expect(runs).toBe(10);
});
