import { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Column, Dictionary } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';

/** A dictionary of more is no help to whoever writes the column. */
const MAX_TEXTS = 4096;
/** From here on at least every second value must be one that is known. */
const ENOUGH_TEXTS = 256;

/** The code of null. */
export const NULL_CODE = 0;

/**
 * The distinct texts of an output column, kept over batches. Few distinct texts cost less as codes than as text, and whoever
 * writes the column has to hash none of them.
 */
export class TextCodes implements Dictionary {
  private readonly codes = new Map<string, number>();
  /** What stands for null comes first. */
  private readonly texts: string[] = [''];
  private readonly entries: BytesBuilder;
  private ascending = new Int32Array();

  constructor(type: Type) {
    this.entries = new BytesBuilder(type);
    this.entries.appendNull();
  }

  get size(): number {
    return this.texts.length;
  }

  text(code: number): string {
    return this.texts[code]!;
  }

  /** The code of a known text. */
  find(text: string): number | undefined {
    return this.codes.get(text);
  }

  /** Whether a new text is worth a code, after so many values. */
  hasRoom(values: number): boolean {
    return this.size < MAX_TEXTS && (this.size < ENOUGH_TEXTS || this.size * 2 < values);
  }

  /** Adds a well-formed text that is not known; answers its code. */
  add(text: string): number {
    const own = Buffer.from(text).toString(); // a text that is part of a larger one would hold on to it
    this.codes.set(own, this.texts.length);
    this.entries.appendText(own);
    return this.texts.push(own) - 1;
  }

  /** The texts by code, to be picked from: slot `NULL_CODE` is null, unless nobody picks it. */
  column(picksNull: boolean): Column {
    const { size } = this;
    if (this.ascending.length < size) this.ascending = Int32Array.from({ length: size * 2 }, (_, code) => code);
    const column = { ...this.entries.finish(), codes: this.ascending.subarray(0, size), dictionary: this };
    return picksNull ? column : { ...column, nullCount: 0, validity: undefined };
  }
}
