import { isAscii } from 'node:buffer';
import type { Column, Dictionary } from '../../../columns/column.ts';

/** Reads the texts of a string column by row; rows that are null must not be asked for. */
export function textsOf(column: Column): (row: number) => string {
  const { codes, dictionary } = column;
  if (codes !== undefined && dictionary !== undefined) return (row) => dictionary.text(codes[row]!);
  const offsets = column.offsets!;
  const start = offsets[0]!;
  const { buffer, byteOffset } = column.data!;
  const bytes = Buffer.from(buffer, byteOffset + start, offsets[column.length]! - start);
  if (!isAscii(bytes)) return (row) => bytes.toString('utf8', offsets[row]! - start, offsets[row + 1]! - start);
  // One string for all, cut at byte offsets, which are those of its characters: a decoded value costs more than a cut.
  const whole = bytes.toString('latin1');
  return (row) => whole.substring(offsets[row]! - start, offsets[row + 1]! - start);
}

/** Distinct answers that a column's dictionary keeps; with more of them it is begun anew, for batches come without end. */
export const MAX_DISTINCT = 65_536;

/** A dictionary that grows by what is looked up. */
export class DistinctTexts implements Dictionary {
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [];

  get size(): number {
    return this.#texts.length;
  }

  text(code: number): string {
    return this.#texts[code]!;
  }

  codeOf(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.#texts.push(text) - 1;
      this.#codes.set(text, code);
    }
    return code;
  }
}

/** Answers of a function of text, found once for each entry of a dictionary. */
export class EntryMemo<Answer> {
  readonly #compute: (text: string) => Answer;
  #dictionary: Dictionary | undefined;
  #answers: (Answer | undefined)[] = [];

  constructor(compute: (text: string) => Answer) {
    this.#compute = compute;
  }

  of(dictionary: Dictionary, code: number): Answer {
    if (this.#dictionary !== dictionary) {
      this.#dictionary = dictionary;
      this.#answers = [];
    }
    this.#answers[code] ??= this.#compute(dictionary.text(code));
    return this.#answers[code];
  }
}
