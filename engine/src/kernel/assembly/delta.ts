// DELTA_BINARY_PACKED (parquet-format, Encodings.md): varints 128 (values a block), 4 (miniblocks a block), count; the first value as a zigzag varint; blocks.
// A block: the least delta as a zigzag varint, 4 bytes of bit widths, 4 miniblocks of 32 deltas less the least one, packed least
// significant bit first. Deltas wrap around at the width of the type. A block's last miniblocks may be missing: their width is
// 0; one that holds a value is padded.

const BLOCK_VALUES: u32 = 128;
const MINIBLOCKS: u32 = 4;
const MINIBLOCK_VALUES: u32 = 32;
/** Varints of block size, miniblocks, count (32 bits) and first value (64 bits). */
const MAX_HEADER_BYTES: u32 = 2 + 1 + 5 + 10;

/** Deltas of the block being written: u64s. */
const deltas = <u32>memory.data(1024, 16);

/** Bytes that `deltaBinaryPacked64` may need. */
export function deltaBinaryPacked64Bound(count: u32): u32 {
  return boundOf<i64>(count);
}

/** Bytes that `deltaBinaryPacked32` may need. */
export function deltaBinaryPacked32Bound(count: u32): u32 {
  return boundOf<i32>(count);
}

/** Encodes `count` i64s; answers the bytes written. */
export function deltaBinaryPacked64(source: u32, count: u32, target: u32): u32 {
  return deltaBinaryPacked<i64>(source, count, target);
}

/** Encodes `count` i32s; answers the bytes written. */
export function deltaBinaryPacked32(source: u32, count: u32, target: u32): u32 {
  return deltaBinaryPacked<i32>(source, count, target);
}

function boundOf<T>(count: u32): u32 {
  const blockBytes: u32 = 10 + MINIBLOCKS + BLOCK_VALUES * sizeof<T>();
  return MAX_HEADER_BYTES + ((count + BLOCK_VALUES - 1) / BLOCK_VALUES) * blockBytes;
}

function deltaBinaryPacked<T>(source: u32, count: u32, target: u32): u32 {
  let out = storeVarint(target, BLOCK_VALUES);
  out = storeVarint(out, MINIBLOCKS);
  out = storeVarint(out, count);
  const first: i64 = count > 0 ? <i64>load<T>(source) : 0;
  out = storeVarint(out, zigzag(first));
  for (let done: u32 = 1; done < count; done += BLOCK_VALUES) {
    out = storeBlock<T>(source + done * sizeof<T>(), min(BLOCK_VALUES, count - done), out);
  }
  return out - target;
}

/** A block of the `count` values from `source` on, each less the one before it. */
function storeBlock<T>(source: u32, count: u32, out: u32): u32 {
  const least = loadDeltas<T>(source, count);
  out = storeVarint(out, zigzag(least));
  const widths = out;
  store<u32>(widths, 0);
  out += MINIBLOCKS;
  for (let i: u32 = 0; i < count; i += MINIBLOCK_VALUES) {
    const miniblock = deltas + (i << 3);
    const width = lessen(miniblock, min(MINIBLOCK_VALUES, count - i), least);
    store<u8>(widths + i / MINIBLOCK_VALUES, width);
    out = pack(miniblock, width, out);
  }
  return out;
}

/** Fills `deltas`, wrapped around at the width of the type; answers the least. */
function loadDeltas<T>(source: u32, count: u32): i64 {
  let least = i64.MAX_VALUE;
  let previous = load<T>(source - sizeof<T>());
  for (let i: u32 = 0; i < count; i++) {
    const value = load<T>(source + i * sizeof<T>());
    const delta = <i64>(<T>(value - previous));
    store<i64>(deltas + (i << 3), delta);
    least = min(least, delta);
    previous = value;
  }
  return least;
}

/** Takes the least delta off those of a miniblock and pads it with zeros; answers the bits that the largest needs. */
function lessen(miniblock: u32, count: u32, least: i64): u32 {
  let all: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = miniblock + (i << 3);
    const delta = load<u64>(at) - <u64>least;
    store<u64>(at, delta);
    all |= delta;
  }
  memory.fill(miniblock + (count << 3), 0, (MINIBLOCK_VALUES - count) << 3);
  return 64 - <u32>clz(all);
}

/** Packs the 32 u64s of a miniblock into `4 * width` bytes. */
function pack(miniblock: u32, width: u32, out: u32): u32 {
  if (width == 0) return out;
  let word: u64 = 0;
  let filled: u32 = 0; // bits of word, below 64
  for (let i: u32 = 0; i < MINIBLOCK_VALUES; i++) {
    const value = load<u64>(miniblock + (i << 3));
    word |= value << filled;
    filled += width;
    if (filled >= 64) {
      store<u64>(out, word);
      out += 8;
      filled -= 64;
      // The bits of the value that did not fit; a shift by the width of a word would be one by 0.
      word = filled ? value >> (width - filled) : 0;
    }
  }
  if (filled) {
    store<u32>(out, <u32>word); // of an odd width: half a word
    out += 4;
  }
  return out;
}

// @ts-ignore: decorator
@inline
function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

function storeVarint(out: u32, value: u64): u32 {
  while (value >= 0x80) {
    store<u8>(out++, <u32>value | 0x80);
    value >>= 7;
  }
  store<u8>(out, <u32>value);
  return out + 1;
}
