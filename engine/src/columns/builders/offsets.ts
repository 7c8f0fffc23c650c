import { ParquetryError } from '../../core/errors.ts';
import { grownCapacity, INITIAL_CAPACITY } from './base.ts';

/** Offsets are signed 32-bit, as in Arrow's string, binary, list and map. */
const MAX_OFFSET = 2 ** 31 - 1;

/** A fresh offsets array, and its copy with more room. Slot 0 is always 0. */
export function initialOffsets(): Int32Array {
  return new Int32Array(INITIAL_CAPACITY + 1);
}

/** Room for `needed` slots in all; `used` slots are kept. */
export function grownOffsets(offsets: Int32Array, used: number, needed: number): Int32Array {
  if (needed < offsets.length) return offsets;
  const grown = new Int32Array(grownCapacity(offsets.length - 1, needed) + 1);
  grown.set(offsets.subarray(0, used + 1));
  return grown;
}

/** Throws E_INTERNAL if an offset would not fit: whoever fills the column has to seal it long before. */
export function checkOffset(offset: number): void {
  if (offset <= MAX_OFFSET) return;
  throw new ParquetryError('E_INTERNAL', `a column must stay below 2 GiB of data or 2^31 elements, got ${offset}`, {
    hint: 'Seal batches earlier: lower batch.targetSize or batch.memory.',
  });
}

/** Appends the offsets of the rows [start, end) of `source` after slot `at`, moved so that they go on from there. */
export function appendOffsets(
  target: Int32Array,
  at: number,
  source: Int32Array,
  span: { readonly start: number; readonly end: number },
): void {
  const shift = target[at]! - source[span.start]!;
  checkOffset(source[span.end]! + shift);
  for (let row = span.start; row < span.end; row++) target[at + 1 + row - span.start] = source[row + 1]! + shift;
}

/** As `appendOffsets` for selected rows; answers the elements they hold, in order. */
export function gatherOffsets(target: Int32Array, at: number, source: Int32Array, rows: Int32Array): Int32Array {
  let offset = target[at]!;
  for (let i = 0; i < rows.length; i++) {
    offset += source[rows[i]! + 1]! - source[rows[i]!]!;
    target[at + 1 + i] = offset;
  }
  checkOffset(offset);
  const elements = new Int32Array(offset - target[at]!);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let element = source[rows[i]!]!; element < source[rows[i]! + 1]!; element++) elements[count++] = element;
  }
  return elements;
}
