import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Column } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import { Appender } from './appender.ts';
import type { Misfit } from './misfit.ts';
import { NULL_CODE, TextCodes } from './text-codes.ts';

/** Strings UTF-8 has no form for are refused: replacing a lone surrogate would change the value unseen. */
export const WELL_FORMED = 'a string without lone surrogates';

/** Strings of the output: slots of a dictionary while they repeat, text from when they do not. */
export class StringAppender extends Appender<BytesBuilder> {
  private readonly slots = new FixedBuilder({ kind: 'int32' });
  /** Undefined since there were too many texts. */
  private codes: TextCodes | undefined;
  /** Values of the batches before this one. */
  private seen = 0;
  private hasNulls = false;
  /** Whether the values of this batch go to `builder`. */
  private asText = false;

  constructor(builder: BytesBuilder, misfit: Misfit) {
    super('a string', builder, misfit);
    this.codes = new TextCodes(builder.type);
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'string') return this.misfit.refuse(this.wanted, value);
    if (this.asText) return this.appendText(value);
    const code = this.codes!.find(value);
    if (code === undefined) return this.appendNew(value);
    this.slots.appendNumber(code);
    return true;
  }

  override appendNull(): void {
    if (this.asText) {
      this.builder.appendNull();
      return;
    }
    this.hasNulls = true;
    this.slots.appendNumber(NULL_CODE);
  }

  override appendSelection(column: Column, rows: Int32Array): void {
    this.asText = true;
    this.builder.appendSelection(column, rows);
  }

  override truncate(length: number): void {
    if (this.asText) this.builder.truncate(length);
    else this.slots.truncate(length);
  }

  /** Forgets what was appended, but not the texts. */
  override clear(): void {
    this.seen += this.slots.length;
    this.slots.clear();
    this.builder.clear();
    this.hasNulls = false;
    this.asText = this.codes === undefined;
  }

  override finish(): Column {
    return this.asText ? this.builder.finish() : this.picked(this.codes!);
  }

  private picked(codes: TextCodes): Column {
    return new PickedColumn(this.builder.type, codes.column(this.hasNulls), this.slots.finish().values as Int32Array);
  }

  private appendText(value: string): boolean {
    if (this.builder.appendAscii(value)) return true;
    if (!value.isWellFormed()) return this.misfit.refuse(WELL_FORMED, value);
    this.builder.appendText(value);
    return true;
  }

  private appendNew(value: string): boolean {
    if (!value.isWellFormed()) return this.misfit.refuse(WELL_FORMED, value);
    const codes = this.codes!;
    if (codes.hasRoom(this.seen + this.slots.length)) this.slots.appendNumber(codes.add(value));
    else {
      this.giveUpCodes(codes);
      this.builder.appendText(value);
    }
    return true;
  }

  private giveUpCodes(codes: TextCodes): void {
    this.builder.appendSelection(this.picked(codes), undefined);
    this.slots.clear();
    this.codes = undefined;
    this.asText = true;
  }
}
