import type { BodyMemory } from '../core/body-memory.ts';
import { PADDING_BYTES } from './json/ascii.ts';
import type { Kernel } from './kernel.ts';

/** Columns take several times what a body does: with more than this of its memory in use the kernel lends none of it. */
const MAX_USED_BYTES = 256 << 20;

/**
 * Blocks of a kernel's memory that bodies are written to by whoever gets them, so that the scanner need not copy them. What lies
 * behind the end of such a body, up to its block's, nobody needs any more when it is scanned.
 */
export class BodyBlocks implements BodyMemory {
  readonly #kernel: Kernel;
  /** Bytes that may be written to, by address. */
  readonly #lent = new Map<number, number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  take(size: number): Uint8Array<ArrayBuffer> | undefined {
    const { exports, buffer } = this.#kernel;
    const bytes = size + PADDING_BYTES;
    if ((exports.usedBytes() >>> 0) + bytes > MAX_USED_BYTES) return undefined;
    const address = exports.allocate(bytes) >>> 0;
    if (address === 0) return undefined;
    this.#lent.set(address, bytes);
    return new Uint8Array(buffer, address, size);
  }

  give(bytes: Uint8Array): boolean {
    if (bytes.buffer !== this.#kernel.buffer || !this.#lent.delete(bytes.byteOffset)) return false;
    this.#kernel.release(bytes.byteOffset);
    return true;
  }

  /** Where a body lies from the start of its block on, with room for padding behind it; undefined if it does not. */
  addressOf({ buffer, byteOffset, byteLength }: Uint8Array): number | undefined {
    const lent = buffer === this.#kernel.buffer ? this.#lent.get(byteOffset) : undefined;
    return lent !== undefined && byteLength + PADDING_BYTES <= lent ? byteOffset : undefined;
  }
}
