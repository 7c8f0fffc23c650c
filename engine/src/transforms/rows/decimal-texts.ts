import type { Column } from '../../columns/column.ts';
import { scalarText } from '../../columns/scalar-text.ts';

/** Decimals that are read as text are mostly prices and ratings; those of a hostile chunk must not fill the memory. */
const MAX_CACHED = 10_000;
const BYTES = 16;

/** The texts of a column of decimals; each of those that a number holds is made once. */
export class DecimalTexts {
  private readonly texts = new Map<number, string>();
  private column: Column | undefined;
  /** Four a value, lowest first; undefined where the column's memory does not allow to read words. */
  private words: Int32Array | undefined;

  bind(column: Column): void {
    const { buffer, byteOffset } = column.values as Uint8Array;
    this.column = column;
    this.words = byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, (column.length * BYTES) >> 2) : undefined;
  }

  /** The text of a cell that is not null. */
  at(row: number): string {
    const unscaled = this.words && numberAt(this.words, 4 * row);
    if (unscaled === undefined) return scalarText(this.column!, row);
    return this.texts.get(unscaled) ?? this.learn(unscaled, row);
  }

  private learn(unscaled: number, row: number): string {
    if (this.texts.size === MAX_CACHED) this.texts.clear();
    const text = scalarText(this.column!, row);
    this.texts.set(unscaled, text);
    return text;
  }
}

/** The value as a number if it is less than 2^52, whichever its sign. */
function numberAt(words: Int32Array, at: number): number | undefined {
  const high = words[at + 1]!;
  const sign = high >> 31;
  const isSmall = words[at + 2] === sign && words[at + 3] === sign && high >> 20 === sign;
  return isSmall ? high * 4_294_967_296 + (words[at]! >>> 0) : undefined;
}
