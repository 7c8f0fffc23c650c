import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { OutputFile } from '../../core/sink.ts';

/** What file systems without hard links (exFAT, some network shares) answer to link(); EISDIR is what Node makes of it on Windows. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EISDIR']);
const CHUNK_BYTES = 1 << 20;

type Content = Pick<OutputFile, 'chunks' | 'sizeBytes'>;

/**
 * Writes a file durably under a name that does not exist yet: a temporary name beside it, synced, then linked, so that nobody sees
 * half a file. A name that exists is success if it holds equal bytes, E_CONFLICT if others.
 */
export async function writeNewFile(path: string, content: Content, signal: AbortSignal): Promise<void> {
  // The dot keeps readers of the folder (Spark, DuckDB, Athena) off it.
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(temporary, content, signal);
    if (!(await publish(temporary, path)) && !(await holds(path, content))) {
      throw new ParquetryError('E_CONFLICT', `${path} exists with other bytes than are to be written`, {
        hint: 'Check that no second pipeline writes to this folder under the same name.',
      });
    }
    await syncFolder(dirname(path));
  } catch (thrown) {
    throw classifyFileError(thrown, path, signal);
  } finally {
    await unlink(temporary).catch(() => {}); // renamed, or never written
  }
}

/** Makes sure that a folder exists and takes files. */
export async function prepareFolder(folder: string): Promise<void> {
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await (await open(probe, 'wx')).close();
    await unlink(probe);
  } catch (thrown) {
    throw classifyFileError(thrown, folder);
  }
}

async function writeSynced(path: string, content: Content, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content.chunks()) {
      signal.throwIfAborted();
      await file.writeFile(chunk); // writes on from the current position
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** False if the name is taken. */
async function publish(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw thrown;
  }
  // Without links two writers at the same moment are not told apart; local folders have one.
  if (await stat(path).catch(() => undefined)) return false;
  await rename(temporary, path);
  return true;
}

async function holds(path: string, content: Content): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size !== content.sizeBytes) return false;
    for await (const chunk of content.chunks()) if (!(await nextBytesAre(file, chunk))) return false;
    return true;
  } finally {
    await file.close();
  }
}

/** Compares piece by piece: files may be larger than what should be in memory twice. */
async function nextBytesAre(file: FileHandle, expected: Uint8Array): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, expected.byteLength));
  for (let from = 0; from < expected.byteLength; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, expected.byteLength - from));
    if (bytesRead === 0 || buffer.compare(expected, from, from + bytesRead, 0, bytesRead) !== 0) return false;
    from += bytesRead;
  }
  return true;
}

/** A new name is durable once its folder is. Windows cannot sync folders, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function classifyFileError(thrown: unknown, path: string, signal?: AbortSignal): ParquetryError {
  if (thrown instanceof ParquetryError) return thrown;
  if (signal?.aborted)
    return new ParquetryError('E_CANCELLED', `writing ${path} was stopped on request`, { cause: thrown });
  const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
  const because = `${path} cannot be written (${code})`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ParquetryError('E_ACCESS', because, {
      cause: thrown,
      hint: 'Choose a folder that this user may write to.',
    });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EMFILE' || code === 'EBUSY') {
    return new ParquetryError('E_UNAVAILABLE', because, {
      cause: thrown,
      hint: 'Free some space, or choose another folder.',
    });
  }
  if (code === 'ENAMETOOLONG') {
    // The values of some rows are to blame, not the sink: others are written.
    return new ParquetryError('E_RECORD', because, { cause: thrown, hint: 'Partition by shorter values.' });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new ParquetryError('E_CONFIG', because, {
      cause: thrown,
      hint: 'Choose another path.',
    });
  }
  return new ParquetryError('E_INTERNAL', because, { cause: thrown });
}
