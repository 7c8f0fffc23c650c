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
