import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkKernels, uncheckKernels } from './checked-kernel.test-support.ts';
import { type Kernel, separateKernel } from './kernel.ts';

const BYTES = 100;
/** How far vectors may reach behind what was asked for. */
const OVERREAD_BYTES = 64;

function lent(): { kernel: Kernel; block: number } {
  const kernel = separateKernel(1 << 20);
  return { kernel, block: kernel.allocate(BYTES) };
}

describe('a heap', () => {
  // Checks keep blocks back that were given back, and put guards around others: what is measured here is the heap without them.
  beforeAll(uncheckKernels);

  it('lends no byte twice, and all of it again once everything is given back', () => {
    const kernel = separateKernel(1 << 26);
    const lend = fc.record({ bytes: fc.nat(300_000), keep: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(lend, { maxLength: 120 }), (steps) => {
        const held: { block: number; bytes: number; fill: number }[] = [];
        const giveBack = (at: number) => {
          const [{ block, bytes, fill }] = held.splice(at, 1) as [(typeof held)[0]];
          expect(kernel.bytes.subarray(block, block + bytes).every((byte) => byte === fill)).toBe(true);
          kernel.release(block);
        };
        steps.forEach(({ bytes, keep }, i) => {
          const block = kernel.allocate(bytes);
          expect(block % 16).toBe(0);
          kernel.bytes.fill(i & 255, block, block + bytes);
          held.push({ block, bytes, fill: i & 255 });
          while (held.length > keep) giveBack((keep * 7) % held.length);
        });
        while (held.length > 0) giveBack(held.length >> 1);
        expect(kernel.exports.usedBytes()).toBe(0);
      }),
    );
  });

  it('makes of small blocks what larger ones need', () => {
    const kernel = separateKernel(1 << 26);
    let blocks: number[] = [];
    for (let bytes = 900; bytes < 100_000; bytes *= 2) {
      blocks = Array.from({ length: 200 }, (_, i) => {
        const larger = kernel.allocate(bytes);
        if (blocks[i] !== undefined) kernel.release(blocks[i]);
        return larger;
      });
    }
    const { touchedBytes, usedBytes } = kernel.exports;
    expect(touchedBytes()).toBeLessThan(usedBytes() * 1.3);
  });

  it('lends smaller blocks where there is no whole MiB left, until there is nothing', () => {
    const kernel = separateKernel(1 << 20);
    const blocks = Array.from({ length: 12 }, () => kernel.allocate(60_000));
    expect(() => Array.from({ length: 12 }, () => kernel.allocate(60_000))).toThrow(/exhausted/);
    for (let round = 0; round < 2; round++) {
      for (const block of blocks) kernel.release(block);
      expect(Array.from(blocks, () => kernel.allocate(60_000)).sort()).toEqual(blocks.toSorted());
    }
  });
});

describe('a checked heap', () => {
  beforeAll(checkKernels);
  afterAll(uncheckKernels);

  it('lets what was lent be filled, vectors reach behind it, and all come back', () => {
    const { kernel, block } = lent();
    kernel.bytes.fill(0, block, block + BYTES + OVERREAD_BYTES);
    kernel.release(block);
    expect(kernel.allocate(BYTES)).toBe(block);
    kernel.release(block);
    expect(kernel.exports.usedBytes()).toBe(0);
  });

  it('lends nothing that could be taken for zeros', () => {
    const { kernel, block } = lent();
    expect(new Set(kernel.bytes.subarray(block, block + BYTES))).toEqual(new Set([0xcd]));
  });

  it.each([
    ['behind a block', /behind its end/, (block: number) => block + BYTES + OVERREAD_BYTES + 16],
    ['right before a block', /before its start/, (block: number) => block - 1],
    ['through a null pointer', /null pointer/, () => 0],
    ['through a null pointer to the values of a page', /null pointer/, () => 3071],
  ])('finds what was written %s, whatever is called next', (_, message, at) => {
    const { kernel, block } = lent();
    kernel.bytes[at(block)]! ^= 1;
    expect(() => kernel.exports.usedBytes()).toThrow(message);
  });

  it('finds what was written to a block after it was given back', () => {
    for (const at of [20, BYTES]) {
      const { kernel, block } = lent();
      kernel.release(block);
      kernel.bytes[block + at] = 0;
      expect(() => kernel.allocate(BYTES)).toThrow(/after it was given back/);
    }
  });

  it('finds a block that is given back twice, and one that is none', () => {
    const { kernel, block } = lent();
    kernel.release(block);
    expect(() => kernel.release(block)).toThrow(/release found: .* given back twice/);
    const other = lent();
    expect(() => other.kernel.release(other.block + 16)).toThrow(/given back and is none/);
    expect(() => other.kernel.release(1 << 19)).toThrow(/given back and is none/);
  });
});
