import type { Type } from '../../core/schema.ts';
import type { Column } from '../column.ts';
import { fixedArray, type NumberValues } from '../layout.ts';
import { Builder, grownCapacity, INITIAL_CAPACITY } from './base.ts';
import { gatherFixed } from './gather.ts';

/** int8 to int32, uint8 to uint32, float, double, and date as days: types whose slots are numbers. */
export class FixedBuilder extends Builder {
  /** Generated code writes here itself: slot `length`, after `grow()` if `length === capacity`. */
  values: NumberValues;
  capacity = INITIAL_CAPACITY;

  constructor(type: Type) {
    super(type);
    this.values = fixedArray(type, INITIAL_CAPACITY);
  }

  /** The caller has checked that the type can hold `value`. */
  appendNumber(value: number): void {
    if (this.length === this.capacity) this.grow();
    this.values[this.length++] = value;
  }

  override appendNull(): void {
    this.markNull();
    this.appendNumber(0);
  }

  override get byteSize(): number {
    return this.length * this.values.BYTES_PER_ELEMENT + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.grow(this.length + end - start);
    this.copyNulls(column, start, end);
    this.values.set((column.values as NumberValues).subarray(start, end), this.length);
    this.length += end - start;
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.grow(this.length + rows.length);
    this.gatherNulls(column, rows);
    const width = this.values.BYTES_PER_ELEMENT;
    gatherFixed(this.values, this.length, column.values!, { rows, width });
    this.length += rows.length;
  }

  override finish(): Column {
    const { type, length, nullCount } = this;
    return { type, length, nullCount, validity: this.finishValidity(), values: this.values.subarray(0, length) };
  }

  override truncate(length: number): void {
    this.truncateValidity(length);
    this.length = length;
  }

  /** Makes room for `needed` slots in all. */
  grow(needed: number = this.length + 1): void {
    if (needed <= this.capacity) return;
    this.capacity = grownCapacity(this.capacity, needed);
    const grown = fixedArray(this.type, this.capacity);
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }
}
