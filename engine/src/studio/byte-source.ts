import { open } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { type AwsCaller, s3Caller } from '../aws/caller.ts';
import { headObject, type ObjectFacts, readRange } from '../aws/s3-object.ts';
import { requireS3Uri, type S3Location } from '../aws/s3-uri.ts';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import type { ByteSource } from '../parquet/footer-reader.ts';

/** A file or object that is read in ranges, all of them of one version. */
export interface OpenBytes extends ByteSource, AsyncDisposable {
  /** Differs for other contents at the same place. */
  readonly version: string;
}

/** Opens a local file, or `s3://bucket/key` with the settings. E_NOT_FOUND if there is none. */
export function openBytes(place: string, settings: AwsSettings, signal: AbortSignal): Promise<OpenBytes> {
  return place.startsWith('s3://') ? openObject(place, settings, signal) : openFile(place);
}

async function openFile(file: string): Promise<OpenBytes> {
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
    version: `${facts.size}-${facts.mtimeMs}`,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, start);
      return bytesRead === bytes.length ? bytes.buffer : bytes.buffer.slice(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function openObject(uri: string, settings: AwsSettings, signal: AbortSignal): Promise<OpenBytes> {
  const at = requireS3Uri(uri, 'the object');
  const caller = s3Caller(settings);
  const { sizeBytes, etag } = await factsOf(caller, at, signal).catch((error) => {
    caller.close();
    throw error;
  });
  return {
    byteLength: sizeBytes,
    version: etag ?? String(sizeBytes),
    async slice(start, end) {
      const bytes = await readRange(caller, at, { start, end, etag }, signal).catch((error: ParquetryError) => {
        throw error.code === 'E_CONFLICT' ? writtenAnew(uri) : error; // If-Match
      });
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
    [Symbol.asyncDispose]: async () => caller.close(),
  };
}

/**
 * A refused HEAD has no body, so nobody learns why: expired credentials are a bare 400. GET says it, and where that was a reason to
 * renew them, they are renewed.
 */
async function factsOf(caller: AwsCaller<S3Client>, at: S3Location, signal: AbortSignal): Promise<ObjectFacts> {
  try {
    return await headObject(caller, at, signal);
  } catch {
    await readRange(caller, at, { start: 0, end: 1 }, signal);
    return await headObject(caller, at, signal);
  }
}

/** Another file is at a place than was opened there. */
export function writtenAnew(place: string): ParquetryError {
  return new ParquetryError('E_CONFLICT', `${place} was written anew since it was opened`, { hint: 'Open it again.' });
}
