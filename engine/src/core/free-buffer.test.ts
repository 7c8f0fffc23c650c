import { expect, test } from 'vitest';
import { freeBuffer } from './free-buffer.ts';

test('large memory is given back at once, with all views of it', () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = Buffer.allocUnsafeSlow(64 << 20);
  const view = bytes.subarray(10, 20);
  freeBuffer(view);
  expect([bytes.length, view.length]).toEqual([0, 0]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
});

test('memory that others may have a part in stays', () => {
  const [short, shared] = [Buffer.from('short'), new Uint8Array(new SharedArrayBuffer(1 << 20))];
  freeBuffer(short);
  freeBuffer(shared);
  expect([short.toString(), shared.length]).toEqual(['short', 1 << 20]);
});

test('the pool that Node cuts short Buffers from is never given back', () => {
  const before = Buffer.allocUnsafe(10).fill('x');
  freeBuffer(before);
  expect(before.toString()).toBe('xxxxxxxxxx');
  expect(before.buffer.byteLength).toBe(Buffer.poolSize);
});
