import { type Data, DataType, type Decimal, Precision, type Time, type Timestamp, TimeUnit } from 'apache-arrow';
import { dateText, timestampText, timeText, unitsPerSecond } from './time-text.ts';

/**
 * Canonical text of a scalar cell that is not null: all digits of numbers, ISO dates and times, base64 of binary. The same text as the
 * engine writes to NDJSON, whatever no double would hold: values are read from Arrow's buffers, never by its getters, which round.
 */
export function scalarText(data: Data, row: number): string {
  const type: DataType = data.type;
  if (DataType.isBool(type)) return bitAt(data.values as Uint8Array, data.offset + row) ? 'true' : 'false';
  if (DataType.isFloat(type)) return floatText(data, row);
  if (DataType.isInt(type)) return String((data.values as ArrayLike<number | bigint>)[row]);
  if (DataType.isDecimal(type)) return decimalText(unscaledAt(data.values as Uint32Array, type, row), type.scale);
  if (DataType.isTimestamp(type)) return instantText(data.values as BigInt64Array, type, row);
  if (DataType.isDate(type)) return dateText(data.values as Int32Array | BigInt64Array, row);
  if (DataType.isTime(type)) return clockText(data.values as Int32Array | BigInt64Array, type, row);
  if (isUuid(type)) return uuidText(bytesAt(data, row));
  if (isBytes(type)) return base64(bytesAt(data, row));
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return utf8.decode(bytesAt(data, row));
  throw new TypeError(`a cell of the Arrow type ${type} has no text`);
}

export function isBytes(type: DataType): boolean {
  return DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type);
}

/** The engine writes uuids as 16 bytes, and nothing else of a fixed size. */
export function isUuid(type: DataType): boolean {
  return DataType.isFixedSizeBinary(type) && type.byteWidth === 16;
}

/** Bytes of a text, binary or uuid: a view. */
export function bytesAt(data: Data, row: number): Uint8Array {
  const values = data.values as Uint8Array;
  const type: DataType = data.type;
  if (DataType.isFixedSizeBinary(type)) return values.subarray(row * type.byteWidth, (row + 1) * type.byteWidth);
  const offsets = data.valueOffsets as ArrayLike<number | bigint>;
  return values.subarray(Number(offsets[row]), Number(offsets[row + 1]));
}

export function bitAt(bitmap: Uint8Array, position: number): boolean {
  return ((bitmap[position >> 3]! >> (position & 7)) & 1) === 1;
}

const utf8 = new TextDecoder();

/** The first characters of a text, decoding no more than they need. */
export function textStart(bytes: Uint8Array, maxChars: number): string {
  // A character has four bytes at most; one that is cut through becomes a replacement character beyond `maxChars`.
  const part = bytes.length > maxChars * 4 ? bytes.subarray(0, maxChars * 4 + 4) : bytes;
  return utf8.decode(part).slice(0, maxChars);
}

export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function floatText(data: Data, row: number): string {
  const half = (data.type as { precision?: Precision }).precision === Precision.HALF;
  const value = half ? halfFloat((data.values as Uint16Array)[row]!) : (data.values as Float64Array)[row]!;
  return Object.is(value, -0) ? '-0' : String(value);
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Two's complement over 4 or 8 words, the lowest first. */
function unscaledAt(words: Uint32Array, { bitWidth }: Decimal, row: number): bigint {
  const count = bitWidth / 32;
  let value = 0n;
  for (let word = count - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[row * count + word]!);
  return BigInt.asIntN(bitWidth, value);
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function instantText(values: BigInt64Array, type: Timestamp, row: number): string {
  return timestampText(
    values[row]!,
    unitsPerSecond[TimeUnit[type.unit] as keyof typeof unitsPerSecond],
    Boolean(type.timezone),
  );
}

function clockText(values: Int32Array | BigInt64Array, type: Time, row: number): string {
  return timeText(BigInt(values[row]!), unitsPerSecond[TimeUnit[type.unit] as keyof typeof unitsPerSecond]);
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
