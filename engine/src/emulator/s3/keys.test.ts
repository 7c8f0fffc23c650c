import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOrAfter, compareKeys, pastPrefix, SortedMap, strictlyAfter } from './keys.ts';
import { takePage, walk } from './listing.ts';

const anyKey = fc.string({ unit: 'binary', maxLength: 12 });
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('compares keys as their UTF-8 bytes compare', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(byBytes(a, b)));
    }),
  );
});

test('walks in order from any bound after any insertions and deletions', () => {
  const step = fc.record({ key: fc.string({ maxLength: 3 }), isDelete: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.string({ maxLength: 3 }), (steps, from) => {
      const map = new SortedMap<number>();
      const model = new Set<string>();
      for (const { key, isDelete } of steps) {
        if (isDelete) expect(map.delete(key)).toBe(model.delete(key));
        else map.set(key, model.add(key).size);
      }
      const sorted = [...model].sort(byBytes);
      const keysFrom = (bound: (key: string) => boolean) => [...map.from(bound)].map(([key]) => key);
      expect(keysFrom(atOrAfter(from))).toEqual(sorted.filter((key) => byBytes(key, from) >= 0));
      expect(keysFrom(strictlyAfter(from))).toEqual(sorted.filter((key) => byBytes(key, from) > 0));
      const past = sorted.filter((key) => byBytes(key, from) > 0 && !key.startsWith(from));
      expect(keysFrom(pastPrefix(from))).toEqual(past);
    }),
  );
});

test('splits and merges chunks without losing a key', () => {
  const map = new SortedMap<number>();
  const keys = Array.from({ length: 5000 }, (_, i) => String((i * 2654435761) % 5003).padStart(5, '0'));
  for (const [i, key] of keys.entries()) map.set(key, i);
  const unique = [...new Set(keys)].sort();
  expect([...map.from(() => false)].map(([key]) => key)).toEqual(unique);
  for (const key of unique.filter((_, i) => i % 3 !== 0)) map.delete(key);
  expect([...map.from(() => false)].map(([key]) => key)).toEqual(unique.filter((_, i) => i % 3 === 0));
});

test('pages through 200,000 keys', () => {
  const map = new SortedMap<number>();
  // A multiplier coprime to the count visits every number once, in an order that is far from sorted.
  for (let i = 0; i < 200_000; i++) {
    const n = (i * 618_033) % 200_000;
    map.set(`dt=${String(n % 1000).padStart(4, '0')}/part-${String(n).padStart(7, '0')}`, n);
  }
  expect(map.size).toBe(200_000);
  const grouped = takePage(walk(map, { prefix: '', delimiter: '/' }), 1000);
  expect(grouped.page.map((item) => item.kind === 'prefix' && item.prefix).at(-1)).toBe('dt=0999/');
  const isBefore = strictlyAfter('dt=0500/part-0100500');
  const { page } = takePage(walk(map, { prefix: 'dt=05', delimiter: '', isBefore }), 1000);
  expect(page[0]).toMatchObject({ key: 'dt=0500/part-0101500' });
});
