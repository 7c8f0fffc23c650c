import type { Column } from '../columns/column.ts';
import { fixedArray, layoutOf } from '../columns/layout.ts';
import type { Type } from '../core/schema.ts';
import { integerRange } from '../core/schema-lattice.ts';
import { eachValue } from './refusals.ts';

/** Says that the value in a slot does not fit. */
export type RefuseSlot = (slot: number, value: unknown) => void;

/** A column of integers as one of another integer type; values out of its range are refused, as a JSON scanner does. */
export function fitIntegers(column: Column, to: Type, refuse: RefuseSlot): Column {
  const { length, nullCount, validity } = column;
  const common = { type: to, length, nullCount, validity };
  if (column.type.kind === 'int64' && to.kind === 'int') {
    checkSafe(column, refuse);
    return { ...common, values: column.values };
  }
  if (layoutOf(to) === 'fixed') return { ...common, values: narrowedTo(column, to, refuse) };
  return { ...common, values: widenedTo(column, to, refuse) };
}

/** High words of ±2^53: beyond them a number cannot be safe, within them all are but -2^53 itself. */
const HIGH_MAX = 2 ** 21 - 1;
const HIGH_MIN = -(2 ** 21);

/** Looks at 32 bits a value: a bigint for each would cost ten times as much. */
function checkSafe(column: Column, refuse: RefuseSlot): void {
  const values = column.values as BigInt64Array;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * column.length);
  for (let slot = 0; slot < column.length; slot++) {
    const high = words[2 * slot + 1]!;
    // Null slots hold zero.
    if (high > HIGH_MAX || high < HIGH_MIN || (high === HIGH_MIN && words[2 * slot] === 0)) refuse(slot, values[slot]);
  }
}

function narrowedTo(column: Column, to: Type, refuse: RefuseSlot): NonNullable<Column['values']> {
  const { min, max } = integerRange(to)!;
  const narrow = fixedArray(to, column.length);
  const [least, greatest] = [Number(min), Number(max)];
  eachValue(column, (slot) => {
    const value = column.values![slot]!;
    if (value < least || value > greatest) refuse(slot, value);
    else narrow[slot] = Number(value);
  });
  return narrow;
}

function widenedTo(column: Column, to: Type, refuse: RefuseSlot): BigInt64Array | BigUint64Array {
  const wide = to.kind === 'uint64' ? new BigUint64Array(column.length) : new BigInt64Array(column.length);
  const { min, max } = integerRange(to)!;
  const source = column.values!;
  if (!(source instanceof BigInt64Array || source instanceof BigUint64Array) && min < 0n) {
    spread(source as Int32Array, new Int32Array(wide.buffer));
    return wide;
  }
  eachValue(column, (slot) => {
    const value = BigInt(source[slot]!);
    if (value < min || value > max) refuse(slot, value);
    else wide[slot] = value;
  });
  return wide;
}

/** 32-bit integers, signed or not, as 64-bit ones: low word, high word. */
function spread(source: ArrayLike<number>, words: Int32Array): void {
  for (let i = 0; i < words.length >> 1; i++) {
    const value = source[i]!;
    words[2 * i] = value;
    words[2 * i + 1] = value < 0 ? -1 : 0;
  }
}
