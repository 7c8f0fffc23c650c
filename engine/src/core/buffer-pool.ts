import type { BodyMemory } from './body-memory.ts';

/** Buffers kept for use again. More than wait at a time in a lane would only lie around. */
const MAX_KEPT = 2;
const STEP_BYTES = 1 << 20;

/**
 * Memory for bodies that come and go: a body of several MB is garbage the moment it is scanned, and tens of them would wait for
 * a collection.
 */
export class BufferPool {
  readonly #memory: BodyMemory | undefined;
  readonly #kept: ArrayBuffer[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** `memory` is where bodies should lie, as long as there is room: all that was taken must be given back. */
  constructor(memory?: BodyMemory) {
    this.#memory = memory;
  }

  /** So many bytes, contents undefined. */
  take(size: number): Uint8Array<ArrayBuffer> {
    const lent = this.#memory?.take(size);
    if (lent) return lent;
    const at = this.#kept.findIndex(({ byteLength }) => byteLength >= size);
    const buffer =
      this.#kept.splice(at, at < 0 ? 0 : 1)[0] ?? new ArrayBuffer(Math.ceil(size / STEP_BYTES) * STEP_BYTES);
    this.#lent.add(buffer);
    return new Uint8Array(buffer, 0, size);
  }

  /** Takes back what `take` gave, or a part from its start; all else is left alone. */
  give(bytes: Uint8Array): void {
    const { buffer } = bytes;
    if (this.#memory?.give(bytes) || !this.#lent.delete(buffer)) return;
    if (this.#kept.length >= MAX_KEPT) this.#kept.shift()?.transfer(0); // nobody has it: it need not wait for a collection
    this.#kept.push(buffer as ArrayBuffer);
  }
}
