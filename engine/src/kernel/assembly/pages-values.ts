// The values of an open page in the encodings that are not PLAIN, or not yet: see Encodings.md of parquet-format.

import { deltaBinaryPacked32, deltaBinaryPacked32Bound, deltaBinaryPacked64, deltaBinaryPacked64Bound } from './delta';
import { deltaByteArray, deltaByteArrayBound, deltaLengthByteArray, deltaLengthByteArrayBound } from './delta-bytes';
import { hybrid, hybridBound, packBits, widthOf } from './pages-hybrid';
import { ColumnState, Encoding, Kind, valuesOf } from './pages-state';
import { byteStreamSplit } from './split';

/** How the values of the open page will be encoded. Those of a page without any are PLAIN: nothing, whoever reads it. */
export function encodingOf(s: ColumnState): u32 {
  if (!s.values) return Encoding.PLAIN;
  return s.indexed ? Encoding.RLE_DICTIONARY : s.encoding;
}

/** Whether the values lie in the open page as they will in the body. */
export function areEncoded(s: ColumnState): bool {
  return !s.values || (encodingOf(s) == Encoding.PLAIN && s.kind != Kind.BOOL);
}

/** Bytes that `encodeValues` needs at its target, scratch included. */
export function encodedBound(s: ColumnState): u32 {
  if (s.indexed) return 1 + hybridBound(s.values, indexWidth(s));
  switch (s.encoding) {
    case Encoding.RLE: return 4 + hybridBound(s.values, 1);
    case Encoding.DELTA_BINARY_PACKED:
      return s.width == 4 ? deltaBinaryPacked32Bound(s.values) : deltaBinaryPacked64Bound(s.values);
    case Encoding.DELTA_LENGTH_BYTE_ARRAY: return deltaLengthByteArrayBound(s.values, s.used);
    case Encoding.DELTA_BYTE_ARRAY: return deltaByteArrayBound(s.values, s.used);
    default: return s.used;
  }
}

/** Encodes the values of the open page; answers where it ended. */
export function encodeValues(s: ColumnState, target: u32): u32 {
  if (s.indexed) return encodeIndices(s, target);
  const values = valuesOf(s);
  switch (s.encoding) {
    case Encoding.RLE: {
      const end = hybrid<u8>(values, s.values, 1, target + 4);
      store<u32>(target, end - target - 4);
      return end;
    }
    case Encoding.DELTA_BINARY_PACKED:
      return target + (s.width == 4
        ? deltaBinaryPacked32(values, s.values, target)
        : deltaBinaryPacked64(values, s.values, target));
    case Encoding.DELTA_LENGTH_BYTE_ARRAY: return target + deltaLengthByteArray(values, s.values, s.used, target);
    case Encoding.DELTA_BYTE_ARRAY: return target + deltaByteArray(values, s.width, s.values, s.used, target);
    case Encoding.BYTE_STREAM_SPLIT:
      byteStreamSplit(values, s.width, s.values, target);
      return target + s.used;
    default:
      return packBits(values, s.values, target); // booleans: all others are encoded
  }
}

/** What the values take plainly. */
export function plainBytes(s: ColumnState): u32 {
  if (s.width) return s.values * s.width;
  const start = valuesOf(s);
  let at = start;
  for (let i: u32 = 0; i < s.values; i++) at += 4 + load<u32>(at);
  return at - start;
}

function encodeIndices(s: ColumnState, target: u32): u32 {
  const width = indexWidth(s);
  s.indexBits = width;
  store<u8>(target, width);
  return hybrid<u32>(valuesOf(s), s.values, width, target + 1);
}

/** Bits that the page's greatest index needs, or those of the bytes it needs. */
function indexWidth(s: ColumnState): u32 {
  let all: v128 = i32x4.splat(0);
  let at = valuesOf(s);
  let i: u32 = 0;
  for (; i + 4 <= s.values; i += 4) {
    all = v128.or(all, v128.load(at));
    at += 16;
  }
  let bits = i32x4.extract_lane(all, 0) | i32x4.extract_lane(all, 1) | i32x4.extract_lane(all, 2) | i32x4.extract_lane(all, 3);
  for (; i < s.values; i++) {
    bits |= load<i32>(at);
    at += 4;
  }
  const width = widthOf(bits);
  return s.wholeBytes ? (width + 7) & ~7 : width;
}
