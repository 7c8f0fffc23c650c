/**
 * Encodings, compression and hashes of Parquet pages, pure functions on the kernel's memory. Sources are read where they lie,
 * targets are blocks with as many bytes as the function's bound says; answers are the bytes written. Byte arrays are given as
 * Arrow has them: `count + 1` i32 offsets into data.
 */
export interface PagePrimitives {
  snappyBound(length: number): number;
  /** A raw Snappy block. `table` is scratch of 32 KiB. */
  snappyCompress(source: number, length: number, target: number, table: number): number;
  /** The same, faster, where values of 8 bytes lie from the `from`-th byte on; `doubles` 1: they are, 0: integers. */
  snappyCompressWords(
    source: number,
    length: number,
    from: number,
    doubles: number,
    target: number,
    table: number,
  ): number;

  zstdBound(length: number): number;
  zstdWorkBytes(): number;
  /**
   * A Zstandard frame. From byte `from` on, `length` if there are none, lie values of 8 bytes: doubles, which `doubles` 1 says, or
   * integers. `work` is scratch of `zstdWorkBytes`. Answers 0 for what the library compresses faster: long text in which much repeats.
   */
  zstdCompress(source: number, length: number, from: number, doubles: number, target: number, work: number): number;

  deltaBinaryPacked64Bound(count: number): number;
  /** DELTA_BINARY_PACKED of i64s. */
  deltaBinaryPacked64(source: number, count: number, target: number): number;
  deltaBinaryPacked32Bound(count: number): number;
  /** DELTA_BINARY_PACKED of i32s. */
  deltaBinaryPacked32(source: number, count: number, target: number): number;
  deltaLengthByteArrayBound(count: number, plainBytes: number): number;
  /** DELTA_LENGTH_BYTE_ARRAY of byte arrays that have `plainBytes` bytes as in a PLAIN page. */
  deltaLengthByteArray(values: number, count: number, plainBytes: number, target: number): number;
  deltaByteArrayBound(count: number, plainBytes: number): number;
  /** DELTA_BYTE_ARRAY of values as in a PLAIN page, each of `width` bytes or, if that is 0, with its length before it. */
  deltaByteArray(values: number, width: number, count: number, plainBytes: number, target: number): number;
  /** BYTE_STREAM_SPLIT of `count` values of `width` bytes: writes as many bytes as it reads. */
  byteStreamSplit(source: number, width: number, count: number, target: number): number;

  /** XXH64 with seed 0, as a signed integer. */
  xxh64(source: number, length: number): bigint;
  /** Enters byte arrays into a split-block bloom filter of `filterBytes`, a multiple of 32, which starts as zeros. */
  bloomInsertBytes(filter: number, filterBytes: number, offsets: number, data: number, count: number): void;
  /** Enters values of `width` bytes, in their plain encoding. */
  bloomInsertFixed(filter: number, filterBytes: number, values: number, width: number, count: number): void;
  /** 0 if no value with this hash was entered, else 1: it may have been. */
  bloomContains(filter: number, filterBytes: number, hash: bigint): number;
}

/** A filter is a power of two: readers other than ours insist on it. */
const MIN_FILTER_BYTES = 32;
/** What parquet-java, parquet-rs and Arrow take at most. */
const MAX_FILTER_BYTES = 128 << 20;

/**
 * Bytes of a bloom filter that says of a value it does not hold that it may, with probability `fpp` in (0, 1), once `distinct`
 * values were entered.
 */
export function bloomFilterBytes(distinct: number, fpp: number): number {
  // Each value sets one bit in each of 8 words: the bits m of a filter of n values are wrong with (1 - e^(-8n/m))^8.
  const bits = (-8 * distinct) / Math.log1p(-(fpp ** (1 / 8)));
  const bytes = 2 ** Math.ceil(Math.log2(Math.max(1, bits / 8)));
  return Math.min(MAX_FILTER_BYTES, Math.max(MIN_FILTER_BYTES, bytes));
}
