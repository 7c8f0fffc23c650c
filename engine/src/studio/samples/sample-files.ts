import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ParquetryError } from '../../core/errors.ts';
import { unpack } from '../../sources/lines/unpack.ts';

/** The records of one file, or the beginning of them. */
export interface Sample {
  /** As the person named it; `stdin` for standard input. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The file goes on: it was cut after the last line that fits the limit. */
  readonly cut: boolean;
}

/** Read at most, decompressed, of one sample: types show long before, and a string of V8 ends at 512 MiB. */
const MAX_SAMPLE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const SAMPLE_FILE = /\.(?:(?:json|ndjson|jsonl)(?:\.gz|\.zst)?|parquet)$/;
const NEWLINE = 0x0a;
/** First bytes of compressed files. */
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** The sample files that names stand for: files themselves, and those in folders (NDJSON and JSON, also gzip and zstd, and Parquet), sorted. */
export async function findSamples(names: readonly string[], cwd: string): Promise<string[]> {
  const found = await Promise.all(names.map((name) => filesOf(path.resolve(cwd, name))));
  return found.flat();
}

/** Reads a file, or what `stdin` holds. Compression is known by the first bytes, not by the name. */
export async function readSample(source: string | Readable, cwd: string): Promise<Sample> {
  const stdin = typeof source !== 'string';
  const name = stdin ? 'stdin' : path.relative(cwd, source);
  const input = stdin ? source : createReadStream(source, { highWaterMark: CHUNK_BYTES });
  try {
    return { name, ...(await readLimited(decompressed(input))) };
  } catch (thrown) {
    throw new ParquetryError('E_RECORD', `${name} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
      file: name,
    });
  }
}

async function filesOf(file: string): Promise<string[]> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats) throw new ParquetryError('E_NOT_FOUND', `there is no sample ${file}`);
  if (!stats.isDirectory()) return [file];
  const names = (await readdir(file)).filter((name) => SAMPLE_FILE.test(name)).sort();
  if (names.length > 0) return names.map((name) => path.join(file, name));
  throw new ParquetryError('E_NOT_FOUND', `the folder ${file} has no samples`, {
    hint: 'Samples are files named *.ndjson, *.jsonl or *.json, those with .gz or .zst behind, or *.parquet.',
  });
}

async function* decompressed(input: Readable): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  const packing = startsWith(first.value, GZIP) ? 'gzip' : startsWith(first.value, ZSTD) ? 'zstd' : undefined;
  yield* packing ? unpack(Readable.from(all()), packing, 'it') : all();
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

async function readLimited(chunks: AsyncIterable<Uint8Array>): Promise<{ bytes: Uint8Array; cut: boolean }> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= MAX_SAMPLE_BYTES) continue;
    const bytes = Buffer.concat(parts).subarray(0, MAX_SAMPLE_BYTES);
    return { bytes: bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1), cut: true };
  }
  return { bytes: Buffer.concat(parts), cut: false };
}
