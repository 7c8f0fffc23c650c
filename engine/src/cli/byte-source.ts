import { open } from 'node:fs/promises';
import { s3Caller } from '../aws/caller.ts';
import { headObject, readRange } from '../aws/s3-object.ts';
import { requireS3Uri } from '../aws/s3-uri.ts';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';

/** A file or object that is read in ranges. */
export interface ByteSource extends AsyncDisposable {
  readonly byteLength: number;
  /** The bytes [start, end). */
  slice(start: number, end: number): Promise<ArrayBuffer>;
}

/** Opens a local file, or `s3://bucket/key` with the settings. E_NOT_FOUND if there is none. */
export function openBytes(place: string, settings: AwsSettings, signal: AbortSignal): Promise<ByteSource> {
  return place.startsWith('s3://') ? openObject(place, settings, signal) : openFile(place);
}

async function openFile(file: string): Promise<ByteSource> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new ParquetryError('E_NOT_FOUND', `there is no file ${file}`);
    throw new ParquetryError('E_ACCESS', `${file} cannot be read: ${error.message}`, { cause: error });
  });
  const facts = await handle.stat();
  if (!facts.isFile()) {
    await handle.close();
    throw new ParquetryError('E_CONFIG', `${file} must be a file`, { hint: 'Name one of the files in it.' });
  }
  return {
    byteLength: facts.size,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, start);
      return bytes.buffer.slice(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function openObject(uri: string, settings: AwsSettings, signal: AbortSignal): Promise<ByteSource> {
  const at = requireS3Uri(uri, 'the object');
  const caller = s3Caller(settings);
  const { sizeBytes, etag } = await headObject(caller, at, signal);
  return {
    byteLength: sizeBytes,
    async slice(start, end) {
      const bytes = await readRange(caller, at, { start, end, etag }, signal);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
    [Symbol.asyncDispose]: async () => caller.close(),
  };
}
