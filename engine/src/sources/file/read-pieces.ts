import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ParquetryError } from '../../core/errors.ts';
import { cutLines } from '../lines/cut-lines.ts';
import type { NamedPiece } from '../lines/piece-source.ts';
import { cutZstdFrames } from '../lines/zstd-frames.ts';

const ARRAY_START = 0x5b;
const FIRST_VISIBLE = 0x21;
/** An array is not cut at its newlines, so it must fit into one delivery. */
const MAX_ARRAY_BYTES = 256 << 20;

/**
 * Pieces of all files in order, each known as `<name>:<offset>`, the offset counted in unpacked bytes. A file that begins like a
 * JSON array is one piece. E_NOT_FOUND, E_ACCESS or E_INTEGRITY for a file that cannot be read to its end.
 */
export async function* readPieces(
  folder: string,
  find: () => Promise<string[]>,
  signal: AbortSignal,
): AsyncGenerator<NamedPiece> {
  for (const name of await find()) {
    const attributes = { path: name };
    try {
      for await (const { offset, bytes } of pieces(openUnpacked(resolve(folder, name), signal))) {
        yield { id: `${name}:${offset}`, body: bytes, attributes };
      }
    } catch (thrown) {
      throw classify(thrown, name);
    }
  }
}

async function* pieces(stream: Readable): AsyncGenerator<{ offset: number; bytes: Uint8Array }> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  try {
    const first = await chunks.next();
    if (first.done) return;
    const whole = prepend(first.value, chunks);
    const isArray = first.value.find((byte) => byte >= FIRST_VISIBLE) === ARRAY_START;
    if (isArray) yield { offset: 0, bytes: await readAll(whole) };
    else yield* cutLines(whole);
  } finally {
    stream.destroy();
  }
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const all: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    all.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ARRAY_BYTES) {
      throw new ParquetryError('E_RECORD', 'a file with a JSON array must have at most 256MiB, got more', {
        hint: 'Write it as NDJSON: one JSON value on each line.',
      });
    }
  }
  return Buffer.concat(all, sizeBytes);
}

function openUnpacked(path: string, signal: AbortSignal): Readable {
  const file = createReadStream(path, { signal, highWaterMark: 1 << 18 });
  // An error of one stream destroys all; the reader sees it as that of the last one.
  if (path.endsWith('.gz')) return pipeline(file, createGunzip(), () => {});
  if (path.endsWith('.zst')) return pipeline(file, cutZstdFrames, createZstdDecompress(), () => {});
  return file;
}

function classify(thrown: unknown, name: string): ParquetryError {
  if (thrown instanceof ParquetryError) return thrown;
  const { code = '', name: kind } = thrown as NodeJS.ErrnoException;
  const because = (what: string) => `${name} ${what} (${code || kind})`;
  if (kind === 'AbortError')
    return new ParquetryError('E_CANCELLED', because('was not read to its end'), { cause: thrown });
  if (code === 'ENOENT') return new ParquetryError('E_NOT_FOUND', because('does not exist'), { cause: thrown });
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'Give this user the right to read it.';
    return new ParquetryError('E_ACCESS', because('may not be read'), { cause: thrown, hint });
  }
  if (/^(Z_|ZSTD_|ERR_ZSTD)/.test(code)) {
    const hint = 'The file is cut short, damaged, or not compressed as its name says.';
    return new ParquetryError('E_INTEGRITY', because('cannot be unpacked'), { cause: thrown, hint });
  }
  return new ParquetryError('E_INTERNAL', because('cannot be read'), { cause: thrown });
}
