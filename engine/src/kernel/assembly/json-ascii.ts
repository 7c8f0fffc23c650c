// Bytes that mean something in JSON, and what is looked for in 16 of them at a time.

export const QUOTE: u32 = 0x22;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const OPEN_LIST: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSE_LIST: u32 = 0x5d;
export const LETTER_E: u32 = 0x65;
export const LETTER_N: u32 = 0x6e;
export const OPEN_OBJECT: u32 = 0x7b;
export const CLOSE_OBJECT: u32 = 0x7d;

// Words as little-endian integers.
export const NULL: u32 = 0x6c6c756e;
export const TRUE: u32 = 0x65757274;
export const ALSE: u32 = 0x65736c61;

/** First byte from `p` on that is not whitespace. Zeros follow every body, and end every loop. */
@inline
export function skipSpace(p: usize): usize {
  return load<u8>(p) > 0x20 ? p : skipSpaces(p);
}

function skipSpaces(p: usize): usize {
  while (true) {
    const byte: u32 = load<u8>(p);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return p;
    p++;
  }
}

// Vectors in memory: one that is written in the code V8 makes anew, in three steps, wherever it is used.
const TWOS = memory.data<u64>([0x0202_0202_0202_0202, 0x0202_0202_0202_0202], 16);
const SPACES = memory.data<u64>([0x2020_2020_2020_2020, 0x2020_2020_2020_2020], 16);
const BACKSLASHES = memory.data<u64>([0x5c5c_5c5c_5c5c_5c5c, 0x5c5c_5c5c_5c5c_5c5c], 16);

/** A bit for each byte that does not stand for itself in a string: quotes, backslashes, control characters. */
@inline
export function specialBytes(bytes: v128): i32 {
  // With bit 1 flipped the quote, 0x22, comes next to the control characters, which stay among themselves.
  const controls = i8x16.le_u(v128.xor(bytes, v128.load(TWOS)), v128.load(SPACES));
  return i8x16.bitmask(v128.or(controls, i8x16.eq(bytes, v128.load(BACKSLASHES))));
}

@inline
export function isDigit(byte: u32): bool {
  return byte - ZERO <= 9;
}

/** Value of a hexadecimal digit, 0xff for other bytes. */
@inline
export function hexDigit(byte: u32): u32 {
  if (byte - ZERO <= 9) return byte - ZERO;
  const letter = (byte | 0x20) - 0x61;
  return letter <= 5 ? letter + 10 : 0xff;
}
