// Parquet's hybrid of run lengths and bit packing, for levels and dictionary indices:
//
//   run     = varint(count << 1) value              the value in as many whole bytes as the width needs
//   packed  = varint(groups << 1 | 1) values        8 values a group, least significant bit first
//
// Values come as u8 (levels, booleans) or u32 (indices).

/** A run that saves fewer bits than this costs more in the headers around it. */
const WORTH_BITS: u32 = 40;

/** Bytes that `hybrid` may write. */
// @ts-ignore: decorator
@inline
export function hybridBound(count: u32, width: u32): u32 {
  return count + 64 + ((count * width) >> 3);
}

/** Bits that hold `value`, at least one: some readers take no width of zero. */
// @ts-ignore: decorator
@inline
export function widthOf(value: u32): u32 {
  return max<u32>(1, 32 - clz(value));
}

/** Writes `count` values of `width` bits; answers where it ended. Reads up to 16 values beyond the last. */
export function hybrid<T>(source: u32, count: u32, width: u32, target: u32): u32 {
  let at: u32 = 0;
  let literal: u32 = 0; // first value that is not written yet
  while (at < count) {
    const run = runOf<T>(source, at, count);
    if (run >= 8 && run * width >= WORTH_BITS) {
      if (literal < at) target = packed<T>(source, literal, at - literal, width, target);
      target = storeRun(run, load<T>(source + at * sizeof<T>()), width, target);
      at += run;
      literal = at;
    } else {
      at += max<u32>(run & ~7, 8); // packed values come in groups
    }
  }
  return literal < count ? packed<T>(source, literal, count - literal, width, target) : target;
}

/** Equal values from `at` on. */
// @ts-ignore: decorator
@inline
function runOf<T>(source: u32, at: u32, count: u32): u32 {
  const start = source + at * sizeof<T>();
  const first = sizeof<T>() == 1 ? i8x16.splat(<i8>load<T>(start)) : i32x4.splat(<i32>load<T>(start));
  const lanes: u32 = 16 / sizeof<T>();
  let end = at;
  let from = start;
  while (end < count) {
    const vector = v128.load(from);
    const mask = sizeof<T>() == 1 ? i8x16.bitmask(i8x16.eq(vector, first)) : i32x4.bitmask(i32x4.eq(vector, first));
    const equal = ctz(~mask);
    end += equal;
    if (<u32>equal < lanes) break;
    from += 16;
  }
  return min(end, count) - at;
}

function storeRun(run: u32, value: u32, width: u32, target: u32): u32 {
  target = varint(run << 1, target);
  for (let bits: u32 = 0; bits < width; bits += 8) store<u8>(target++, value >> bits);
  return target;
}

// @ts-ignore: decorator
@inline
export function varint(value: u32, target: u32): u32 {
  while (value > 127) {
    store<u8>(target++, value | 128);
    value >>>= 7;
  }
  store<u8>(target, value);
  return target + 1;
}

function packed<T>(source: u32, first: u32, count: u32, width: u32, target: u32): u32 {
  const groups = (count + 7) >> 3;
  return pack<T>(source + first * sizeof<T>(), count, width, varint((groups << 1) | 1, target));
}

/** Bits of `count` values; the last group of 8 is filled up with zeros. */
export function pack<T>(source: u32, count: u32, width: u32, target: u32): u32 {
  if (sizeof<T>() == 1 && width == 1) return packBits(source, count, target);
  const end = target + (((count + 7) >> 3) * width);
  let bits: u64 = 0;
  let filled: u32 = 0;
  let i: u32 = 0;
  if (sizeof<T>() == 4 && (width == 8 || width == 16)) {
    for (; i + 8 <= count; i += 8) {
      v128.store(target, narrowed(source + i * sizeof<T>(), width));
      target += width;
    }
  } else if (width <= 8) {
    for (; i + 8 <= count; i += 8) {
      store<u64>(target, packGroup<T>(source + i * sizeof<T>(), width));
      target += width;
    }
  }
  for (; i < count; i++) {
    bits |= <u64>load<T>(source + i * sizeof<T>()) << filled;
    filled += width;
    if (filled >= 32) {
      store<u32>(target, <u32>bits);
      target += 4;
      bits >>= 32;
      filled -= 32;
    }
  }
  while (target < end) {
    store<u8>(target++, <u8>bits);
    bits >>= 8;
  }
  return end;
}

/** 8 u32 as 8 values of 8 or of 16 bits. */
// @ts-ignore: decorator
@inline
function narrowed(source: u32, width: u32): v128 {
  const pairs = i16x8.narrow_i32x4_u(v128.load(source), v128.load(source, 16));
  return width == 8 ? i8x16.narrow_i16x8_u(pairs, pairs) : pairs;
}

/** 8 values of at most 8 bits. */
// @ts-ignore: decorator
@inline
function packGroup<T>(source: u32, width: u64): u64 {
  const size: u32 = sizeof<T>();
  // Two halves, so that the shifts of one need not wait for those of the other.
  let low = <u64>load<T>(source);
  let high = <u64>load<T>(source + 4 * size);
  low |= <u64>load<T>(source + size) << width;
  high |= <u64>load<T>(source + 5 * size) << width;
  low |= <u64>load<T>(source + 2 * size) << (width << 1);
  high |= <u64>load<T>(source + 6 * size) << (width << 1);
  low |= <u64>load<T>(source + 3 * size) << (width * 3);
  high |= <u64>load<T>(source + 7 * size) << (width * 3);
  return low | (high << (width << 2));
}

/** One bit a byte: whether it is not zero. */
export function packBits(source: u32, count: u32, target: u32): u32 {
  const end = target + ((count + 7) >> 3);
  const zero = i8x16.splat(0);
  let i: u32 = 0;
  for (; i + 16 <= count; i += 16) {
    store<u16>(target, i8x16.bitmask(i8x16.ne(v128.load(source + i), zero)));
    target += 2;
  }
  if (i < count) {
    const rest = i8x16.bitmask(i8x16.ne(v128.load(source + i), zero)) & ((1 << (count - i)) - 1);
    store<u8>(target, rest);
    if (target + 1 < end) store<u8>(target + 1, rest >> 8);
  }
  return end;
}
