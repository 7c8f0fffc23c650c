import { freeBuffer } from '../../../core/free-buffer.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

/** With more than this of its memory in use the kernel keeps no further pages: its open pages and batches need the rest. */
const MAX_USED_BYTES = 384 << 20;

/** The kernel's blocks have sizes of powers of two, of which it needs some bytes itself: a little less fills one. */
const MARGIN_BYTES = 256;
const FIRST_BLOCK_BYTES = 1 << 14;
/** Smaller row groups than these blocks hold together are copied once more, into memory of their size. */
const LARGEST_BLOCK_BYTES = 1 << 19;
/** Of blocks that leave the thread: the first, and the largest, which has a whole huge page wherever it lies, see `ENGINE_ENVIRONMENT`. */
const FIRST_OWN_BYTES = 1 << 20;
const LARGEST_OWN_BYTES = 4 << 20;
/** How full the last of them must be to leave the thread: what is in less is copied. */
const WORTH_MOVING = 3 / 4;

/**
 * Where the finished pages of a row group wait for it to be sealed. The first ones lie in the kernel, in memory that is used again;
 * those of a row group that grows large lie in blocks of their own, which leave the thread with it, so that they are not copied. Pages
 * share blocks, for a block of its own would leave up to half of itself unused behind each. Many row groups may be open at once: a
 * block is no larger than what its row group has already.
 */
export class PageStore {
  readonly #kernel: Kernel;
  #blocks: number[] = [];
  #blockBytes = 0;
  /** What is left of the last block in the kernel. */
  #at = 0;
  #end = 0;
  #own: ArrayBuffer[] = [];
  #ownBytes = 0;
  /** The own block that pages are laid into, and what is taken of it. */
  #shared: ArrayBuffer | undefined;
  #sharedBytes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Room for a page, contents undefined; valid until `release`. */
  take(bytes: number): Uint8Array {
    if (bytes > this.#end - this.#at && !this.#addBlock(bytes)) return this.#takeOwn(bytes);
    const page = new Uint8Array(this.#kernel.buffer, this.#at, bytes);
    this.#at += bytes;
    return page;
  }

  /** Whether a page lies in memory that can leave the thread, and is worth it: pages fill most of it. */
  isMovable({ buffer }: Uint8Array): boolean {
    if (buffer === this.#shared && this.#sharedBytes < buffer.byteLength * WORTH_MOVING) return false;
    return buffer !== this.#kernel.buffer;
  }

  /** Forgets all pages, and frees what none of `kept` lies in. */
  release(kept: readonly Uint8Array[] = []): void {
    for (const block of this.#blocks) this.#kernel.release(block);
    const inUse = new Set(kept.map(({ buffer }) => buffer));
    for (const block of this.#own) if (!inUse.has(block)) freeBuffer(new Uint8Array(block));
    this.#blocks = [];
    this.#own = [];
    this.#shared = undefined;
    this.#blockBytes = this.#at = this.#end = this.#ownBytes = this.#sharedBytes = 0;
  }

  /** A next block, in which a page has room; false if the row group has its share of the kernel, or that has none to spare. */
  #addBlock(pageBytes: number): boolean {
    const { exports } = this.#kernel;
    let next = Math.max(FIRST_BLOCK_BYTES, this.#blockBytes * 2);
    while (next - MARGIN_BYTES < pageBytes) next *= 2;
    if (next > LARGEST_BLOCK_BYTES || exports.usedBytes() >>> 0 >= MAX_USED_BYTES) return false;
    const bytes = next - MARGIN_BYTES;
    const block = exports.allocate(bytes) >>> 0;
    if (block === 0) return false;
    this.#blocks.push(block);
    this.#blockBytes = next;
    this.#at = block;
    this.#end = block + bytes;
    return true;
  }

  #takeOwn(bytes: number): Uint8Array {
    if (bytes > FIRST_OWN_BYTES) return new Uint8Array(this.#ownBlock(bytes));
    if (!this.#shared || this.#sharedBytes + bytes > this.#shared.byteLength) {
      this.#shared = this.#ownBlock(Math.min(LARGEST_OWN_BYTES, Math.max(FIRST_OWN_BYTES, this.#ownBytes)));
      this.#sharedBytes = 0;
    }
    const page = new Uint8Array(this.#shared, this.#sharedBytes, bytes);
    this.#sharedBytes += bytes;
    return page;
  }

  #ownBlock(bytes: number): ArrayBuffer {
    const { buffer } = Buffer.allocUnsafeSlow(bytes);
    this.#own.push(buffer);
    this.#ownBytes += bytes;
    return buffer;
  }
}
