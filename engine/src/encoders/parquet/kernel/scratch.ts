import type { FixedValues } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

const BLOCK_BYTES = 1 << 18;
/** What is kept for the next batch. */
const MAX_KEPT_BYTES = 8 << 20;

/** Memory of the kernel that is taken piece by piece and given back all at once. */
export class Scratch {
  readonly #kernel: Kernel;
  #blocks: { readonly address: number; readonly size: number }[] = [];
  #block = 0;
  #used = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** 16-aligned, contents undefined, valid until `reset`. */
  take(bytes: number): number {
    const wanted = (bytes + 15 + 64) & ~15; // loops write whole vectors behind the last value
    while (this.#block < this.#blocks.length) {
      const { address, size } = this.#blocks[this.#block]!;
      if (this.#used + wanted <= size) {
        this.#used += wanted;
        return address + this.#used - wanted;
      }
      this.#block++;
      this.#used = 0;
    }
    const size = Math.max(BLOCK_BYTES - 128, wanted);
    this.#blocks.push({ address: this.#kernel.allocate(size), size });
    this.#used = wanted;
    return this.#blocks[this.#block]!.address;
  }

  /** Copies elements `start` up to `end` of an array; answers where element 0 would lie. */
  copy(array: FixedValues, start: number, end: number): number {
    const width = array.BYTES_PER_ELEMENT;
    const address = this.take((end - start) * width);
    const bytes = new Uint8Array(array.buffer, array.byteOffset + start * width, (end - start) * width);
    this.#kernel.bytes.set(bytes, address);
    return address - start * width;
  }

  /** Everything is free again. */
  reset(): void {
    this.#block = 0;
    this.#used = 0;
    const held = this.#blocks.reduce((sum, { size }) => sum + size, 0);
    if (held > MAX_KEPT_BYTES) this.release();
  }

  release(): void {
    for (const { address } of this.#blocks) this.#kernel.release(address);
    this.#blocks = [];
    this.#block = 0;
    this.#used = 0;
  }
}
