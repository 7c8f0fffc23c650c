import { systemClock } from '../../core/clock.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { checkRetry, retrying } from '../../core/retry.ts';
import type { Bucket } from './bucket.ts';
import { checkedBytes } from './checked-bytes.ts';

/**
 * Fails with what is wrong and what to do when the bucket does not exist or may not be written. Beginning an upload and aborting
 * it needs the permissions of a write, the KMS key included, and leaves nothing behind.
 */
export async function checkBucket(bucket: Bucket, at: { bucket: string; prefix: string }): Promise<void> {
  const signal = new AbortController().signal;
  const port = { clock: systemClock, random: Math.random, signal };
  const retried = <T>(attempt: () => Promise<T>) => retrying(checkRetry, port, attempt);
  try {
    await retried(() => bucket.headBucket());
  } catch (thrown) {
    // HEAD answers without a code, and a role that may only write must not see the bucket: the upload below tells more.
    if (asParquetryError(thrown).code === 'E_NOT_FOUND') throw hinted(thrown, at);
  }
  try {
    const key = `${at.prefix}_parquetry-permission-check`;
    const object = { key, contentType: 'text/plain', metadata: {}, content: checkedBytes([]) };
    const upload = await retried(() => bucket.start(object, signal));
    await retried(() => bucket.abort(upload, signal));
  } catch (thrown) {
    throw hinted(thrown, at);
  }
}

/** A hint that names the bucket and the permissions; one about credentials is left as it is. */
function hinted(thrown: unknown, { bucket, prefix }: { bucket: string; prefix: string }): ParquetryError {
  const error = asParquetryError(thrown);
  const { code, cause, details } = error;
  const missing = code === 'E_NOT_FOUND';
  if (!missing && details.awsCode !== 'AccessDenied') return error;
  const hint = missing
    ? `Create it with \`aws s3 mb s3://${bucket}\`, or check the name.`
    : `Grant s3:PutObject, s3:GetObject and s3:AbortMultipartUpload on arn:aws:s3:::${bucket}/${prefix}*.`;
  return new ParquetryError(code, error.message, { cause, details, hint });
}
