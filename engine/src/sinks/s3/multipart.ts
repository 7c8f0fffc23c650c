import { eachLimited } from '../../core/each-limited.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import type { Condition, ObjectToWrite, Upload, UploadedPart, WriteOutcome } from './bucket.ts';
import { checkedBytes, sliceChunks } from './checked-bytes.ts';
import { type WriterPorts, withRetries } from './requests.ts';

/** Parts of an upload, from the S3 user guide. */
const MAX_PARTS = 10_000;
const CONCURRENT_PARTS = 4;
/** Cleaning up must not hold a shutdown. */
const ABORT_TIMEOUT_MS = 10_000;

export interface PartedUpload {
  readonly object: ObjectToWrite;
  readonly condition: Condition;
  readonly partSizeBytes: number;
}

/**
 * Uploads in parts, some at once, each checked and tried again by itself. Unless the object is written, whatever was uploaded is
 * removed; a failure to do so is logged, because parts left behind cost money.
 */
export async function uploadInParts(
  ports: WriterPorts,
  parted: PartedUpload,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { object, condition } = parted;
  const upload = await startUpload(ports, object, signal);
  let outcome: WriteOutcome | undefined;
  try {
    const parts = await uploadParts(ports, upload, parted, signal);
    outcome = await withRetries(ports, signal, () =>
      ports.bucket.complete(upload, { parts, object, condition }, signal),
    );
    return outcome;
  } finally {
    if (outcome?.kind !== 'written' && outcome?.kind !== 'gone') await removeUpload(ports, upload);
  }
}

/**
 * Begins an upload, unless told before not to. A request under way is not broken off when the signal comes: the store may have
 * begun the upload, and one whose id never arrived cannot be removed.
 */
async function startUpload(ports: WriterPorts, object: ObjectToWrite, signal: AbortSignal): Promise<Upload> {
  const late = new AbortController();
  const stop = () => AbortSignal.timeout(ABORT_TIMEOUT_MS).addEventListener('abort', () => late.abort());
  if (signal.aborted) late.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await withRetries(ports, signal, () => ports.bucket.start(object, late.signal));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function uploadParts(
  ports: WriterPorts,
  upload: Upload,
  { object, partSizeBytes }: PartedUpload,
  signal: AbortSignal,
): Promise<UploadedPart[]> {
  const { content: whole } = object;
  const slices = sliceChunks(whole.chunks(), Math.max(partSizeBytes, Math.ceil(whole.sizeBytes / MAX_PARTS)));
  const uploaded: UploadedPart[] = [];
  await eachLimited(numbered(slices), CONCURRENT_PARTS, async ([number, slice]) => {
    const content = checkedBytes(slice);
    const part = await withRetries(ports, signal, () => ports.bucket.uploadPart(upload, number, content, signal));
    if (part.crc32 !== content.crc32) {
      throw new ParquetryError(
        'E_INTEGRITY',
        `part ${number} of ${ports.bucketUri}/${upload.key} must have the CRC32 ${content.crc32}, got ${part.crc32}`,
      );
    }
    uploaded[number - 1] = part;
    failpoint('s3.part');
  });
  return uploaded;
}

async function* numbered<T>(items: AsyncIterable<T>): AsyncGenerator<[number, T]> {
  let number = 1;
  for await (const item of items) yield [number++, item];
}

/** Has a signal of its own: a cancelled upload is removed too. */
async function removeUpload({ bucket, bucketUri, logger }: WriterPorts, upload: Upload): Promise<void> {
  try {
    await bucket.abort(upload, AbortSignal.timeout(ABORT_TIMEOUT_MS));
  } catch (thrown) {
    const { code, message } = asParquetryError(thrown);
    logger.warn('sink.s3.upload.left', {
      uri: `${bucketUri}/${upload.key}`,
      uploadId: upload.id,
      code,
      error: message,
    });
  }
}
