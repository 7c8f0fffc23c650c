import { bitAt } from './bitmap.ts';
import type { Column } from './column.ts';

/** Single cells, read exactly. For code that goes row by row; hot loops read the arrays themselves. */

export function isNull(column: Column, row: number): boolean {
  return column.nullCount > 0 && column.validity !== undefined && !bitAt(column.validity, row);
}

/** The number in a cell of layout `fixed` (date: days since the epoch). */
export function numberAt(column: Column, row: number): number {
  return column.values![row] as number;
}

/** The integer in a cell of layout `int64`, in the column's own unit. */
export function bigintAt(column: Column, row: number): bigint {
  return column.values![row] as bigint;
}

export function boolAt(column: Column, row: number): boolean {
  return bitAt(column.values as Uint8Array, row);
}

/** The bytes of a string, json or binary cell, as a view. */
export function bytesAt(column: Column, row: number): Uint8Array {
  return column.data!.subarray(column.offsets![row], column.offsets![row + 1]);
}

/** The text of a string or json cell. */
export function textAt(column: Column, row: number): string {
  const bytes = bytesAt(column, row);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** The unscaled value of a decimal cell. */
export function unscaledAt(column: Column, row: number): bigint {
  const bytes = column.values as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset + row * 16, 16);
  return (view.getBigInt64(8, true) << 64n) | view.getBigUint64(0, true);
}

/** Canonical lower-case text of a uuid cell. */
export function uuidAt(column: Column, row: number): string {
  const bytes = column.values as Uint8Array;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + row * 16, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
