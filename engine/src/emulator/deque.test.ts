import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from './deque.ts';

test('behaves like an array at both ends, over all growing and shrinking', () => {
  const operation = fc.constantFrom('push', 'push', 'push', 'unshift', 'shift', 'shift');
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 500 }), (operations) => {
      const deque = new Deque<number>();
      const array: number[] = [];
      operations.forEach((name, i) => {
        if (name === 'shift') expect(deque.shift()).toBe(array.shift());
        else {
          deque[name](i);
          array[name](i);
        }
        expect([deque.size, deque.first, deque.last]).toEqual([array.length, array[0], array.at(-1)]);
      });
    }),
  );
});
