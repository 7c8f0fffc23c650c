/** Bytes that mean something in JSON. */
export const QUOTE = 0x22;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const NEWLINE = 0x0a;
export const LETTER_E = 0x65;
export const LETTER_F = 0x66;
export const LETTER_N = 0x6e;
export const LETTER_T = 0x74;
export const LETTER_U = 0x75;

/** What a reader answers instead of the next position when the bytes are not what it reads. */
export const FAILED = -1;

/**
 * Bytes of zero behind every body. Zero is nowhere valid in JSON, so it ends every loop: no reader compares its position
 * with the end, and none reads beyond the array.
 */
export const PADDING_BYTES = 64;

/** 1 for bytes that stand for themselves in a string: all but the quote, the backslash and control characters. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Value of a hexadecimal digit, 0xff for other bytes. */
export const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 0xff : digit;
});

/** Byte that a one-letter escape stands for, 0 where there is no such escape. */
export const ESCAPE = new Uint8Array(256);
for (const [letter, meaning] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [...pair])) {
  ESCAPE[letter!.charCodeAt(0)] = meaning!.charCodeAt(0);
}

export function isDigit(byte: number): boolean {
  return (byte ^ ZERO) <= 9; // one comparison: the digits are 0x30 to 0x39, and no other byte comes so close
}

/** First byte from `at` on that is not whitespace. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let byte = bytes[at]!;
  while (byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09) byte = bytes[++at]!;
  return at;
}
