import type { Type } from '../../core/schema.ts';
import { bytesForBits, clearBit, countZeros, setBit } from '../bitmap.ts';
import type { Column, Selection } from '../column.ts';

/** Slots a builder has room for before its first growth. */
export const INITIAL_CAPACITY = 64;

/**
 * A growing column. Memory is kept over `clear`, so a builder that is used for batch after batch stops allocating.
 *
 * **Invariant:** the bits of `validity` from `length` on are one, so that appending a value never touches them: only a
 * null does, and the bitmap does not exist before the first.
 */
export abstract class Builder {
  readonly type: Type;
  length = 0;
  nullCount = 0;
  private validity: Uint8Array | undefined;

  constructor(type: Type) {
    this.type = type;
  }

  /** Bytes of what was appended, without spare room. */
  abstract get byteSize(): number;
  abstract appendNull(): void;
  /** Appends the rows [start, end) of a column of the same type. */
  abstract appendRange(column: Column, start: number, end: number): void;
  /** What was appended, as views: valid until the next append, truncate or clear. */
  abstract finish(): Column;
  /** Takes back the slots from `length` on, with their children and data. */
  abstract truncate(length: number): void;

  /** Appends the rows of these numbers, in any order. */
  protected abstract gather(column: Column, rows: Int32Array): void;

  /** Appends the selected rows of a column of the same type. */
  appendSelection(column: Column, selection: Selection): void {
    const { picked } = column;
    if (picked !== undefined) this.appendSelection(picked.column, rowsOf(picked.rows, selection));
    else if (selection === undefined) this.appendRange(column, 0, column.length);
    else this.gather(column, selection);
  }

  clear(): void {
    this.truncate(0);
  }

  protected get validityBytes(): number {
    return this.nullCount === 0 ? 0 : bytesForBits(this.length);
  }

  /** Marks slot `length` null; the caller fills the slot and counts it. */
  protected markNull(): void {
    clearBit(this.validityFor(this.length + 1), this.length);
    this.nullCount++;
  }

  /** Takes over the nulls of [start, end) for the slots from `length` on; called before `length` is moved. */
  protected copyNulls(column: Column, start: number, end: number): void {
    const source = column.validity;
    if (source === undefined || column.nullCount === 0) return;
    const target = this.validityFor(this.length + end - start);
    const shift = this.length - start;
    for (let row = start; row < end; row++) {
      if (((source[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      clearBit(target, row + shift);
      this.nullCount++;
    }
  }

  /** As `copyNulls`, for selected rows. */
  protected gatherNulls(column: Column, rows: Int32Array): void {
    const source = column.validity;
    if (source === undefined || column.nullCount === 0) return;
    const target = this.validityFor(this.length + rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (((source[row >> 3]! >> (row & 7)) & 1) === 1) continue;
      clearBit(target, this.length + i);
      this.nullCount++;
    }
  }

  /** Makes the slots from `length` on valid again; called before `length` is moved. */
  protected truncateValidity(length: number): void {
    const { validity } = this;
    if (validity === undefined || this.nullCount === 0) return;
    // The bitmap grows with nulls alone: beyond its end there are none.
    const end = Math.min(this.length, validity.length * 8);
    if (length >= end) return;
    this.nullCount -= countZeros(validity, length, end);
    for (let i = length; i < end; i++) setBit(validity, i);
  }

  protected finishValidity(): Uint8Array | undefined {
    if (this.nullCount === 0) return undefined;
    return this.validityFor(this.length).subarray(0, bytesForBits(this.length));
  }

  private validityFor(bits: number): Uint8Array {
    const bytes = bytesForBits(bits);
    if (this.validity !== undefined && this.validity.length >= bytes) return this.validity;
    const grown = new Uint8Array(Math.max(bytes, 2 * (this.validity?.length ?? 0), INITIAL_CAPACITY >> 3)).fill(0xff);
    if (this.validity) grown.set(this.validity);
    this.validity = grown;
    return grown;
  }
}

/** The entries of `rows` that are selected. */
function rowsOf(rows: Int32Array, selection: Selection): Int32Array {
  return selection === undefined ? rows : selection.map((row) => rows[row]!);
}

/** Room for `needed` slots, at least doubled. */
export function grownCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity * 2, INITIAL_CAPACITY);
}
