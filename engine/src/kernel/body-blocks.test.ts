import { expect, it } from 'vitest';
import { separateKernel } from './kernel.ts';

const MEBIBYTE = 1 << 20;

it('lends memory of the kernel, and knows what it lent', () => {
  const kernel = separateKernel(4 * MEBIBYTE);
  const { bodies } = kernel;
  const before = kernel.exports.usedBytes();
  const block = bodies.take(1000)!;
  expect([block.length, block.buffer === kernel.buffer]).toEqual([1000, true]);
  expect(bodies.addressOf(block.subarray(0, 10))).toBe(block.byteOffset);
  expect(bodies.addressOf(block)).toBe(block.byteOffset);
  expect(bodies.addressOf(block.subarray(1))).toBeUndefined();
  expect(bodies.addressOf(kernel.bytes.subarray(block.byteOffset, block.byteOffset + 2000))).toBeUndefined();
  expect(bodies.addressOf(new Uint8Array(10))).toBeUndefined();
  expect([bodies.give(new Uint8Array(10)), bodies.give(block.subarray(1))]).toEqual([false, false]);
  expect([bodies.give(block.subarray(0, 3)), bodies.give(block)]).toEqual([true, false]);
  expect(bodies.addressOf(block)).toBeUndefined();
  expect(kernel.exports.usedBytes()).toBe(before);
});

it('lends nothing where there is no room', () => {
  const { bodies } = separateKernel(4 * MEBIBYTE);
  expect(bodies.take(8 * MEBIBYTE)).toBeUndefined();
  const lent = Array.from({ length: 8 }, () => bodies.take(MEBIBYTE - 200));
  expect(lent.includes(undefined)).toBe(true);
  for (const block of lent) if (block) expect(bodies.give(block)).toBe(true);
  expect(bodies.take(MEBIBYTE - 200)).toBeDefined();
});

it('leaves most of the memory to columns', () => {
  const { bodies } = separateKernel(1 << 30);
  const lent = Array.from({ length: 600 }, () => bodies.take(MEBIBYTE - 200)).filter(Boolean);
  expect(lent.length).toBeGreaterThan(100);
  expect(lent.length).toBeLessThan(300);
});
