import type { Dictionary } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';

const UNKNOWN = -1;
const MIN_CODES = 256;

/** Which index of a column's dictionary each code of a source's has, as far as it came up: an i32 a code in the kernel, -1: unknown. */
export class Remap {
  readonly #kernel: Kernel;
  #source: Dictionary | undefined;
  #address = 0;
  #codes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get heldBytes(): number {
    return this.#codes * 4;
  }

  /** The table for codes of `source`. Codes of one source keep their meaning; another starts anew. */
  of(source: Dictionary): number {
    if (this.#source !== source) this.clear();
    this.#source = source;
    const { size } = source;
    if (size > this.#codes) this.#grow(Math.max(size, this.#codes * 2, MIN_CODES));
    return this.#address;
  }

  /** Forgets everything: the dictionary it pointed into is gone. */
  clear(): void {
    if (this.#address !== 0) this.#kernel.release(this.#address);
    this.#address = 0;
    this.#codes = 0;
    this.#source = undefined;
  }

  #grow(codes: number): void {
    const { words } = this.#kernel;
    const address = this.#kernel.allocate(codes * 4);
    words.copyWithin(address >> 2, this.#address >> 2, (this.#address >> 2) + this.#codes);
    words.fill(UNKNOWN, (address >> 2) + this.#codes, (address >> 2) + codes);
    if (this.#address !== 0) this.#kernel.release(this.#address);
    this.#address = address;
    this.#codes = codes;
  }
}
