import { expect } from 'vitest';
import type { Kernel } from './kernel.ts';

const GUARD_BYTES = 64;
const GUARD = 0xa5;

/** `target` has room for as many bytes as were said, `blocks` hold the sources. Answers the bytes written. */
export type Write = (target: number, blocks: readonly number[]) => number;

/** What functions of a kernel's memory write, in blocks that are given back. */
export function writtenIn(kernel: Kernel) {
  /** Bytes in the kernel's memory, to be given back. */
  function put(...parts: readonly ArrayBufferView[]): number[] {
    return parts.map(({ buffer, byteOffset, byteLength }) => {
      const block = kernel.allocate(byteLength);
      kernel.bytes.set(new Uint8Array(buffer, byteOffset, byteLength), block);
      return block;
    });
  }

  /** What `write` puts into a target of `bound` bytes, which it must neither leave nor say that it left. */
  function written(bound: number, sources: readonly ArrayBufferView[], write: Write): Buffer {
    const blocks = put(...sources);
    const target = kernel.allocate(bound + GUARD_BYTES);
    kernel.bytes.fill(GUARD, target, target + bound + GUARD_BYTES);
    const bytes = write(target, blocks);
    const output = Buffer.from(kernel.bytes.subarray(target, target + bytes));
    const guard = Buffer.from(kernel.bytes.subarray(target + bound, target + bound + GUARD_BYTES));
    for (const block of [...blocks, target]) kernel.release(block);
    expect(bytes).toBeLessThanOrEqual(bound);
    expect(guard.equals(Buffer.alloc(GUARD_BYTES, GUARD)), 'nothing is written past the bound').toBe(true);
    return output;
  }

  return { put, written };
}

/** Mulberry32: numbers of 24 bits that look like anything, each bit of them, but are the same each time. */
export function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 8;
  };
}
