import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate as aTurn } from 'node:timers/promises';
import type { BufferPool } from '../../core/buffer-pool.ts';
import type { InputContext } from '../../core/component-context.ts';
import { asParquetryError, type ErrorCode, ParquetryError } from '../../core/errors.ts';
import { compileFit } from '../../parquet/fit.ts';
import type { ByteSource } from '../../parquet/footer-reader.ts';
import { excerptsOf, openParquetFile, type ParquetFile } from '../../parquet/parquet-file.ts';
import { cutShort } from '../../parquet/read-ranges.ts';
import { type Selected, selectFields, typedFields } from '../../parquet/select-fields.ts';
import type { NamedPiece } from '../lines/piece-source.ts';

interface ReadContext {
  /** What is wanted of the files; without it all columns are. */
  readonly input?: InputContext;
  readonly signal: AbortSignal;
  /** Where bodies lie. */
  readonly pool: BufferPool;
}

/**
 * Excerpts of all files in order, each known as `<name>:<its first row>`: small Parquet files that hold the columns of the input
 * schema for some rows. E_SCHEMA for a file whose columns can never fit, E_NOT_FOUND, E_ACCESS or E_INTEGRITY for one that
 * cannot be read.
 */
export async function* readParquetPieces(
  folder: string,
  find: () => Promise<string[]>,
  { input, signal, pool }: ReadContext,
): AsyncGenerator<NamedPiece> {
  for (const name of await find()) {
    const attributes = { path: name };
    try {
      await using file = await openBytes(resolve(folder, name), signal);
      const parquet = await openParquetFile(file);
      const select = selectFor(parquet, input);
      for await (const { firstRow, bytes, decodedBytes } of excerptsOf(parquet, { select, memory: pool })) {
        yield { id: `${name}:${firstRow}`, body: bytes, attributes, decodedBytes };
        // Its lane computes with what it has first, and gives it back: the next body lies where this one did, not beside it.
        await aTurn();
      }
    } catch (thrown) {
      throw namedAfter(name, thrown);
    }
  }
}

/** Reads a file's metadata: rejects as `readParquetPieces` does where it cannot be read, or its columns can never fit. */
export async function checkParquetFile(folder: string, name: string, input: InputContext | undefined): Promise<void> {
  try {
    await using file = await openBytes(resolve(folder, name), new AbortController().signal);
    selectFor(await openParquetFile(file), input);
  } catch (thrown) {
    throw namedAfter(name, thrown);
  }
}

/** Unknown columns are read only where they are kept. */
function selectFor({ stored, fields }: ParquetFile, input: InputContext | undefined): Selected {
  if (!input) return { ...selectFields(stored, fields), unknown: [] };
  const wanted = selectFields(stored, input.schema.fields);
  const all = input.rest ? selectFields(stored, fields).fields : wanted.fields;
  compileFit(typedFields(all), input.schema.fields);
  return { fields: all, unknown: wanted.unknown };
}

async function openBytes(path: string, signal: AbortSignal): Promise<ByteSource & AsyncDisposable> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      const filled = await readAt(handle, bytes, start, signal);
      return filled < bytes.length ? bytes.buffer.slice(0, filled) : bytes.buffer;
    },
    async read(target, start) {
      const filled = await readAt(handle, target, start, signal);
      if (filled < target.length) throw cutShort(target.length, filled);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Fills `target` from `start` on; answers how many bytes there were. */
async function readAt(handle: FileHandle, target: Uint8Array, start: number, signal: AbortSignal): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(target, filled, target.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'E_NOT_FOUND',
  EACCES: 'E_ACCESS',
  EPERM: 'E_ACCESS',
  AbortError: 'E_CANCELLED',
};

function namedAfter(name: string, thrown: unknown): ParquetryError {
  const { code = '', name: kind } = thrown as NodeJS.ErrnoException;
  const known = CODES[code] ?? CODES[kind];
  if (known) return new ParquetryError(known, `${name} cannot be read (${code || kind})`, { cause: thrown });
  const { code: own, message, hint, details } = asParquetryError(thrown);
  return new ParquetryError(own, `${name}: ${message}`, { hint, details, cause: thrown });
}
