import { describe, expect, test } from 'vitest';
import { Arena, freshMemory } from './arena.ts';

const MIB = 1 << 20;

describe('an arena', () => {
  test('hands out memory that does not overlap, 16-aligned, until it is reset', () => {
    const arena = new Arena();
    for (const round of [1, 2]) {
      const taken = [5, MIB + 1, 17, 1_000].map((size, i) => arena.take(size).fill(10 * round + i));
      expect(taken.every(({ byteOffset }) => byteOffset % 16 === 0)).toBe(true);
      for (const [i, bytes] of taken.entries()) expect(new Set(bytes)).toEqual(new Set([10 * round + i]));
      arena.reset();
    }
  });

  test('is one block once it knows what a round takes', () => {
    const arena = new Arena();
    const round = () => new Set([2 * MIB, 3 * MIB].map((size) => arena.take(size).buffer));
    expect(round().size).toBe(2);
    arena.reset();
    const [block, ...others] = round();
    expect(others).toEqual([]);
    arena.reset();
    expect(round()).toEqual(new Set([block]));
  });

  test('gives back at once what it outgrew', () => {
    const arena = new Arena();
    const [within, beyond] = [arena.take(100), arena.take(2 * MIB)];
    arena.reset();
    expect([within.length, beyond.length]).toEqual([0, 0]);
  });

  test('has scratch where columns come next, which never touches those that were taken', () => {
    const arena = new Arena();
    arena.scratch(4 * MIB);
    const before = arena.take(MIB).fill(1);
    const scratch = arena.scratch(2 * MIB).fill(2);
    const after = arena.take(MIB);
    expect(after.buffer).toBe(scratch.buffer);
    expect(after.byteOffset).toBe(scratch.byteOffset);
    expect(before.every((byte) => byte === 1)).toBe(true);
    const large = arena.scratch(8 * MIB).fill(3); // more than the block has left
    expect(large.length).toBe(8 * MIB);
    expect(before.every((byte) => byte === 1)).toBe(true);
  });

  test('does not grow for good by what is needed only once, if that is much', () => {
    const arena = new Arena();
    expect(arena.scratch(64 * MIB).length).toBe(64 * MIB);
    arena.reset();
    expect(arena.take(100).buffer.byteLength).toBeLessThan(32 * MIB);
  });
});

test('fresh memory stays valid, but for its scratch', () => {
  const [one, two] = [freshMemory.take(MIB), freshMemory.take(MIB)];
  expect(one.buffer).not.toBe(two.buffer);
  expect(freshMemory.scratch(MIB).buffer).toBe(freshMemory.scratch(100).buffer);
  expect(freshMemory.scratch(33 * MIB).length).toBe(33 * MIB);
});
