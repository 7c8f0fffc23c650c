import { isNull } from '../../../columns/cells.ts';
import type { Column, Dictionary } from '../../../columns/column.ts';
import { readValue } from '../../../columns/values.ts';
import type { Type } from '../../../core/schema.ts';
import { type Argument, type AtRow, type ColumnCall, columnOf, constantsOf } from '../column-call.ts';
import { DistinctTexts, EntryMemo, MAX_DISTINCT, textsOf } from './texts.ts';
import { createValueWriter, type ValueWriter } from './value-writer.ts';

/** How a built-in goes over values one at a time. */
export interface ValueFunction {
  /** The function of the first argument that the others, constants, make; undefined if they are not what it takes. */
  bind(constants: readonly unknown[]): ((value: never) => unknown) | undefined;
  /** The answer for a value may be another one in the next batch. */
  readonly changes?: boolean;
}

/** An answer for an entry of a dictionary, and its code in the dictionary of answers. */
interface Entry {
  readonly value: unknown;
  readonly fits: boolean;
  readonly code: number;
}

/** The rows to go over, and who is told at which of them one is. */
interface Rows {
  readonly length: number;
  readonly atRow: AtRow;
}

const NOBODY: AtRow = () => {};
const NO_ENTRY: Entry = { value: null, fits: true, code: 0 };

/** Calls the function itself, once for each value, or for each entry of a dictionary. */
export class ByValue implements ColumnCall {
  readonly #function: ValueFunction;
  readonly #writer: ValueWriter;
  readonly #isText: boolean;
  #constants: readonly unknown[] | undefined;
  #compute: ((value: never) => unknown) | undefined;
  #distinct = new DistinctTexts();
  #memo = new EntryMemo<Entry>(() => NO_ENTRY);

  constructor(valueFunction: ValueFunction, output: Type) {
    this.#function = valueFunction;
    this.#writer = createValueWriter(output);
    this.#isText = output.kind === 'string';
  }

  apply(args: readonly Argument[], length: number, atRow: AtRow = NOBODY): Column | undefined {
    const column = columnOf(args);
    this.#bind(constantsOf(args));
    const compute = this.#compute;
    if (compute === undefined) return undefined;
    this.#writer.builder.clear();
    const { codes, dictionary } = column;
    if (codes !== undefined && dictionary !== undefined) return this.#byEntry(column, dictionary, { length, atRow });
    const answer = valuesOf(column, compute as (value: unknown) => unknown);
    return this.#byRow(column, answer, { length, atRow });
  }

  #bind(constants: readonly unknown[]): void {
    const isBound = this.#constants !== undefined && constants.every((each, i) => Object.is(each, this.#constants![i]));
    if (!isBound) this.#compute = this.#function.bind(constants);
    if (isBound && !this.#function.changes && this.#distinct.size < MAX_DISTINCT) return;
    this.#constants = constants;
    if (this.#distinct.size >= MAX_DISTINCT) this.#distinct = new DistinctTexts();
    this.#memo = new EntryMemo((text) => this.#entryOf(text));
  }

  #entryOf(text: string): Entry {
    const value = this.#compute!(text as never);
    const fits = this.#writer.fits(value);
    return { value, fits, code: this.#isText && fits && value !== null ? this.#distinct.codeOf(value as string) : 0 };
  }

  #byEntry(column: Column, dictionary: Dictionary, { length, atRow }: Rows): Column | undefined {
    const codes = column.codes!;
    const memo = this.#memo;
    const { append, builder } = this.#writer;
    const answers = new Int32Array(length);
    for (let row = 0; row < length; row++) {
      atRow(row);
      const entry = isNull(column, row) ? NO_ENTRY : memo.of(dictionary, codes[row]!);
      if (!entry.fits) return undefined;
      append(entry.value);
      answers[row] = entry.code;
    }
    const made = builder.finish();
    return this.#isText ? { ...made, codes: answers, dictionary: this.#distinct } : made;
  }

  #byRow(column: Column, answer: (row: number) => unknown, { length, atRow }: Rows): Column | undefined {
    const { fits, append, builder } = this.#writer;
    for (let row = 0; row < length; row++) {
      atRow(row);
      const value = isNull(column, row) ? null : answer(row);
      if (!fits(value)) return undefined;
      append(value);
    }
    return builder.finish();
  }
}

function valuesOf(column: Column, compute: (value: unknown) => unknown): (row: number) => unknown {
  if (column.type.kind !== 'string') return (row) => compute(readValue(column, row));
  const texts = textsOf(column);
  return (row) => compute(texts(row));
}
