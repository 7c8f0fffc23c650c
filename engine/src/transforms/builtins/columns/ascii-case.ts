import { createBuilder } from '../../../columns/builder.ts';
import type { BytesBuilder } from '../../../columns/builders/bytes.ts';
import { isNull, textAt } from '../../../columns/cells.ts';
import type { Column } from '../../../columns/column.ts';
import { threadKernel } from '../../../kernel/kernel.ts';
import { type Argument, type ColumnCall, columnOf } from '../column-call.ts';
import { ByValue } from './by-value.ts';
import { KernelBlock } from './kernel-block.ts';
import { DistinctTexts, EntryMemo, MAX_DISTINCT } from './texts.ts';

/** `lower` or `upper`, and the first of the letters that it changes. */
export interface CaseChange {
  readonly firstLetter: 'A' | 'a';
  change(text: string): string;
}

/** Text in the kernel's memory, with its case changed where it is ASCII. */
interface Changed {
  readonly source: number;
  readonly size: number;
  /** Bytes before the first that is not ASCII. */
  readonly asciiBytes: number;
  readonly column: Column;
}

/**
 * Changes the case of all texts in one pass over their bytes, offsets unchanged. A text that is not ASCII may change its length
 * or depend on its neighbours, so it goes through the function itself.
 */
export class AsciiCase implements ColumnCall {
  readonly #case: CaseChange;
  readonly #source = new KernelBlock();
  readonly #target = new KernelBlock();
  readonly #byValue: ByValue;
  readonly #mixed = createBuilder({ kind: 'string' }) as BytesBuilder;
  #distinct = new DistinctTexts();
  #memo = this.#newMemo();

  constructor(caseChange: CaseChange) {
    this.#case = caseChange;
    this.#byValue = new ByValue({ bind: () => caseChange.change }, { kind: 'string' });
  }

  apply(args: readonly Argument[], length: number): Column | undefined {
    const column = columnOf(args);
    const changed = this.#change(column, length);
    const isCoded = column.codes !== undefined && column.dictionary !== undefined;
    if (changed.asciiBytes === changed.size) return isCoded ? this.#coded(column, changed.column) : changed.column;
    return isCoded ? this.#byValue.apply(args, length) : this.#mix(column, changed);
  }

  #change(column: Column, length: number): Changed {
    const kernel = threadKernel();
    const offsets = column.offsets!.subarray(0, length + 1);
    const start = offsets[0]!;
    const size = offsets[length]! - start;
    const source = this.#source.hold(column.data!, start, start + size);
    const target = this.#target.reserve(size);
    const letter = this.#case.firstLetter.charCodeAt(0);
    const asciiBytes = kernel.exports.changeAsciiCase(source, target, size, letter);
    const { type, nullCount, validity } = column;
    const data = new Uint8Array(kernel.buffer, target, size);
    const moved = start === 0 ? offsets : offsets.map((offset) => offset - start);
    return { source, size, asciiBytes, column: { type, length, nullCount, validity, offsets: moved, data } };
  }

  #newMemo(): EntryMemo<number> {
    return new EntryMemo((text) => this.#distinct.codeOf(this.#case.change(text)));
  }

  #coded(column: Column, changed: Column): Column {
    if (this.#distinct.size >= MAX_DISTINCT) {
      this.#distinct = new DistinctTexts();
      this.#memo = this.#newMemo();
    }
    const codes = new Int32Array(changed.length);
    for (let row = 0; row < codes.length; row++) {
      if (!isNull(column, row)) codes[row] = this.#memo.of(column.dictionary!, column.codes![row]!);
    }
    return { ...changed, codes, dictionary: this.#distinct };
  }

  /** Runs of ASCII texts as they were changed, and each other text by the function. */
  #mix(column: Column, { source, size, asciiBytes, column: changed }: Changed): Column {
    const { asciiPrefix } = threadKernel().exports;
    const builder = this.#mixed;
    const offsets = changed.offsets!;
    let run = 0;
    builder.clear();
    for (let at = asciiBytes; at < size; ) {
      let row = run;
      while (offsets[row + 1]! <= at) row++;
      if (row > run) builder.appendRange(changed, run, row);
      builder.appendText(this.#case.change(textAt(column, row)));
      run = row + 1;
      const end = offsets[run]!;
      at = end + asciiPrefix(source + end, size - end);
    }
    if (run < changed.length) builder.appendRange(changed, run, changed.length);
    return builder.finish();
  }
}
