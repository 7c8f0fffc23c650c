// What compressors compare with.

/** How many bytes from `a` on equal those from `b` on, which ends at `end`. */
// @ts-ignore: decorator
@inline
export function commonBytes(a: u32, b: u32, end: u32): u32 {
  const limit = end - b;
  let i: u32 = 0;
  for (; i + 8 <= limit; i += 8) {
    const difference = load<u64>(a + i) ^ load<u64>(b + i);
    if (difference) return i + <u32>(ctz(difference) >> 3);
  }
  while (i < limit && load<u8>(a + i) == load<u8>(b + i)) i++;
  return i;
}
