import { expect, test } from 'vitest';
import { HeapWatch } from './heap-watch.ts';

const MIB = 2 ** 20;
/** A lane with 100 MiB of tables, 1,024 MiB of reserved memory, and 900 MiB of room, of which 50 are meant for columns. */
const heap = (usedMiB: number, externalMiB = 0) => ({
  usedBytes: (100 + usedMiB) * MIB,
  externalBytes: (1_024 + externalMiB) * MIB,
  limitBytes: 950 * MIB,
  budgetBytes: 50 * MIB,
});

const verdicts = (...looks: [used: number, external?: number][]) => {
  const watch = new HeapWatch();
  watch.look(heap(0));
  return looks.map((look) => watch.look(heap(...look)));
};
const ok = undefined;

test('a heap that stays above 70 % of its room is recycled at the third look', () => {
  expect(verdicts([640], [640], [640], [640])).toEqual([ok, ok, 'recycle', 'recycle']);
});

test('one that is collected in between is not', () => {
  expect(verdicts([640], [640], [100], [640], [640])).toEqual([ok, ok, ok, ok, ok]);
});

test('what a lane held when it was ready does not count: a new one would hold it, too', () => {
  expect(verdicts([600], [600], [600])).toEqual([ok, ok, ok]);
});

test('buffers outside of the heap count, which V8 does not limit', () => {
  expect(verdicts([10, 700], [10, 700], [10, 700], [10, 900])).toEqual([ok, ok, 'recycle', 'kill']);
});
