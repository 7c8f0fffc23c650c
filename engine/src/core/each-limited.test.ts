import { expect, it } from 'vitest';
import { eachLimited } from './each-limited.ts';

it('keeps as many under way as allowed, and no more', async () => {
  let underWay = 0;
  const levels: number[] = [];
  await eachLimited([1, 2, 3, 4, 5], 2, async () => {
    levels.push(++underWay);
    await new Promise(setImmediate);
    underWay--;
  });
  expect([levels.length, Math.max(...levels)]).toEqual([5, 2]);
});

it('starts nothing after a failure and rejects when the rest has ended', async () => {
  const started: number[] = [];
  const ended: number[] = [];
  const all = eachLimited([1, 2, 3, 4], 2, async (item) => {
    started.push(item);
    if (item === 1) throw new Error('first');
    await Promise.resolve();
    ended.push(item);
  });
  await expect(all).rejects.toThrow('first');
  expect([started, ended]).toEqual([[1, 2], [2]]);
});

it('has nothing to do for no items', () => eachLimited([], 4, () => Promise.reject(new Error('never'))));
