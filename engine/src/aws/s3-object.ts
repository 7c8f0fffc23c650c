import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { ParquetryError } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import type { AwsCaller } from './caller.ts';
import { formatCrc32, wholeCrc32 } from './s3-checksum.ts';
import { formatS3Uri, type S3Location } from './s3-uri.ts';

export interface ObjectFacts {
  readonly sizeBytes: number;
  readonly etag?: string;
  readonly lastModifiedMs?: number;
}

/** Size and version of an object. E_NOT_FOUND if there is none. */
export async function headObject(
  caller: AwsCaller<S3Client>,
  at: S3Location,
  signal?: AbortSignal,
): Promise<ObjectFacts> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const answer = await caller.call(formatS3Uri(at), (client) =>
    client.send(new HeadObjectCommand({ Bucket: at.bucket, Key: at.key }), { abortSignal: signal }),
  );
  return {
    sizeBytes: answer.ContentLength ?? 0,
    etag: answer.ETag,
    lastModifiedMs: answer.LastModified?.getTime(),
  };
}

/** Bytes `start` (inclusive) to `end` (exclusive) of an object; fewer if it ends earlier. Give the ETag to be sure that all ranges are of one version. */
export async function readRange(
  caller: AwsCaller<S3Client>,
  at: S3Location,
  range: { start: number; end: number; etag?: string },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (range.end <= range.start) return new Uint8Array(0);
  const input = { Range: `bytes=${range.start}-${range.end - 1}`, IfMatch: range.etag };
  return get(caller, at, input, (answer) => answer.Body!.transformToByteArray(), signal);
}

/**
 * A whole object of at most `maxBytes`; a larger one is E_RECORD and not read. Where S3 keeps a CRC32 of it the bytes are checked:
 * E_INTEGRITY, retryable.
 */
export async function readObject(
  caller: AwsCaller<S3Client>,
  at: S3Location,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const read = async (answer: GetObjectCommandOutput) => {
    if ((answer.ContentLength ?? 0) > maxBytes) {
      (answer.Body as Readable).destroy();
      throw tooLarge(at, maxBytes, answer.ContentLength!);
    }
    const bytes = await answer.Body!.transformToByteArray();
    const promised = wholeCrc32(answer);
    const got = formatCrc32(crc32(bytes));
    if (promised === undefined || promised === got) return bytes;
    throw new ParquetryError('E_INTEGRITY', `${formatS3Uri(at)} must have the CRC32 ${promised}, got ${got}`, {
      retryable: true,
    });
  };
  return get(caller, at, {}, read, signal);
}

function tooLarge(at: S3Location, maxBytes: number, sizeBytes: number): ParquetryError {
  const rule = `must be at most ${formatBytes(maxBytes)} to be read as one body`;
  return new ParquetryError('E_RECORD', `${formatS3Uri(at)} ${rule}, got ${sizeBytes} bytes`);
}

async function get<T>(
  caller: AwsCaller<S3Client>,
  at: S3Location,
  input: { Range?: string; IfMatch?: string },
  read: (answer: GetObjectCommandOutput) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  // The body is read inside the call, so that a connection lost half-way is classified like any other failure.
  return caller.call(formatS3Uri(at), async (client) => {
    const command = new GetObjectCommand({ Bucket: at.bucket, Key: at.key, ...input });
    // The command's own ChecksumMode would have the SDK check the bytes, and fail without a code.
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-amz-checksum-mode'] = 'ENABLED';
        return next(args);
      },
      { step: 'build' },
    );
    return read(await client.send(command, { abortSignal: signal }));
  });
}
