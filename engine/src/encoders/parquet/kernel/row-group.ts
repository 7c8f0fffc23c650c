import type { ColumnBatch, Selection } from '../../../columns/column.ts';
import type { RowGroupWriter, Segment } from '../../../columns/encoder.ts';
import { ParquetryError } from '../../../core/errors.ts';
import { discardKernel } from '../../../kernel/kernel.ts';
import type { WriterSet } from './writer-set.ts';

/** Memory of a row group beside its columns. */
const FIXED_BYTES = 1024;

interface Sizes {
  readonly packedBytes: number;
  readonly encodedBytes: number;
  readonly heldBytes: number;
}

/** An open row group: pages are encoded as soon as they are full. */
export class KernelRowGroup implements RowGroupWriter {
  readonly #set: WriterSet;
  #rows = 0;
  #sizes: Sizes | undefined;

  constructor(set: WriterSet) {
    this.#set = set;
  }

  get rows(): number {
    return this.#rows;
  }

  get encodedBytes(): number {
    return this.#measured().encodedBytes;
  }

  get packedBytes(): number {
    return this.#measured().packedBytes;
  }

  get heldBytes(): number {
    return this.#measured().heldBytes;
  }

  append(batch: ColumnBatch, selection: Selection): void {
    if (batch.length === 0) return;
    guarded(() => this.#set.append(batch, selection));
    this.#rows += selection?.length ?? batch.length;
    this.#sizes = undefined;
  }

  seal(): Segment {
    return guarded(() => this.#set.seal(this.#rows));
  }

  /** Asked for every open row group after every batch, most of which added nothing to it. */
  #measured(): Sizes {
    if (this.#sizes) return this.#sizes;
    const sizes = { packedBytes: 0, encodedBytes: 0, heldBytes: FIXED_BYTES };
    for (const column of this.#set.columns) {
      sizes.packedBytes += column.packedBytes;
      sizes.encodedBytes += column.encodedBytes;
      sizes.heldBytes += column.heldBytes;
    }
    this.#sizes = sizes;
    return sizes;
  }
}

/** A trap leaves the kernel's memory in an unknown state: exhausted, or a batch was not what it says it is. */
function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
    discardKernel();
    throw new ParquetryError('E_INTERNAL', `the kernel must encode every checked batch, got: ${error.message}`, {
      cause: error,
      hint: 'If row groups are large or many, lower rowGroupSize or the memory of the batch.',
    });
  }
}
