import type { Column } from '../column.ts';
import { Builder } from './base.ts';
import { appendOffsets, checkOffset, grownOffsets, initialOffsets } from './offsets.ts';

/** Up to this length a loop beats a call of `set` or `write`: those cost 30 to 80 ns before the first byte. */
const SHORT = 24;
const INITIAL_DATA_BYTES = 1024;

/** string, json, binary. Strings and json are UTF-8; the caller vouches for spans. */
export class BytesBuilder extends Builder {
  /** Generated code writes here itself, from `offsets[length]` on, after `reserve`; then `endSpan`. */
  data = Buffer.allocUnsafeSlow(INITIAL_DATA_BYTES);
  /** The same memory, for generated code that writes words. */
  view = new DataView(this.data.buffer);
  offsets = initialOffsets();

  appendSpan(source: Uint8Array, start: number, end: number): void {
    const from = this.offsets[this.length]!;
    const size = end - start;
    this.reserve(from + size);
    copyBytes(this.data, from, source, { start, end });
    this.endSpan(from + size);
  }

  /** UTF-8 of a string; lone surrogates become U+FFFD, so the caller refuses them first if they matter. */
  appendText(text: string): void {
    const from = this.offsets[this.length]!;
    const units = text.length;
    this.reserve(from + units * 3);
    const written = units <= SHORT ? writeAscii(this.data, from, text) : -1;
    this.endSpan(from + (written >= 0 ? written : this.data.write(text, from)));
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
    return this.offsets[this.length]! + (this.length + 1) * 4 + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.growOffsets(this.length + end - start);
    this.copyNulls(column, start, end);
    this.appendRun(column, start, end);
  }

  protected override gather(column: Column, rows: Int32Array): void {
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
    const { type, length, nullCount } = this;
    const offsets = this.offsets.subarray(0, length + 1);
    // A plain Uint8Array: a Buffer prints, compares and slices differently.
    const data = new Uint8Array(this.data.buffer, 0, this.offsets[length]!);
    return { type, length, nullCount, validity: this.finishValidity(), offsets, data };
  }

  override truncate(length: number): void {
    this.truncateValidity(length);
    this.length = length;
  }

  /** Makes room for data up to the offset `end`. Throws if it cannot be an offset. */
  reserve(end: number): void {
    if (end > this.data.length) this.growData(end);
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

/** Bytes written, or -1 at the first character beyond ASCII. */
function writeAscii(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return -1;
    target[at + i] = unit;
  }
  return text.length;
}
