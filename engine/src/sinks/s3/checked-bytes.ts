import { crc32 } from 'node:zlib';
import { formatCrc32 } from '../../aws/s3-checksum.ts';
import { chunksOf, type OutputFile } from '../../core/sink.ts';
import type { CheckedBytes } from './bucket.ts';

/** Sums up bytes that lie in several arrays, without putting them together. */
export function checkedBytes(parts: readonly Uint8Array[]): CheckedBytes {
  let sum = 0;
  let sizeBytes = 0;
  for (const part of parts) {
    sum = crc32(part, sum);
    sizeBytes += part.byteLength;
  }
  return { chunks: chunksOf(parts), sizeBytes, crc32: formatCrc32(sum) };
}

/** Sums up a file, which is read for it: what does not lie in memory is read again when it is sent. */
export async function checkedFile({ chunks }: Pick<OutputFile, 'chunks'>): Promise<CheckedBytes> {
  let sum = 0;
  let sizeBytes = 0;
  for await (const chunk of chunks()) {
    sum = crc32(chunk, sum);
    sizeBytes += chunk.byteLength;
  }
  return { chunks, sizeBytes, crc32: formatCrc32(sum) };
}

/** The same bytes as views in slices of `sliceBytes`, the last one shorter. Nothing is copied; read as they are asked for. */
export async function* sliceChunks(
  chunks: AsyncIterable<Uint8Array>,
  sliceBytes: number,
): AsyncGenerator<Uint8Array[], void, void> {
  let slice: Uint8Array[] = [];
  let missing = sliceBytes;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; ) {
      const view = chunk.subarray(from, from + missing);
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
