import { bigintAt, boolAt, bytesAt, isNull, numberAt, unscaledAt } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { isScalar } from '../../columns/scalar-text.ts';
import type { Ordered } from '../../parquet/condition.ts';

/** The value of a slot in the order of its type; undefined for null, and for NaN, which is in no order. Bytes are views. */
export type OrderedCells = (slot: number) => Ordered | undefined;

/** How a column of scalars compares. Undefined for nested ones, which have no order. */
export function orderedCells(column: Column): OrderedCells | undefined {
  const read = reader(column);
  return read && ((slot) => (isNull(column, slot) ? undefined : read(slot)));
}

function reader(column: Column): OrderedCells | undefined {
  const { type } = column;
  if (!isScalar(type)) return undefined;
  switch (type.kind) {
    case 'string':
    case 'json':
    case 'binary':
      return (slot) => bytesAt(column, slot);
    case 'uuid':
      return (slot) => (column.values as Uint8Array).subarray(16 * slot, 16 * slot + 16);
    case 'decimal':
      return (slot) => unscaledAt(column, slot);
    case 'bool':
      return (slot) => BigInt(boolAt(column, slot));
    case 'int':
    case 'int64':
    case 'uint64':
    case 'time':
    case 'timestamp':
      return (slot) => bigintAt(column, slot);
    case 'float':
    case 'double':
      return (slot) => {
        const value = numberAt(column, slot);
        return Number.isNaN(value) ? undefined : value;
      };
    default:
      return (slot) => numberAt(column, slot);
  }
}
