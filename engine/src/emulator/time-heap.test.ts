import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeHeap } from './time-heap.ts';

const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 });

function drain(heap: TimeHeap<number>): number[] {
  const popped: number[] = [];
  for (let value = heap.pop(); value !== undefined; value = heap.pop()) popped.push(value);
  return popped;
}

test('pops values by rising time, whatever the order of pushing', () => {
  fc.assert(
    fc.property(times, (pushed) => {
      const heap = new TimeHeap<number>();
      for (const time of pushed) heap.push(time, time);
      expect(heap.earliestMs).toBe(Math.min(...pushed));
      expect(drain(heap)).toEqual(pushed.toSorted((a, b) => a - b));
    }),
  );
});

test('retain keeps what is live, still in order', () => {
  fc.assert(
    fc.property(times, (pushed) => {
      const heap = new TimeHeap<number>();
      for (const time of pushed) heap.push(time, time);
      heap.retain((value) => value % 3 === 0);
      expect(drain(heap)).toEqual(pushed.filter((time) => time % 3 === 0).toSorted((a, b) => a - b));
    }),
  );
});
