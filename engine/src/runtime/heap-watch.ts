import type { ThreadHeap } from './lane-handle.ts';

/** Above this share of the room it had when it was ready, a lane is replaced. */
const RECYCLE_SHARE = 0.7;
/** So many looks in a row: what is only garbage is collected in between. */
const RECYCLE_LOOKS = 3;

/** Watches what a lane's thread holds: its heap, and the buffers outside of it, which V8 does not limit. Pure. */
export class HeapWatch {
  /** What it held when it was looked at first: its code, look-up tables, and the kernel's reserved memory. */
  #base: ThreadHeap | undefined;
  #highLooks = 0;

  /**
   * `recycle`: the lane fills up, and another should take its place while it can still seal what it holds. `kill`: it is over its
   * limit already. Undefined while all is well. To be asked a few times a second, once the lane is ready.
   */
  look(heap: ThreadHeap): 'recycle' | 'kill' | undefined {
    this.#base ??= heap;
    const roomBytes = heap.limitBytes + heap.budgetBytes - this.#base.usedBytes;
    const grownBytes = heap.usedBytes + heap.externalBytes - this.#base.usedBytes - this.#base.externalBytes;
    if (grownBytes > roomBytes) return 'kill';
    this.#highLooks = grownBytes > RECYCLE_SHARE * roomBytes ? this.#highLooks + 1 : 0;
    return this.#highLooks >= RECYCLE_LOOKS ? 'recycle' : undefined;
  }
}
