import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, type S3Client, type S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { test } from 'vitest';

/** An S3 to be judged. */
export interface S3Target {
  name: string;
  /** A client for it; `options` win over the target's own. The suite destroys none of them. */
  createClient(options?: S3ClientConfig): S3Client;
  /** The SQS beside it, for the claims about notifications; without one they are skipped. */
  createSqsClient?(): SQSClient;
  /** Claims it is known to break, by name, each with the reason. */
  skips?: Record<string, string>;
}

/** What a section of the suite works with. */
export interface Suite {
  target: S3Target;
  s3: S3Client;
  /** Registers one claim, unless the target skips it. */
  claim(name: string, run: () => Promise<void>): void;
  /** A new empty bucket with a name nobody used. */
  freshBucket(): Promise<string>;
}

/** The suite's tools for one target; call it inside `describe`. */
export function createSuite(target: S3Target): Suite {
  const s3 = target.createClient();
  return {
    target,
    s3,
    claim(name, run) {
      const reason = target.skips?.[name];
      if (reason === undefined) test(name, run);
      else test.skip(`${name} [${reason}]`, run);
    },
    async freshBucket() {
      const name = bucketName();
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
  };
}

export function bucketName(): string {
  return `conformance-${randomBytes(8).toString('hex')}`;
}

/** The code and status of a refusal, such as `NoSuchKey 404`; `ok` when there is none. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return `${error.name} ${error.$metadata.httpStatusCode}`;
  }
}

/** Bytes that repeat late, so that swapped or missing blocks show. */
export function patternBytes(sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  bytes.fill(7, sizeBytes & ~3);
  return bytes;
}
