import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BufferPool } from '../../core/buffer-pool.ts';
import { ParquetryError } from '../../core/errors.ts';
import { cutLines, PIECE_BYTES, type Piece } from '../lines/cut-lines.ts';
import type { NamedPiece } from '../lines/piece-source.ts';
import { type Packing, packingOf, unpack, unpackedOnce } from '../lines/unpack.ts';
import { readLines } from './read-lines.ts';

const ARRAY_START = 0x5b;
const FIRST_VISIBLE = 0x21;
/** Where it is looked for what a file begins with. */
const HEAD_BYTES = 1 << 16;
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
  pool: BufferPool,
): AsyncGenerator<NamedPiece> {
  for (const name of await find()) {
    const attributes = { path: name };
    const path = resolve(folder, name);
    const packing = packingOf(name);
    try {
      for await (const { offset, bytes } of packing
        ? packedPieces(path, packing, { name, signal, pool })
        : plainPieces(path, signal, pool)) {
        yield { id: `${name}:${offset}`, body: bytes, attributes };
      }
    } catch (thrown) {
      throw classify(thrown, name);
    }
  }
}

async function* plainPieces(path: string, signal: AbortSignal, pool: BufferPool): AsyncGenerator<Piece> {
  const file = await open(path);
  // Whoever stops reading need not say so to this generator: the signal is what ends it.
  const close = () => void file.close().catch(() => {});
  signal.addEventListener('abort', close, { once: true });
  try {
    signal.throwIfAborted();
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    if (isArray(head.subarray(0, bytesRead))) {
      const stream = file.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE_BYTES, signal });
      yield { offset: 0, bytes: await readAll(stream) };
    } else {
      for await (const piece of readLines(file, pool)) {
        if (signal.aborted) pool.give(piece.bytes);
        signal.throwIfAborted();
        yield piece;
      }
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', close);
    await file.close();
  }
}

async function* packedPieces(
  path: string,
  packing: Packing,
  { name, signal, pool }: { name: string; signal: AbortSignal; pool: BufferPool },
): AsyncGenerator<Piece> {
  // No job for zlib's threads is larger than what is read at once: small ones end while nobody looks.
  const chunks = unpack(createReadStream(path, { signal, highWaterMark: PIECE_BYTES }), packing, name);
  try {
    const first = await chunks.next();
    if (first.done) return;
    const whole = prepend(first.value, chunks);
    if (isArray(first.value)) yield { offset: 0, bytes: await readAll(whole) };
    else yield* cutLines(unpackedOnce(whole), { pool });
  } finally {
    await chunks.return(undefined);
  }
}

function isArray(head: Uint8Array): boolean {
  return head.find((byte) => byte >= FIRST_VISIBLE) === ARRAY_START;
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
