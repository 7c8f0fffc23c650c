import type { ColumnBatch, FixedValues, Selection } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { Scratch } from './scratch.ts';

/** Larger arrays, and all once so much of the kernel's memory is in use, are copied by range each time: slow, but in bounded memory. */
const MAX_KEPT_BYTES = 64 << 20;
const MAX_USED_BYTES = 512 << 20;

/**
 * Puts what a batch has outside the kernel's memory into it. Partitions get their rows of a batch one after the other: arrays
 * that were copied for one of them stay for the others.
 */
export class Placement {
  readonly #kernel: Kernel;
  readonly #passing: Scratch;
  readonly #kept: Scratch;
  readonly #addresses = new Map<FixedValues, number>();
  #batch: ColumnBatch | undefined;
  #keeps = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#passing = new Scratch(kernel);
    this.#kept = new Scratch(kernel);
  }

  /** Before rows of a batch are appended. A batch does not change as long as rows of it are. */
  begin(batch: ColumnBatch, selection: Selection): void {
    this.#keeps = selection !== undefined;
    if (this.#batch === batch) return;
    this.#batch = this.#keeps ? batch : undefined;
    if (this.#addresses.size > 0) this.#addresses.clear(); // makes a new table
    this.#kept.reset();
  }

  /** Memory until `reset`. */
  take(bytes: number): number {
    return this.#passing.take(bytes);
  }

  /** Where element 0 of an array lies, or would lie: elements `start` up to `end` are there. Valid until `reset`. */
  place(array: FixedValues, start: number, end: number): number {
    const address = this.#kernel.addressOf(array);
    if (address !== undefined) return address;
    const known = this.#addresses.get(array);
    if (known !== undefined) return known;
    if (!this.#mayKeep(array)) return this.#passing.copy(array, start, end);
    const copy = this.#kept.copy(array, 0, array.length);
    this.#addresses.set(array, copy);
    return copy;
  }

  #mayKeep({ byteLength }: FixedValues): boolean {
    return this.#keeps && byteLength <= MAX_KEPT_BYTES && this.#kernel.exports.usedBytes() >>> 0 <= MAX_USED_BYTES;
  }

  /** Everything is free again but what stays for the rest of the batch. */
  reset(): void {
    this.#passing.reset();
  }

  release(): void {
    this.#passing.release();
    this.#kept.release();
    this.#addresses.clear();
    this.#batch = undefined;
  }
}
