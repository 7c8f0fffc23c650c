// Arithmetic on 128 bits, which WebAssembly does not have.

/** The higher 64 bits of the product of two unsigned numbers. */
@inline
export function highProduct(a: u64, b: u64): u64 {
  const aLow = a & 0xffff_ffff;
  const aHigh = a >>> 32;
  const bLow = b & 0xffff_ffff;
  const bHigh = b >>> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 32);
  const cross = aLow * bHigh + (middle & 0xffff_ffff);
  return aHigh * bHigh + (middle >>> 32) + (cross >>> 32);
}

/** A 128-bit accumulator for decimals. */
export let wideLow: u64 = 0;
export let wideHigh: u64 = 0;

export function setWide(value: u64): void {
  wideLow = value;
  wideHigh = 0;
}

/** Multiplies the accumulator and adds to it, modulo 2^128. */
export function multiplyAdd(factor: u64, addend: u64): void {
  const carried = highProduct(wideLow, factor);
  const low = wideLow * factor + addend;
  wideHigh = wideHigh * factor + carried + u64(low < addend);
  wideLow = low;
}

/** Stores the accumulator, or its negative, as 16 bytes of two's complement. */
export function storeWide(to: usize, isNegative: bool): void {
  const low = isNegative ? 0 - wideLow : wideLow;
  const high = isNegative ? ~wideHigh + u64(wideLow == 0) : wideHigh;
  store<u64>(to, low);
  store<u64>(to, high, 8);
}
