import type { BoolBuilder } from '../../columns/builders/bool.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Bytes16Builder } from '../../columns/builders/bytes16.ts';
import { FAILED, HEX, LETTER_F, LETTER_T, MINUS, QUOTE } from './ascii.ts';
import { skipString } from './skip.ts';
import { textOf } from './string.ts';

const [TRUE, ALSE] = [0x65757274, 0x65736c61]; // little-endian words

export function readBool(bytes: Buffer, at: number, builder: BoolBuilder): number {
  const first = bytes[at];
  if (first === LETTER_T && bytes.readInt32LE(at) === TRUE) {
    builder.appendBool(true);
    return at + 4;
  }
  if (first !== LETTER_F || bytes.readInt32LE(at + 1) !== ALSE) return FAILED;
  builder.appendBool(false);
  return at + 5;
}

/** Hyphens of a uuid, by their position after the quote. */
const GROUPS = [8, 13, 18, 23];

/** Reads 32 hexadecimal digits in five groups; either case. */
export function readUuid(bytes: Buffer, at: number, builder: Bytes16Builder): number {
  const start = at + 1;
  if (bytes[at] !== QUOTE || bytes[at + 37] !== QUOTE || !GROUPS.every((hyphen) => bytes[start + hyphen] === MINUS)) {
    return FAILED;
  }
  if (builder.length === builder.capacity) builder.grow();
  let to = builder.length * 16;
  for (let p = start; p < start + 36; p += 2) {
    if (bytes[p] === MINUS) p++;
    const high = HEX[bytes[p]!]!;
    const low = HEX[bytes[p + 1]!]!;
    if ((high | low) > 15) return FAILED;
    builder.values[to++] = (high << 4) | low;
  }
  builder.length++;
  return at + 38;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Reads padded base64 (RFC 4648, section 4) as the bytes it stands for. */
export function readBinary(bytes: Buffer, at: number, builder: BytesBuilder): number {
  const text = textOf(bytes, at);
  if (text === undefined || !BASE64.test(text)) return FAILED;
  const decoded = Buffer.from(text, 'base64');
  builder.appendSpan(decoded, 0, decoded.length);
  return skipString(bytes, at);
}
