import type { Kernel } from '../../../kernel/kernel.ts';

/** With more than this of its memory in use the kernel keeps no further pages: its open pages and batches need the rest. */
const MAX_USED_BYTES = 384 << 20;

/** Where the finished pages of a column wait for their row group to be sealed: memory that is used again, as long as there is some. */
export class PageStore {
  readonly #kernel: Kernel;
  #blocks: number[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Room for a page, contents undefined; valid until `release`. */
  take(bytes: number): Uint8Array {
    const { exports, buffer } = this.#kernel;
    const block = exports.usedBytes() >>> 0 < MAX_USED_BYTES ? exports.allocate(bytes) >>> 0 : 0;
    if (block === 0) return Buffer.allocUnsafeSlow(bytes);
    this.#blocks.push(block);
    return new Uint8Array(buffer, block, bytes);
  }

  /** Forgets all pages. */
  release(): void {
    for (const block of this.#blocks) this.#kernel.release(block);
    this.#blocks = [];
  }
}
