import type { Column } from '../../../columns/column.ts';
import { threadKernel } from '../../../kernel/kernel.ts';
import { type Argument, type ColumnCall, columnOf } from '../column-call.ts';
import { hash } from '../hash.ts';
import { ByValue } from './by-value.ts';
import { KernelBlock } from './kernel-block.ts';

const HASH_DIGITS = 16;

/** Hashes in the kernel, or once for each entry of a dictionary. */
export class HashColumn implements ColumnCall {
  readonly #byValue = new ByValue({ bind: () => hash }, { kind: 'string' });
  readonly #inputs = { offsets: new KernelBlock(), data: new KernelBlock(), validity: new KernelBlock() };
  readonly #outputs = { offsets: new KernelBlock(), data: new KernelBlock() };

  apply(args: readonly Argument[], length: number): Column | undefined {
    const column = columnOf(args);
    if (column.codes !== undefined) return this.#byValue.apply(args, length);
    const kernel = threadKernel();
    const end = column.offsets![length]!;
    const offsets = this.#inputs.offsets.hold(column.offsets!, 0, length + 1);
    const data = this.#inputs.data.hold(column.data!, 0, end);
    const { nullCount, validity } = column;
    const nulls = nullCount > 0 && validity !== undefined ? this.#inputs.validity.hold(validity) : 0;
    const texts = this.#outputs.data.reserve(length * HASH_DIGITS);
    const ends = this.#outputs.offsets.reserve((length + 1) * 4);
    const written = kernel.exports.hashTexts(offsets, data, nulls, length, texts, ends);
    return {
      type: { kind: 'string' },
      length,
      nullCount,
      validity,
      offsets: kernel.words.subarray(ends >> 2, (ends >> 2) + length + 1),
      data: new Uint8Array(kernel.buffer, texts, written),
    };
  }
}
