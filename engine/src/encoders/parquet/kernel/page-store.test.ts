import { expect, it } from 'vitest';
import { separateKernel } from '../../../kernel/kernel.ts';
import { PageStore } from './page-store.ts';

const PAGE_BYTES = 100_000;

it('keeps pages in the kernel as long as it has memory, then elsewhere, and gives all of it back', () => {
  const kernel = separateKernel(1 << 20);
  const store = new PageStore(kernel);
  for (let round = 0; round < 3; round++) {
    const pages = Array.from({ length: 20 }, (_, i) => store.take(PAGE_BYTES).fill(i));
    const kept = pages.filter(({ buffer }) => buffer === kernel.buffer).length;
    expect(kept).toBeGreaterThan(2);
    expect(kept).toBeLessThan(pages.length);
    for (const [i, page] of pages.entries()) expect([page.length, new Set(page)]).toEqual([PAGE_BYTES, new Set([i])]);
    store.release();
    expect(kernel.exports.usedBytes()).toBe(0);
  }
});

it('leaves little of its blocks unused', () => {
  const kernel = separateKernel(64 << 20);
  const store = new PageStore(kernel);
  const sizes = Array.from({ length: 600 }, (_, i) => 100 + ((i * 7919) % 60_000));
  const pages = sizes.map((size, i) => store.take(size).fill(i % 251));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(kernel.exports.usedBytes()).toBeLessThan(bytes * 1.15);
  for (const [i, page] of pages.entries()) expect(new Set(page)).toEqual(new Set([i % 251]));
  store.release();
  store.take(100);
  expect(kernel.exports.usedBytes()).toBeLessThan(20_000);
  store.release();
});
