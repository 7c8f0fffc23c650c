import type { Column } from '../column.ts';
import { Builder } from './base.ts';
import { appendOffsets, checkOffset, grownOffsets, initialOffsets } from './offsets.ts';

/** Up to this length a loop beats a call of `set`, which costs 30 ns before the first byte. */
const SHORT = 24;
const INITIAL_DATA_BYTES = 1024;
/** Up to this length a loop over the units of a text beats having it wait for others. */
const SHORT_TEXT = 16;
/** Texts are encoded together as soon as there are so many, or so many UTF-16 units of them. */
const WAITING_TEXTS = 256;
const WAITING_UNITS = 16_384;

/** string, json, binary. Strings and json are UTF-8; the caller vouches for spans. */
export class BytesBuilder extends Builder {
  /** Generated code writes here itself, from `offsets[length]` on, after `reserve`; then `endSpan`. Not where texts are appended. */
  data = Buffer.allocUnsafeSlow(INITIAL_DATA_BYTES);
  /** The same memory, for generated code that writes words. */
  view = new DataView(this.data.buffer);
  offsets = initialOffsets();

  /**
   * Texts that wait to be encoded, one after the other: a call for each would cost more than the text. They belong to the
   * slots from `waitingSlot` on, and offsets after that count units instead of bytes until `settle`.
   */
  private waiting = '';
  private waitingSlot = 0;
  private waitingAt = 0;

  appendSpan(source: Uint8Array, start: number, end: number): void {
    this.settle();
    const from = this.offsets[this.length]!;
    const size = end - start;
    this.reserve(from + size);
    copyBytes(this.data, from, source, { start, end });
    this.endSpan(from + size);
  }

  /** Appends a short text of ASCII alone; false, and nothing is appended, if it is none, or longer ones wait before it. */
  appendAscii(text: string): boolean {
    const { length } = text;
    if (length > SHORT_TEXT || this.waiting !== '') return false;
    let at = this.offsets[this.length]!;
    this.reserve(at + length);
    const { data } = this;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return false;
      data[at++] = unit;
    }
    this.endSpan(at);
    return true;
  }

  /** UTF-8 of a string, which must be well-formed. */
  appendText(text: string): void {
    if (this.waiting === '') {
      this.waitingSlot = this.length;
      this.waitingAt = this.offsets[this.length]!;
    }
    this.waiting += text;
    this.endSpan(this.waitingAt + this.waiting.length);
    if (this.length - this.waitingSlot >= WAITING_TEXTS || this.waiting.length >= WAITING_UNITS) this.settle();
  }

  /** Ends the slot whose bytes were written to `data` from `offsets[length]` up to `end`. */
  endSpan(end: number): void {
    if (this.length + 1 === this.offsets.length)
      this.offsets = grownOffsets(this.offsets, this.length, this.length + 1);
    this.offsets[++this.length] = end;
  }

  override appendNull(): void {
    this.markNull();
    this.endSpan(this.offsets[this.length]!);
  }

  override get byteSize(): number {
    this.settle();
    return this.offsets[this.length]! + (this.length + 1) * 4 + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.settle();
    this.growOffsets(this.length + end - start);
    this.copyNulls(column, start, end);
    this.appendRun(column, start, end);
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.settle();
    this.growOffsets(this.length + rows.length);
    this.gatherNulls(column, rows);
    for (let i = 0; i < rows.length; ) {
      const start = rows[i]!;
      const first = i++;
      while (i < rows.length && rows[i] === start + i - first) i++;
      this.appendRun(column, start, start + i - first);
    }
  }

  override finish(): Column {
    this.settle();
    const { type, length, nullCount } = this;
    const offsets = this.offsets.subarray(0, length + 1);
    // A plain Uint8Array: a Buffer prints, compares and slices differently.
    const data = new Uint8Array(this.data.buffer, 0, this.offsets[length]!);
    return { type, length, nullCount, validity: this.finishValidity(), offsets, data };
  }

  override truncate(length: number): void {
    this.truncateValidity(length);
    if (this.waiting !== '') {
      const units = length > this.waitingSlot ? this.offsets[length]! - this.waitingAt : 0;
      if (units < this.waiting.length) this.waiting = this.waiting.slice(0, units);
    }
    this.length = length;
  }

  /** Makes room for data up to the offset `end`. Throws if it cannot be an offset. */
  reserve(end: number): void {
    if (end > this.data.length) this.growData(end);
  }

  /** Encodes the texts that wait. */
  private settle(): void {
    const { waiting, waitingAt } = this;
    if (waiting === '') return;
    this.waiting = '';
    this.reserve(waitingAt + waiting.length * 3);
    const written = this.data.write(waiting, waitingAt);
    if (written !== waiting.length) this.settleOffsets(waiting);
  }

  /** Makes bytes of the offsets that count units. */
  private settleOffsets(text: string): void {
    const { offsets, waitingAt } = this;
    let unit = 0;
    let byte = waitingAt;
    for (let slot = this.waitingSlot + 1; slot <= this.length; slot++) {
      const end = offsets[slot]! - waitingAt;
      while (unit < end) byte += utf8Bytes(text.charCodeAt(unit++));
      offsets[slot] = byte;
    }
  }

  private appendRun(column: Column, start: number, end: number): void {
    const offsets = column.offsets!;
    const from = this.offsets[this.length]!;
    const span = { start: offsets[start]!, end: offsets[end]! };
    this.reserve(from + span.end - span.start);
    copyBytes(this.data, from, column.data!, span);
    appendOffsets(this.offsets, this.length, offsets, { start, end });
    this.length += end - start;
  }

  private growOffsets(needed: number): void {
    this.offsets = grownOffsets(this.offsets, this.length, needed);
  }

  private growData(end: number): void {
    checkOffset(end);
    const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(end, this.data.length * 2), 2 ** 31 - 1));
    grown.set(this.data); // all of it: generated code may be in the middle of a slot
    this.data = grown;
    this.view = new DataView(grown.buffer);
  }
}

function copyBytes(target: Uint8Array, at: number, source: Uint8Array, span: { start: number; end: number }): void {
  const { start, end } = span;
  if (end - start > SHORT) target.set(source.subarray(start, end), at);
  else for (let i = start; i < end; i++) target[at++] = source[i]!;
}

/** Bytes that a UTF-16 unit takes in UTF-8: half of four if it is one of a surrogate pair. */
function utf8Bytes(unit: number): number {
  if (unit < 0x80) return 1;
  return unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
}
