// BYTE_STREAM_SPLIT (parquet-format, Encodings.md): the first bytes of all values, then all second bytes, and so on.

/** Writes `width * count` bytes: `width` streams of `count` bytes. */
export function byteStreamSplit(source: u32, width: u32, count: u32, target: u32): u32 {
  let out = target;
  for (let stream: u32 = 0; stream < width; stream++) {
    const end = out + count;
    for (let at = source + stream; out < end; at += width) store<u8>(out++, load<u8>(at));
  }
  return width * count;
}
