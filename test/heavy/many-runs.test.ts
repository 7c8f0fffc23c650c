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
