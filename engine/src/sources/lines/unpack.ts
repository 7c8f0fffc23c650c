import { pipeline, type Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { freeBuffer } from '../../core/free-buffer.ts';
import { PIECE_BYTES } from './cut-lines.ts';
import { gunzipAhead } from './gunzip.ts';
import { readAhead } from './read-ahead.ts';
import { cutZstdFrames } from './zstd-frames.ts';

export type Packing = 'gzip' | 'zstd';

/** Each chunk is a job for zlib's threads and costs the same however little it holds: its own default makes 64 of one of these. */
const CHUNK_BYTES = PIECE_BYTES / 2;
/** Written one chunk at a time, so that it is done with one when the next is asked for. */
const OPTIONS = { chunkSize: CHUNK_BYTES, writableHighWaterMark: 1 };

/** How a file is compressed, by the ending of its name. */
export function packingOf(name: string): Packing | undefined {
  if (name.endsWith('.gz')) return 'gzip';
  return name.endsWith('.zst') ? 'zstd' : undefined;
}

/**
 * The unpacked bytes of a stream, read ahead: of all members of gzip and all frames of zstd, one behind the other. The stream's
 * chunks are freed when they are unpacked: nobody else may hold them. It is destroyed in the end, also where that comes early.
 * `name` is for messages.
 */
export async function* unpack(stream: Readable, packing: Packing, name: string): AsyncGenerator<Buffer> {
  try {
    if (packing === 'gzip') yield* gunzipAhead(stream, name, OPTIONS);
    else yield* readAhead(pipeline(stream, freedAfterUse, cutZstdFrames, createZstdDecompress(OPTIONS), () => {}));
  } finally {
    stream.destroy();
  }
}

async function* freedAfterUse(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    freeBuffer(chunk);
  }
}

/**
 * The chunks of `unpack`, each of which must not be looked at any more once the next was asked for: memory that they filled to its
 * end is given back then. What a stream unpacks is several times what it reads.
 */
export async function* unpackedOnce(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    // Behind the end of a chunk that does not, zlib is still writing.
    if (chunk.byteOffset + chunk.byteLength === chunk.buffer.byteLength) freeBuffer(chunk);
  }
}
