import { freeBuffer } from '../core/free-buffer.ts';

/** Where columns get their memory from. */
export interface ColumnMemory {
  /** So many bytes, 16-aligned. Contents undefined. */
  take(size: number): Uint8Array<ArrayBuffer>;
}

/** Where decoded columns get theirs, and what decoding them takes. */
export interface DecodeMemory extends ColumnMemory {
  /** So many bytes that are needed for a moment: valid until the next call of `take` or `scratch`. Contents undefined. */
  scratch(size: number): Uint8Array<ArrayBuffer>;
}

/** So many integers. Contents undefined. */
export function takeInt32(memory: ColumnMemory, length: number): Int32Array<ArrayBuffer> {
  const { buffer, byteOffset } = memory.take(length * Int32Array.BYTES_PER_ELEMENT);
  return new Int32Array(buffer, byteOffset, length);
}

const ALIGNMENT = 16;
const FIRST_BYTES = 1 << 20;
/** More is not kept: one large page must not leave a lane large for good. */
const MAX_SCRATCH_BYTES = 32 << 20;

let shared = new Uint8Array(0);

/** Columns in memory that is the caller's own, each time anew; scratch that all share. */
export const freshMemory: DecodeMemory = {
  take: (size) => new Uint8Array(size),
  scratch(size) {
    if (size > MAX_SCRATCH_BYTES) return new Uint8Array(size);
    if (shared.length < size) {
      freeBuffer(shared);
      shared = new Uint8Array(Math.min(MAX_SCRATCH_BYTES, Math.ceil(size * 1.1)));
    }
    return shared;
  },
};

/**
 * Memory that is used again and again: what was taken is valid until `reset`. Garbage of many MB a batch waits long for its
 * collection. Scratch lies where columns are taken next, which are copied out when it is done with.
 */
export class Arena implements DecodeMemory {
  #block = new ArrayBuffer(FIRST_BYTES);
  #used = 0;
  /** What did not fit the block since the last reset. */
  #beyond: Uint8Array<ArrayBuffer>[] = [];
  #beyondBytes = 0;
  /** The most that was needed at a time since then. */
  #needed = 0;

  take(size: number): Uint8Array<ArrayBuffer> {
    const aligned = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    this.#need(aligned);
    if (this.#used + aligned > this.#block.byteLength) {
      this.#beyondBytes += aligned;
      return this.#allocate(size);
    }
    const bytes = new Uint8Array(this.#block, this.#used, size);
    this.#used += aligned;
    return bytes;
  }

  scratch(size: number): Uint8Array<ArrayBuffer> {
    if (size > MAX_SCRATCH_BYTES) return this.#allocate(size);
    this.#need(size);
    if (this.#needed > this.#block.byteLength && this.#used === 0) this.#grow();
    if (this.#used + size > this.#block.byteLength) return this.#allocate(size);
    return new Uint8Array(this.#block, this.#used, size);
  }

  /** Bytes that the next reset would keep. */
  get keptBytes(): number {
    return Math.max(this.#block.byteLength, this.#needed);
  }

  /** Gives everything back at once, to the system: it is not used again. */
  free(): void {
    for (const bytes of this.#beyond.splice(0)) freeBuffer(bytes);
    this.#block.transfer(0);
  }

  /** Gives everything back; the next round has room for as much as this one needed. */
  reset(): void {
    for (const bytes of this.#beyond.splice(0)) freeBuffer(bytes);
    if (this.#needed > this.#block.byteLength) this.#grow();
    this.#used = 0;
    this.#beyondBytes = 0;
    this.#needed = 0;
  }

  #need(more: number): void {
    this.#needed = Math.max(this.#needed, this.#used + this.#beyondBytes + more);
  }

  #allocate(size: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(size);
    this.#beyond.push(bytes);
    return bytes;
  }

  /** Frees the old block first: both need not be there at a time. */
  #grow(): void {
    this.#block.transfer(0);
    this.#block = new ArrayBuffer(Math.ceil(this.#needed * 1.1));
  }
}
