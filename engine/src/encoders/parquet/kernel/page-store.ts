import type { Kernel } from '../../../kernel/kernel.ts';

/** With more than this of its memory in use the kernel keeps no further pages: its open pages and batches need the rest. */
const MAX_USED_BYTES = 384 << 20;

/** The kernel's blocks have sizes of powers of two, of which it needs some bytes itself: a little less fills one. */
const MARGIN_BYTES = 256;
const FIRST_BLOCK_BYTES = 1 << 14;
/** Larger blocks are not divided again when they are given back, see assembly/heap.ts. */
const LARGEST_BLOCK_BYTES = 1 << 20;

/**
 * Where the finished pages of a row group wait for it to be sealed: memory that is used again, as long as there is some. They share
 * blocks, each twice as large as the one before, for a block of its own would leave up to half of itself unused behind each page.
 */
export class PageStore {
  readonly #kernel: Kernel;
  #blocks: number[] = [];
  #blockBytes = 0;
  /** What is left of the last block. */
  #at = 0;
  #end = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Room for a page, contents undefined; valid until `release`. */
  take(bytes: number): Uint8Array {
    if (bytes > this.#end - this.#at && !this.#addBlock(bytes)) return Buffer.allocUnsafeSlow(bytes);
    const page = new Uint8Array(this.#kernel.buffer, this.#at, bytes);
    this.#at += bytes;
    return page;
  }

  /** Forgets all pages. */
  release(): void {
    for (const block of this.#blocks) this.#kernel.release(block);
    this.#blocks = [];
    this.#blockBytes = this.#at = this.#end = 0;
  }

  /** A next block, in which a page has room; false if the kernel has none to spare. */
  #addBlock(pageBytes: number): boolean {
    const { exports } = this.#kernel;
    if (exports.usedBytes() >>> 0 >= MAX_USED_BYTES) return false;
    const next = Math.min(LARGEST_BLOCK_BYTES, Math.max(FIRST_BLOCK_BYTES, this.#blockBytes * 2));
    const bytes = Math.max(pageBytes, next - MARGIN_BYTES);
    const block = exports.allocate(bytes) >>> 0;
    if (block === 0) return false;
    this.#blocks.push(block);
    this.#blockBytes = next;
    this.#at = block;
    this.#end = block + bytes;
    return true;
  }
}
