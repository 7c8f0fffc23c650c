import { expect, test } from 'vitest';
import { BufferPool } from './buffer-pool.ts';

test('what was given back serves again, if it is large enough', () => {
  const pool = new BufferPool();
  const first = pool.take(10);
  pool.give(first.subarray(2, 4));
  expect(pool.take(1 << 20).buffer).toBe(first.buffer);
  expect(pool.take(10).buffer).not.toBe(first.buffer);
});

test('what it does not keep is freed, not left to the collector', () => {
  const pool = new BufferPool();
  const lent = [1, 2, 3].map((size) => pool.take(size));
  for (const bytes of lent) pool.give(bytes);
  expect(lent.map(({ length }) => length)).toEqual([0, 2, 3]);
});

test('leaves alone what is not its own, or was given back already', () => {
  const pool = new BufferPool();
  const foreign = new Uint8Array(2 << 20);
  const own = pool.take(10);
  for (const bytes of [foreign, own, own]) pool.give(bytes);
  expect(pool.take(2 << 20).buffer).not.toBe(foreign.buffer);
  expect(pool.take(10).buffer).toBe(own.buffer);
  expect(pool.take(10).buffer).not.toBe(own.buffer);
});
