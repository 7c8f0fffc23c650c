/** The smaller of two bigints; Math.min takes none. */
export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The greater of two bigints; Math.max takes none. */
export function greatest(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}
