import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { CompleteMultipartUploadCommandOutput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { s3Caller } from '../../aws/caller.ts';
import { formatCrc32, wholeCrc32 } from '../../aws/s3-checksum.ts';
import type { AwsSettings } from '../../core/component.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { Bucket, CheckedBytes, Condition, ObjectToWrite, WriteOutcome } from './bucket.ts';
import type { S3Config } from './config.ts';
import { createListing } from './sdk-listing.ts';

/** The bucket over the SDK. Connects on the first call. */
export async function openBucket(config: S3Config, settings: AwsSettings): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3');
  const caller = s3Caller(settings);
  const bucketUri = `s3://${config.bucket}`;
  const uriOf = (key: string) => `${bucketUri}/${key}`;
  const at = { Bucket: config.bucket, ExpectedBucketOwner: config.expectedBucketOwner };
  const headers = objectHeaders(config);

  return {
    put: (object, condition, signal) =>
      judged(() =>
        caller.call(uriOf(object.key), (client) => {
          const { key, content } = object;
          const input = {
            ...at,
            ...headers(object),
            ...bodyOf(content),
            Key: key,
            IfNoneMatch: ifNoneMatch(condition),
          };
          return client.send(new sdk.PutObjectCommand(input), { abortSignal: signal });
        }),
      ),

    async head(key, signal) {
      try {
        const found = await caller.call(uriOf(key), (client) =>
          client.send(new sdk.HeadObjectCommand({ ...at, Key: key, ChecksumMode: 'ENABLED' }), { abortSignal: signal }),
        );
        return {
          sizeBytes: found.ContentLength ?? 0,
          etag: found.ETag,
          crc32: wholeCrc32(found),
          metadata: found.Metadata,
        };
      } catch (thrown) {
        if (asParquetryError(thrown).code === 'E_NOT_FOUND') return undefined;
        throw thrown;
      }
    },

    readCrc32: (key, signal) =>
      caller.call(uriOf(key), async (client) => {
        const { Body } = await client.send(new sdk.GetObjectCommand({ ...at, Key: key }), { abortSignal: signal });
        let sum = 0;
        for await (const chunk of Body as Readable) sum = crc32(chunk, sum);
        return formatCrc32(sum);
      }),

    async start(object, signal) {
      const input = { ...at, ...headers(object), Key: object.key, ...WHOLE_CRC32 };
      const { UploadId } = await caller.call(uriOf(object.key), (client) =>
        client.send(new sdk.CreateMultipartUploadCommand(input), { abortSignal: signal }),
      );
      return { key: object.key, id: UploadId! };
    },

    async uploadPart({ key, id }, number, content, signal) {
      const part = await caller.call(uriOf(key), (client) => {
        const input = { ...at, ...bodyOf(content), Key: key, UploadId: id, PartNumber: number };
        return client.send(new sdk.UploadPartCommand(input), { abortSignal: signal });
      });
      // A store that answers without a checksum still checks the one that was sent, or ignores it; complete() sums up.
      return { number, etag: part.ETag!, crc32: part.ChecksumCRC32 ?? content.crc32 };
    },

    complete: ({ key, id }, { parts, object, condition }, signal) => {
      const input = {
        ...at,
        Key: key,
        UploadId: id,
        IfNoneMatch: ifNoneMatch(condition),
        ChecksumType: WHOLE_CRC32.ChecksumType,
        ChecksumCRC32: object.content.crc32,
        MpuObjectSize: object.content.sizeBytes,
        MultipartUpload: {
          Parts: parts.map((part) => ({ PartNumber: part.number, ETag: part.etag, ChecksumCRC32: part.crc32 })),
        },
      };
      return judged(() =>
        caller.call(uriOf(key), (client) =>
          client.send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal: signal }),
        ),
      );
    },

    async abort({ key, id }, signal) {
      try {
        await caller.call(uriOf(key), (client) =>
          client.send(new sdk.AbortMultipartUploadCommand({ ...at, Key: key, UploadId: id }), { abortSignal: signal }),
        );
      } catch (thrown) {
        if (asParquetryError(thrown).code !== 'E_NOT_FOUND') throw thrown;
      }
    },

    ...createListing(sdk, caller, config),

    async headBucket() {
      await caller.call(bucketUri, (client) => client.send(new sdk.HeadBucketCommand(at)));
    },

    close: () => caller.close(),
  };
}

/** One checksum over the whole object, whatever its parts: comparable with the one computed here. */
const WHOLE_CRC32 = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;

const ifNoneMatch = (condition: Condition) => (condition === 'if-absent' ? '*' : undefined);

/**
 * A stream over the parts: nothing is put together, nor hashed with SHA-256 for the signature, because the SDK signs a stream as
 * UNSIGNED-PAYLOAD; the CRC32 in the signed headers protects the bytes. Measured for 8 MiB on loopback: 16 ms a request rather than
 * 51 ms, and for 64 KiB no difference. A stream serves one attempt only.
 */
function bodyOf({ chunks, sizeBytes, crc32: checksum }: CheckedBytes) {
  return { Body: Readable.from(chunks()), ContentLength: sizeBytes, ChecksumCRC32: checksum };
}

function objectHeaders({ storageClass, sse, metadata, tags }: S3Config) {
  const kms = sse === undefined || sse.type === 'AES256' ? undefined : sse;
  const fixed = {
    StorageClass: storageClass,
    ServerSideEncryption: sse?.type,
    SSEKMSKeyId: kms?.kmsKeyId,
    BucketKeyEnabled: kms?.bucketKey,
    Tagging: taggingOf(tags),
  };
  return (object: ObjectToWrite) => ({
    ...fixed,
    ContentType: object.contentType,
    Metadata: { ...metadata, ...object.metadata },
  });
}

function taggingOf(tags: Readonly<Record<string, string>>): string | undefined {
  const pairs = Object.entries(tags).map((pair) => pair.map(encodeURIComponent).join('='));
  return pairs.length > 0 ? pairs.join('&') : undefined;
}

/** Turns the answers that the writer decides about into outcomes; by status and code, never by text. */
async function judged(
  send: () => Promise<PutObjectCommandOutput | CompleteMultipartUploadCommandOutput>,
): Promise<WriteOutcome> {
  try {
    const answer = await send();
    return { kind: 'written', etag: answer.ETag, crc32: wholeCrc32(answer) };
  } catch (thrown) {
    const { httpStatus, awsCode } = asParquetryError(thrown).details;
    if (httpStatus === 412) return { kind: 'exists' };
    if (httpStatus === 409) return { kind: 'conflict' };
    if (httpStatus === 501) return { kind: 'unsupported' };
    if (awsCode === 'NoSuchUpload') return { kind: 'gone' };
    throw thrown;
  }
}
