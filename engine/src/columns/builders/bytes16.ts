import type { Column } from '../column.ts';
import { Builder, grownCapacity, INITIAL_CAPACITY } from './base.ts';
import { gatherFixed } from './gather.ts';

const WIDTH = 16;

/** decimal (128-bit little-endian two's complement of the unscaled value) and uuid (16 bytes in the order they are written). */
export class Bytes16Builder extends Builder {
  /** Generated code writes here itself: bytes from `16 * length` on, after `grow()` if `length === capacity`; then `length++`. */
  values = new Uint8Array(INITIAL_CAPACITY * WIDTH);
  capacity = INITIAL_CAPACITY;
  /** The same memory, four words a value. */
  words = new Int32Array(this.values.buffer);
  private halves = new BigInt64Array(this.values.buffer);

  /** The unscaled value of a decimal; the caller has checked its precision. */
  appendBigInt(unscaled: bigint): void {
    if (this.length === this.capacity) this.grow();
    const at = this.length++ * 2;
    this.halves[at] = unscaled; // a store keeps the low 64 bits
    this.halves[at + 1] = unscaled >> 64n;
  }

  appendSpan16(source: Uint8Array, start: number): void {
    if (this.length === this.capacity) this.grow();
    const at = this.length++ * WIDTH;
    for (let i = 0; i < WIDTH; i++) this.values[at + i] = source[start + i]!;
  }

  override appendNull(): void {
    this.markNull();
    this.appendBigInt(0n);
  }

  override get byteSize(): number {
    return this.length * WIDTH + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.grow(this.length + end - start);
    this.copyNulls(column, start, end);
    this.values.set((column.values as Uint8Array).subarray(start * WIDTH, end * WIDTH), this.length * WIDTH);
    this.length += end - start;
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.grow(this.length + rows.length);
    this.gatherNulls(column, rows);
    gatherFixed(this.values, this.length, column.values!, { rows, width: WIDTH });
    this.length += rows.length;
  }

  override finish(): Column {
    const { type, length, nullCount } = this;
    const values = this.values.subarray(0, length * WIDTH);
    return { type, length, nullCount, validity: this.finishValidity(), values };
  }

  override truncate(length: number): void {
    this.truncateValidity(length);
    this.length = length;
  }

  /** Makes room for `needed` slots in all. */
  grow(needed: number = this.length + 1): void {
    if (needed <= this.capacity) return;
    this.capacity = grownCapacity(this.capacity, needed);
    const grown = new Uint8Array(this.capacity * WIDTH);
    grown.set(this.values.subarray(0, this.length * WIDTH));
    this.values = grown;
    this.words = new Int32Array(grown.buffer);
    this.halves = new BigInt64Array(grown.buffer);
  }
}
