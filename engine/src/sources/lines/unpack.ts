import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { PIECE_BYTES } from './cut-lines.ts';
import { cutZstdFrames } from './zstd-frames.ts';

export type Packing = 'gzip' | 'zstd';

/** Each chunk is a job for zlib's threads and costs the same however little it holds: its own default makes 64 of one of these. */
const OPTIONS = { chunkSize: PIECE_BYTES };

/** How a file is compressed, by the ending of its name. */
export function packingOf(name: string): Packing | undefined {
  if (name.endsWith('.gz')) return 'gzip';
  return name.endsWith('.zst') ? 'zstd' : undefined;
}

/**
 * The unpacked bytes of a stream: of all members of gzip and all frames of zstd, one behind the other. An error of either stream
 * destroys both; the reader sees it as that of the answer.
 */
export function unpack(stream: Readable, packing: Packing | undefined): Readable {
  if (packing === 'gzip') return pipeline(stream, createGunzip(OPTIONS), () => {});
  if (packing === 'zstd') return pipeline(stream, cutZstdFrames, createZstdDecompress(OPTIONS), () => {});
  return stream;
}
