import type { Type } from '../../core/schema.ts';
import type { Column } from '../column.ts';
import { Builder, grownCapacity, INITIAL_CAPACITY } from './base.ts';
import { gatherFixed } from './gather.ts';

const WORD = 4_294_967_296;

/** int, int64, uint64, timestamp, time. Written as pairs of 32-bit words (little-endian machines), so that bigint stays out of the way. */
export class Int64Builder extends Builder {
  /** Generated code writes here itself: words `2 * length` (low) and `2 * length + 1` (high), after `grow()` if `length === capacity`. */
  words: Int32Array<ArrayBuffer>;
  capacity = INITIAL_CAPACITY;
  private values: BigInt64Array | BigUint64Array;

  constructor(type: Type) {
    super(type);
    this.words = new Int32Array(INITIAL_CAPACITY * 2);
    this.values = bigValues(type, this.words.buffer, INITIAL_CAPACITY);
  }

  /** A safe integer. */
  appendNumber(value: number): void {
    // ToInt32 is exact modulo 2^32 for every finite number, and dividing by a power of two is exact.
    this.appendWords(value | 0, Math.floor(value / WORD));
  }

  /** The caller has checked the range; what is beyond 64 bits would be cut off. */
  appendBigInt(value: bigint): void {
    if (this.length === this.capacity) this.grow();
    this.values[this.length++] = value;
  }

  /** The low and the high half of a two's complement value. */
  appendWords(low: number, high: number): void {
    if (this.length === this.capacity) this.grow();
    const at = this.length++ * 2;
    this.words[at] = low;
    this.words[at + 1] = high;
  }

  override appendNull(): void {
    this.markNull();
    this.appendWords(0, 0);
  }

  override get byteSize(): number {
    return this.length * 8 + this.validityBytes;
  }

  override appendRange(column: Column, start: number, end: number): void {
    this.grow(this.length + end - start);
    this.copyNulls(column, start, end);
    (this.values as BigInt64Array).set((column.values as BigInt64Array).subarray(start, end), this.length);
    this.length += end - start;
  }

  protected override gather(column: Column, rows: Int32Array): void {
    this.grow(this.length + rows.length);
    this.gatherNulls(column, rows);
    gatherFixed(this.words, this.length, column.values!, { rows, width: 8 });
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
    const grown = new Int32Array(this.capacity * 2);
    grown.set(this.words.subarray(0, this.length * 2));
    this.words = grown;
    this.values = bigValues(this.type, grown.buffer, this.capacity);
  }
}

function bigValues(type: Type, buffer: ArrayBuffer, length: number): BigInt64Array | BigUint64Array {
  return type.kind === 'uint64' ? new BigUint64Array(buffer, 0, length) : new BigInt64Array(buffer, 0, length);
}
