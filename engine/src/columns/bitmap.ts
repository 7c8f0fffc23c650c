/** Bitmaps as Arrow has them: bit `i` is bit `i & 7` of byte `i >> 3`. */

export function bytesForBits(bits: number): number {
  return (bits + 7) >> 3;
}

export function bitAt(bitmap: Uint8Array, index: number): boolean {
  return ((bitmap[index >> 3]! >> (index & 7)) & 1) === 1;
}

export function setBit(bitmap: Uint8Array, index: number): void {
  bitmap[index >> 3]! |= 1 << (index & 7);
}

export function clearBit(bitmap: Uint8Array, index: number): void {
  bitmap[index >> 3]! &= ~(1 << (index & 7));
}

/** Zeros among the bits [start, end). */
export function countZeros(bitmap: Uint8Array, start: number, end: number): number {
  let zeros = 0;
  for (let i = start; i < end; i++) zeros += 1 - ((bitmap[i >> 3]! >> (i & 7)) & 1);
  return zeros;
}
