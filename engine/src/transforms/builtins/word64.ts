/** The halves of a 64-bit integer. */
export interface Halves {
  readonly high: number;
  readonly low: number;
}

/** An unsigned 64-bit integer to compute with in place, modulo 2^64: a bigint for each step would cost ten times as much. */
export class Word64 implements Halves {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }

  add({ high, low }: Halves): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  xor({ high, low }: Halves): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  multiply({ high, low }: Halves): this {
    // The upper half of low × low, out of products of 16 bits, which are exact.
    const a = this.low & 0xffff;
    const b = this.low >>> 16;
    const c = low & 0xffff;
    const d = low >>> 16;
    const middle = b * c + ((a * c) >>> 16);
    const carry = (middle >>> 16) + ((a * d + (middle & 0xffff)) >>> 16);
    this.high = (b * d + carry + Math.imul(this.low, high) + Math.imul(this.high, low)) | 0;
    this.low = Math.imul(this.low, low);
    return this;
  }

  /** To the left, by 1 to 31 bits. */
  rotate(bits: number): this {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
    return this;
  }

  /** 16 hex digits. */
  toHex(): string {
    return hex(this.high) + hex(this.low);
  }
}

/** Two digits for each byte. */
const DIGITS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

function hex(word: number): string {
  const upper = DIGITS[word >>> 24]! + DIGITS[(word >>> 16) & 0xff]!;
  return upper + DIGITS[(word >>> 8) & 0xff]! + DIGITS[word & 0xff]!;
}
