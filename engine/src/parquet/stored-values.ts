import { isUtf8 } from 'node:buffer';
import type { FixedValues } from '../columns/column.ts';
import type { TypeOf } from '../core/schema.ts';
import type { PhysicalColumn } from './arrow-memory.ts';
import { eachNull, eachValue, type Refuse } from './refusals.ts';

/** Values of a column that its file stores in another form than ours: each function makes ours of them. */

/** Small integers are stored in 32 bits. `narrow` is an array of the type, of the column's length. */
export function narrowed<Values extends FixedValues>(
  column: PhysicalColumn,
  narrow: Values,
  refuse: (slot: number, value: unknown) => void,
): Values {
  const values = column.values as Int32Array;
  narrow.set(values as never);
  for (let i = 0; i < column.length; i++) if (narrow[i] !== values[i] && isValid(column, i)) refuse(i, values[i]);
  return narrow;
}

function isValid({ validity }: PhysicalColumn, slot: number): boolean {
  return validity === undefined || ((validity[slot >> 3]! >> (slot & 7)) & 1) === 1;
}

const DAY_US = 86_400_000_000n;

/** Times of day in microseconds. */
export function timesOf(column: PhysicalColumn, unit: 'ms' | 'us' | 'ns', refuse: Refuse, path: string): BigInt64Array {
  const times = new BigInt64Array(column.length);
  eachValue(column, (slot) => {
    const stored = BigInt(column.values![slot]!);
    const micros = unit === 'ms' ? stored * 1000n : unit === 'us' ? stored : stored / 1000n;
    if (unit === 'ns' && stored % 1000n !== 0n)
      refuse(slot, `${path} must be whole microseconds, got ${stored} ns`, path);
    else if (micros < 0n || micros >= DAY_US) refuse(slot, `${path} must be within a day, got ${stored} ${unit}`, path);
    else times[slot] = micros;
  });
  return times;
}

const JULIAN_EPOCH_DAY = 2_440_588n;
const DAY_NS = 86_400_000_000_000n;

/** Nanoseconds since the epoch of an INT96: nanoseconds of the day, then the Julian day. */
export function int96At(bytes: Uint8Array, slot: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + 12 * slot, 12);
  return (BigInt(view.getInt32(8, true)) - JULIAN_EPOCH_DAY) * DAY_NS + view.getBigInt64(0, true);
}

/** Moments stored as INT96, in the unit of a type. */
export function int96Values(
  column: PhysicalColumn,
  { unit }: TypeOf<'timestamp'>,
  refuse: Refuse,
  path: string,
): BigInt64Array {
  const values = new BigInt64Array(column.length);
  const step = { ms: 1_000_000n, us: 1_000n, ns: 1n }[unit];
  eachValue(column, (slot) => {
    const nanos = int96At(column.values as Uint8Array, slot);
    const value = nanos / step;
    if (value * step !== nanos) refuse(slot, `${path} must be a timestamp in whole ${unit}, got ${nanos} ns`, path);
    else if (BigInt.asIntN(64, value) !== value)
      refuse(slot, `${path} must be a timestamp within 64 bits of ${unit}, got ${nanos} ns`, path);
    else values[slot] = value;
  });
  return values;
}

/** Decimals as 16 bytes each, whatever they are stored in. */
export function decimalsOf(column: PhysicalColumn, refuse: Refuse, path: string): Uint8Array {
  const { values, offsets, data, length } = column;
  if (values instanceof Int32Array) return extended(length, (slot) => BigInt(values[slot]!));
  if (values instanceof BigInt64Array) return extended(length, (slot) => values[slot]!);
  const bytes = (data ?? values) as Uint8Array;
  const width = offsets ? 0 : bytes.length / Math.max(1, length);
  const decimals = new Uint8Array(16 * length);
  eachValue(column, (slot) => {
    const [start, end] = offsets ? [offsets[slot]!, offsets[slot + 1]!] : [slot * width, (slot + 1) * width];
    if (!reverseExtended(decimals, 16 * slot, bytes.subarray(start, end))) {
      refuse(slot, `${path} must be a decimal of at most 16 bytes, got ${end - start}`, path);
    }
  });
  return decimals;
}

function extended(length: number, at: (slot: number) => bigint): Uint8Array {
  const halves = new BigInt64Array(2 * length);
  for (let slot = 0; slot < length; slot++) {
    const value = at(slot);
    halves[2 * slot] = value;
    if (value < 0n) halves[2 * slot + 1] = -1n;
  }
  return new Uint8Array(halves.buffer);
}

/** Writes a big-endian two's complement as 16 little-endian bytes; false if it does not fit. */
function reverseExtended(target: Uint8Array, at: number, bytes: Uint8Array): boolean {
  const sign = (bytes[0] ?? 0) > 127 ? 0xff : 0;
  const extra = bytes.length - 16;
  for (let i = 0; i < extra; i++) if (bytes[i] !== sign) return false;
  if (extra > 0 && (bytes[extra]! > 127 ? 0xff : 0) !== sign) return false;
  for (let i = 0; i < 16; i++) target[at + i] = i < bytes.length ? bytes[bytes.length - 1 - i]! : sign;
  return true;
}

/** Floats of two bytes: 1 sign, 5 exponent and 10 fraction bits. */
export function halvesOf({ values, length }: PhysicalColumn): Float32Array {
  const { buffer, byteOffset } = values as Uint8Array;
  const view = new DataView(buffer, byteOffset);
  return Float32Array.from({ length }, (_, slot) => halfOf(view.getUint16(2 * slot, true)));
}

function halfOf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Values of a fixed width as spans; a null slot's is empty. */
export function spansOf(column: PhysicalColumn, width: number): { offsets: Int32Array; data: Uint8Array } {
  const { length, nullCount } = column;
  const values = column.values as Uint8Array;
  const offsets = new Int32Array(length + 1);
  if (nullCount === 0) return { offsets: offsets.map((_, i) => i * width), data: values };
  const data = new Uint8Array((length - nullCount) * width);
  let end = 0;
  for (let slot = 0; slot < length; slot++) {
    if (isValid(column, slot)) {
      data.set(values.subarray(slot * width, (slot + 1) * width), end);
      end += width;
    }
    offsets[slot + 1] = end;
  }
  return { offsets, data };
}

/** Refuses texts that are not UTF-8. One look at all of them tells the good from the bad, but for characters cut in two. */
export function checkUtf8(column: PhysicalColumn, refuse: Refuse, path: string): void {
  const { length } = column;
  const [offsets, data] = [column.offsets!, column.data!];
  const isWhole = () => {
    for (let i = 0; i < length; i++) if ((data[offsets[i]!]! & 0xc0) === 0x80) return false;
    return true;
  };
  if (isUtf8(data) && isWhole()) return;
  eachValue(column, (slot) => {
    const text = data.subarray(offsets[slot], offsets[slot + 1]);
    if (!isUtf8(text))
      refuse(slot, `${path} must be UTF-8, got ${Buffer.from(text.subarray(0, 20)).toString('hex')}`, path);
  });
}

/** Null slots hold zero: a decoder leaves in them whatever there was. */
export function clearNulls(column: PhysicalColumn, values: FixedValues | Uint8Array, width = 1): void {
  if (column.nullCount === 0) return;
  const zero = values instanceof BigInt64Array || values instanceof BigUint64Array ? 0n : 0;
  eachNull(column, (slot) => values.fill(zero as never, slot * width, (slot + 1) * width));
}
