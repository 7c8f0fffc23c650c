import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import { BACKSLASH, ESCAPE, FAILED, HEX, LETTER_N, LETTER_U, QUOTE } from './ascii.ts';
import { skipNested, skipString } from './skip.ts';

/**
 * Reads a string as UTF-8 bytes. Escapes are resolved; a lone surrogate (`\ud800`), which UTF-8 cannot hold, is refused.
 * That the bytes are UTF-8 is checked for the whole body. `view` is over the same memory as `bytes`.
 */
export function readString(bytes: Buffer, view: DataView, at: number, builder: BytesBuilder): number {
  if (bytes[at] !== QUOTE) return FAILED;
  const target = builder.view;
  const lastWord = target.byteLength - 4;
  let to = builder.offsets[builder.length]!;
  let p = at + 1;
  let special = 0;
  while (to <= lastWord) {
    const word = view.getInt32(p, true);
    target.setInt32(to, word, true); // what is copied too much is overwritten by the next value
    special = specialBytes(word);
    if (special !== 0) break;
    to += 4;
    p += 4;
  }
  if (special === 0) {
    builder.reserve(lastWord + 5);
    return readString(bytes, view, at, builder);
  }
  const plain = (31 - Math.clz32(special & -special)) >> 3;
  const byte = bytes[p + plain];
  if (byte !== QUOTE) return byte === BACKSLASH ? readEscaped(bytes, at, builder) : FAILED;
  builder.endSpan(to + plain);
  return p + plain + 1;
}

/**
 * Marks in the high bits of a word its quotes, backslashes and control characters: each of the three differences borrows
 * from the high bit of a byte that is one. The lowest mark is always right; those above it may be due to its borrow.
 */
function specialBytes(word: number): number {
  const borrows = (word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101);
  return borrows & ~word & 0x80808080;
}

/** Reads any value but null as the bytes it is written in: null is for the slot to take or to refuse. */
export function readJson(bytes: Buffer, at: number, builder: BytesBuilder): number {
  const next = skipNested(bytes, at);
  if (next < 0 || bytes[at] === LETTER_N) return FAILED;
  builder.appendSpan(bytes, at, next);
  return next;
}

/** The text of the string at `at`, for readers whose fast path did not match; undefined if there is no string. */
export function textOf(bytes: Buffer, at: number): string | undefined {
  const next = bytes[at] === QUOTE ? skipString(bytes, at) : FAILED;
  return next < 0 ? undefined : (JSON.parse(bytes.toString('utf8', at, next)) as string);
}

function readEscaped(bytes: Buffer, at: number, builder: BytesBuilder): number {
  const next = skipString(bytes, at);
  if (next < 0) return FAILED;
  const from = builder.offsets[builder.length]!;
  builder.reserve(from + next - at); // no escape is shorter than what it stands for
  const end = resolveEscapes(bytes, { start: at + 1, end: next - 1 }, builder.data, from);
  if (end < 0) return FAILED;
  builder.endSpan(end);
  return next;
}

/** Resolves the escapes of a span the grammar has passed; answers where the result ends, FAILED at a lone surrogate. */
function resolveEscapes(
  bytes: Uint8Array,
  span: { start: number; end: number },
  target: Uint8Array,
  to: number,
): number {
  for (let p = span.start; p < span.end; ) {
    const byte = bytes[p]!;
    if (byte !== BACKSLASH) {
      target[to++] = byte;
      p++;
    } else if (bytes[p + 1] !== LETTER_U) {
      target[to++] = ESCAPE[bytes[p + 1]!]!;
      p += 2;
    } else {
      const code = codePointAt(bytes, p);
      if (code < 0) return FAILED;
      to = writeUtf8(target, to, code);
      p += code > 0xffff ? 12 : 6;
    }
  }
  return to;
}

/** The code point of the `\u` escape at `p`, both halves of a surrogate pair together. */
function codePointAt(bytes: Uint8Array, p: number): number {
  const unit = hex4(bytes, p + 2);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit > 0xdbff || bytes[p + 6] !== BACKSLASH || bytes[p + 7] !== LETTER_U) return FAILED;
  const low = hex4(bytes, p + 8);
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : FAILED;
}

function hex4(bytes: Uint8Array, p: number): number {
  return (HEX[bytes[p]!]! << 12) | (HEX[bytes[p + 1]!]! << 8) | (HEX[bytes[p + 2]!]! << 4) | HEX[bytes[p + 3]!]!;
}

function writeUtf8(target: Uint8Array, to: number, code: number): number {
  if (code < 0x80) target[to++] = code;
  else if (code < 0x800) {
    target[to++] = 0xc0 | (code >> 6);
    target[to++] = 0x80 | (code & 63);
  } else {
    if (code < 0x10000) target[to++] = 0xe0 | (code >> 12);
    else {
      target[to++] = 0xf0 | (code >> 18);
      target[to++] = 0x80 | ((code >> 12) & 63);
    }
    target[to++] = 0x80 | ((code >> 6) & 63);
    target[to++] = 0x80 | (code & 63);
  }
  return to;
}
