import type { Kernel } from '../../../kernel/kernel.ts';

/** A column by which rows may come sorted: one of the file's columns without children. */
export interface SortColumn {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Whether the rows of an open row group have come in the order of some columns so far. */
export class RowOrder {
  /** The major one first. */
  readonly columns: readonly SortColumn[];
  /** Where the last row's values of these are kept. */
  readonly lastValues: readonly number[];
  isSorted = true;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, columns: readonly SortColumn[]) {
    this.#kernel = kernel;
    this.columns = columns;
    const size = kernel.exports.lastValueBytes();
    this.lastValues = columns.map(() => {
      const address = kernel.allocate(size);
      kernel.bytes.fill(0, address, address + size);
      return address;
    });
  }

  /** Answers for the rows so far, and starts anew. */
  finish(): boolean {
    const { isSorted } = this;
    this.isSorted = true;
    for (const address of this.lastValues) this.#kernel.words[address >> 2] = 0;
    return isSorted;
  }

  release(): void {
    for (const address of this.lastValues) this.#kernel.exports.releaseLastValue(address);
  }
}
