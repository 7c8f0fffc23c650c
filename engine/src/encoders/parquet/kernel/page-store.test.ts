import { expect, it } from 'vitest';
import { totalBytes } from '../../../core/total-bytes.ts';
import { separateKernel } from '../../../kernel/kernel.ts';
import { PageStore } from './page-store.ts';

/** The contents of each page are all its number. */
const fillAll = (store: PageStore, sizes: readonly number[]) => sizes.map((size, i) => store.take(size).fill(i % 251));
function expectFilled(pages: readonly Uint8Array[], sizes: readonly number[]): void {
  for (const [i, page] of pages.entries()) {
    const wanted = new Uint8Array(sizes[i]!).fill(i % 251);
    expect(Buffer.compare(page, wanted), `page ${i}`).toBe(0);
  }
}
const mixed = (count: number) => Array.from({ length: count }, (_, i) => 100 + ((i * 7919) % 60_000));

it.each([
  ['as much as a small row group has', 64 << 20, 500_000, 1 << 20],
  ['as much as it has', 1 << 19, 100_000, 1 << 19],
])(
  'keeps in the kernel %s, and the pages after it in memory that can leave the thread',
  (_what, memory, least, most) => {
    const kernel = separateKernel(memory);
    const store = new PageStore(kernel);
    const sizes = mixed(300);
    for (let round = 0; round < 3; round++) {
      const pages = fillAll(store, sizes);
      const movable = pages.filter((page) => store.isMovable(page));
      const inKernel = totalBytes(pages.filter(({ buffer }) => buffer === kernel.buffer));
      expect(inKernel).toBeGreaterThan(least);
      expect(inKernel).toBeLessThan(most);
      expect(movable.some(({ buffer }) => buffer === kernel.buffer)).toBe(false);
      expectFilled(pages, sizes);
      store.release(movable.slice(0, 1));
      expect(kernel.exports.usedBytes()).toBe(0);
      // Pages that lie beside one that is kept are kept with it; what holds none is free at once.
      const kept = movable.filter(({ buffer }) => buffer === movable[0]!.buffer);
      const own = pages.filter(({ buffer }) => buffer !== kernel.buffer);
      expect(own.filter(({ length }) => length > 0)).toEqual(kept);
    }
  },
);

it.each([100, 250, 400, 600])('moves no memory with less than three quarters in it, %i pages', (count) => {
  const kernel = separateKernel(64 << 20);
  const store = new PageStore(kernel);
  const sizes = mixed(count);
  const pages = fillAll(store, sizes);
  const movable = pages.filter((page) => store.isMovable(page));
  const blocks = new Set(movable.map(({ buffer }) => buffer));
  for (const block of blocks) {
    const inBlock = totalBytes(movable.filter(({ buffer }) => buffer === block));
    expect(inBlock).toBeGreaterThanOrEqual(block.byteLength * 0.75);
  }
  const copied = totalBytes(pages) - totalBytes(movable);
  expect(copied).toBeLessThan(4 << 20); // of the kernel's share and the last block
  store.release();
  store.take(100);
  expect(kernel.exports.usedBytes()).toBeLessThan(20_000);
  store.release();
});

it('has room for a page that is larger than any block', () => {
  const store = new PageStore(separateKernel(64 << 20));
  const sizes = [100, 5 << 20, 100, 3 << 20];
  const pages = fillAll(store, sizes);
  expectFilled(pages, sizes);
  expect(pages.map((page) => store.isMovable(page))).toEqual([false, true, false, true]);
  store.release();
});
