import { bitAt } from '../../columns/bitmap.ts';
import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { COLUMN } from './layout.ts';
import type { PlannedColumn } from './plan.ts';

/**
 * Appends the slots [start, end) of a column to one of a scan; false if there is no memory, with slots of it left behind for
 * `jsonFinish` to take back.
 */
export function appendColumn(
  kernel: Kernel,
  scan: number,
  planned: PlannedColumn,
  column: Column,
  start = 0,
  end = column.length,
): boolean {
  const { words } = kernel;
  const at = planned.address >> 2;
  const length = words[at + COLUMN.length / 4]!;
  const { offsets, data } = column;
  const spanStart = offsets?.[start] ?? 0;
  const spanEnd = offsets?.[end] ?? 0;
  const used = words[at + COLUMN.dataEnd / 4]!;
  const dataNeeded = data === undefined ? 0 : used + spanEnd - spanStart;
  if (kernel.exports.jsonReserve(scan, planned.address, length + end - start, dataNeeded) === 0) return false;
  const values = words[at + COLUMN.values / 4]!;
  appendNulls(kernel, planned.address, column, start, end);
  let isAppended = true;
  if (offsets !== undefined) {
    const shift = words[(values >> 2) + length]! - spanStart;
    for (let slot = start; slot < end; slot++)
      words[(values >> 2) + length + slot - start + 1] = offsets[slot + 1]! + shift;
    if (data !== undefined) {
      kernel.bytes.set(data.subarray(spanStart, spanEnd), words[at + COLUMN.data / 4]! + used);
      words[at + COLUMN.dataEnd / 4] = used + spanEnd - spanStart;
    }
  } else if (column.type.kind === 'bool') {
    const bits = column.values as Uint8Array;
    for (let slot = start; slot < end; slot++) kernel.bytes[values + length + slot - start] = Number(bitAt(bits, slot));
  } else if (column.values !== undefined) {
    kernel.bytes.set(fixedBytes(column, start, end), values + length * widthOf(column));
  }
  words[at + COLUMN.length / 4] = length + end - start;
  for (const [i, child] of planned.children.entries()) {
    const [from, to] = offsets === undefined ? [start, end] : [spanStart, spanEnd];
    isAppended &&= appendColumn(kernel, scan, child, column.children![i]!, from, to);
  }
  return isAppended;
}

function appendNulls(kernel: Kernel, address: number, column: Column, start: number, end: number): void {
  if (column.nullCount === 0) return;
  const { words, bytes } = kernel;
  const length = words[(address + COLUMN.length) >> 2]!;
  const validity = words[(address + COLUMN.validity) >> 2]!;
  for (let slot = start; slot < end; slot++) {
    if (!bitAt(column.validity!, slot)) bytes[validity + length + slot - start] = 0;
  }
  words[(address + COLUMN.hasNulls) >> 2] = 1;
}

function widthOf({ type, values }: Column): number {
  return type.kind === 'decimal' || type.kind === 'uuid' ? 16 : values!.BYTES_PER_ELEMENT;
}

function fixedBytes(column: Column, start: number, end: number): Uint8Array {
  const { buffer, byteOffset } = column.values!;
  const width = widthOf(column);
  return new Uint8Array(buffer, byteOffset + start * width, (end - start) * width);
}
