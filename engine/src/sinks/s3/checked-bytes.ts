import { crc32 } from 'node:zlib';
import { formatCrc32 } from '../../aws/s3-checksum.ts';
import type { CheckedBytes } from './bucket.ts';

/** Sums up bytes that lie in several arrays, without putting them together. */
export function checkedBytes(parts: readonly Uint8Array[]): CheckedBytes {
  let sum = 0;
  let sizeBytes = 0;
  for (const part of parts) {
    sum = crc32(part, sum);
    sizeBytes += part.byteLength;
  }
  return { parts, sizeBytes, crc32: formatCrc32(sum) };
}

/** The same bytes as views in slices of `sliceBytes`, the last one shorter. Nothing is copied. */
export function* sliceParts(parts: readonly Uint8Array[], sliceBytes: number): Generator<Uint8Array[]> {
  let slice: Uint8Array[] = [];
  let missing = sliceBytes;
  for (const part of parts) {
    for (let from = 0; from < part.byteLength; ) {
      const view = part.subarray(from, from + missing);
      slice.push(view);
      from += view.byteLength;
      missing -= view.byteLength;
      if (missing > 0) continue;
      yield slice;
      slice = [];
      missing = sliceBytes;
    }
  }
  if (slice.length > 0) yield slice;
}
