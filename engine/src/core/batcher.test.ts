import { describe, expect, test } from 'vitest';
import { type BatchLimits, decideCloses, type OpenBatch } from './batcher.ts';

const limits: BatchLimits = { targetSizeBytes: 100, maxAgeMs: 1_000, memoryBytes: 250 };
const open = (key: string, sizeBytes = 10, firstRowAtMs = 0, rows = 1): OpenBatch => ({
  key,
  sizeBytes,
  heldBytes: sizeBytes,
  rows,
  firstRowAtMs,
});

describe('a file closes', () => {
  test('when its encoded size reaches the target', () => {
    expect(decideCloses([open('a', 90), open('b', 100)], limits, 0)).toEqual([{ key: 'b', reason: 'size' }]);
  });
  test('at its rows', () => {
    expect(decideCloses([open('a', 1, 0, 5)], { ...limits, maxRows: 5 }, 0)).toEqual([{ key: 'a', reason: 'rows' }]);
  });
  test('at its age, counted from its first row', () => {
    expect(decideCloses([open('a', 1, 0), open('b', 1, 1)], limits, 1_000)).toEqual([{ key: 'a', reason: 'age' }]);
  });
  test('when the clock was set back: its age is not known any more', () => {
    const files = [open('a', 1, 3_600_000), open('b', 1, 900)];
    expect(decideCloses(files, limits, 0)).toEqual([{ key: 'a', reason: 'age' }]);
  });
  test('largest first when memory is short, and no more than needed', () => {
    const files = [open('s', 40), open('l', 90), open('m', 70), open('n', 80)];
    expect(decideCloses(files, limits, 0)).toEqual([{ key: 'l', reason: 'memory' }]);
  });
  test('a little before its target: the rest would make a row group of its own', () => {
    expect(decideCloses([open('a', 92), open('b', 93)], limits, 0)).toEqual([{ key: 'b', reason: 'size' }]);
  });
  test('for memory only if it takes some: what is spooled may stay', () => {
    const spooled = { ...open('s', 90), heldBytes: 1 };
    expect(decideCloses([spooled, open('m', 80), open('n', 85), open('o', 88)], limits, 0)).toEqual([
      { key: 'o', reason: 'memory' },
    ]);
  });
});

test('late and interleaved keys keep their files open', () => {
  const files = Array.from({ length: 4 }, (_, i) => open(`k${i}`, 50, i));
  expect(decideCloses(files, limits, 999)).toEqual([]);
});
