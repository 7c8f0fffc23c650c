import { describe, expect, test } from 'vitest';
import { bar, sparkline } from './bars.ts';
import { parseRate } from './plan.ts';

describe('the rate of a plan', () => {
  test.each([
    ['500/s', 500],
    ['500', 500],
    ['30k/m', 500],
    ['1.8M/h', 500],
    ['86.4M / d', 1_000],
  ])('%s', (text, recordsPerS) => {
    expect(parseRate(text)).toBeCloseTo(recordsPerS);
  });

  test.each(['', '0/s', '-1', '5/w', 'many', '1e9/s'])('refuses %j', (text) => {
    expect(() => parseRate(text)).toThrow('It must be a rate such as 500/s');
  });
});

test('bars show whatever is more than nothing, and never more than all', () => {
  expect([bar(0, 4), bar(0.001, 4), bar(0.5, 4), bar(1, 4), bar(2, 4)]).toEqual(['', '▏', '██', '████', '████']);
  expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
});
