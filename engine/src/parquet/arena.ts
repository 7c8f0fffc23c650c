/** Where decoded columns get their memory from. */
export interface ColumnMemory {
  /** So many bytes, 16-aligned. Contents undefined. */
  take(size: number): Uint8Array<ArrayBuffer>;
}

/** Memory that is the caller's own, each time anew. */
export const freshMemory: ColumnMemory = { take: (size) => new Uint8Array(size) };

const ALIGNMENT = 16;
const FIRST_BYTES = 1 << 20;

/** Memory that is used again and again: what was taken is valid until `reset`. Garbage of many MB a batch waits long for its collection. */
export class Arena implements ColumnMemory {
  #block = new ArrayBuffer(FIRST_BYTES);
  #used = 0;
  /** Bytes taken since the last reset, those beyond the block too. */
  #taken = 0;

  take(size: number): Uint8Array<ArrayBuffer> {
    const aligned = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    this.#taken += aligned;
    if (this.#used + aligned > this.#block.byteLength) return new Uint8Array(size);
    const bytes = new Uint8Array(this.#block, this.#used, size);
    this.#used += aligned;
    return bytes;
  }

  /** Gives everything back; the next round has room for as much as this one took. */
  reset(): void {
    if (this.#taken > this.#block.byteLength) this.#block = new ArrayBuffer(Math.ceil(this.#taken * 1.1));
    this.#used = 0;
    this.#taken = 0;
  }
}
