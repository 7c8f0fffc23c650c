import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsOfPage } from './repetition-levels.ts';

/** Levels as runs of equal ones and bit-packed groups of eight, after their length. */
function encoded(runs: readonly { level: number; count: number; packed: boolean }[], width: number): Uint8Array {
  const bytes: number[] = [];
  for (const { level, count, packed } of runs) {
    const groups = Math.ceil(count / 8);
    bytes.push(packed ? (groups << 1) | 1 : count << 1);
    if (!packed) bytes.push(level);
    else {
      const bits = Array.from({ length: groups * 8 * width }, (_, i) => (level >> (i % width)) & 1);
      for (let i = 0; i < bits.length; i += 8)
        bytes.push(bits.slice(i, i + 8).reduce((byte, bit, j) => byte | (bit << j), 0));
    }
  }
  return Uint8Array.from([bytes.length, 0, 0, 0, ...bytes]);
}

describe('rows of a page of repeated values', () => {
  test('start where the level is 0', () => {
    const run = fc.record({
      level: fc.nat(3),
      count: fc.integer({ min: 1, max: 7 }).map((n) => n * 8),
      packed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 10 }), (runs) => {
        const values = runs.reduce((sum, { count }) => sum + count, 0);
        const rows = runs.reduce((sum, { level, count }) => sum + (level === 0 ? count : 0), 0);
        const found = rowsOfPage(encoded(runs, 2), { values, maxRepetition: 3 });
        expect(found).toEqual({ rows, startsRow: runs[0]!.level === 0 });
      }),
    );
  });

  test.each([
    ['no length', [1, 2]],
    ['no runs', [0, 0, 0, 0]],
    ['an empty run', [2, 0, 0, 0, 0, 0]],
    ['a varint without end', [2, 0, 0, 0, 255, 255]],
  ])('refuses levels with %s', (_what, bytes) => {
    expect(() => rowsOfPage(Uint8Array.from(bytes), { values: 8, maxRepetition: 1 })).toThrow(
      expect.objectContaining({ code: 'E_INTEGRITY' }),
    );
  });
});
