import { bitAt, bytesForBits, setBit } from '../bitmap.ts';
import type { Column } from '../column.ts';
import { Builder, grownCapacity, INITIAL_CAPACITY } from './base.ts';

/** **Invariant:** the bits of `values` from `length` on are zero. */
export class BoolBuilder extends Builder {
  /** Generated code writes here itself: bit `length`, after `grow()` if `length === capacity`; then `length++`. */
  values = new Uint8Array(INITIAL_CAPACITY >> 3);
  capacity = INITIAL_CAPACITY;

  appendBool(value: boolean): void {
    if (this.length === this.capacity) this.grow();
    if (value) setBit(this.values, this.length);
    this.length++;
  }

  override appendNull(): void {
    this.markNull();
    this.appendBool(false);
  }

  override get byteSize(): number {
    return bytesForBits(this.length) + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.grow(this.length + end - start);
    this.copyNulls(column, start, end);
    const source = column.values as Uint8Array;
    for (let row = start; row < end; row++) this.appendBool(bitAt(source, row));
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.grow(this.length + rows.length);
    this.gatherNulls(column, rows);
    const source = column.values as Uint8Array;
    for (let i = 0; i < rows.length; i++) this.appendBool(bitAt(source, rows[i]!));
  }

  override finish(): Column {
    const { type, length, nullCount } = this;
    const values = this.values.subarray(0, bytesForBits(length));
    return { type, length, nullCount, validity: this.finishValidity(), values };
  }

  override truncate(length: number): void {
    this.truncateValidity(length);
    this.values.fill(0, bytesForBits(length), bytesForBits(this.length));
    if (length % 8 !== 0) this.values[length >> 3]! &= (1 << (length & 7)) - 1;
    this.length = length;
  }

  /** Makes room for `needed` slots in all. */
  grow(needed: number = this.length + 1): void {
    if (needed <= this.capacity) return;
    const grown = new Uint8Array(bytesForBits(grownCapacity(this.capacity, needed)));
    grown.set(this.values);
    this.values = grown;
    this.capacity = grown.length * 8;
  }
}
