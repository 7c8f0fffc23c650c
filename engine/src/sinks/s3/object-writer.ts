import { ParquetryError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { backoffMs } from '../../core/retry.ts';
import type { ObjectToWrite, StoredObject, WriteOutcome } from './bucket.ts';
import { type ConditionSettings, createConditions } from './conditions.ts';
import { uploadInParts } from './multipart.ts';
import { type WriterPorts, withRetries } from './requests.ts';

/** Uploads of one object begun anew because of conflicts, before the conflict is reported. */
const MAX_STARTS = 5;

export interface WriterSettings extends ConditionSettings {
  readonly partSizeBytes: number;
}

export interface WrittenObject {
  readonly etag?: string;
}

/** Makes an object durable and verified, or rejects: then it counts as not written, although it may be there. */
export type ObjectWriter = (object: ObjectToWrite, signal: AbortSignal) => Promise<WrittenObject>;

/**
 * A writer that never overwrites. The same rule covers a lost answer, a replay and a second writer: a key that exists is success
 * if it holds our bytes, E_CONFLICT if it holds others.
 */
export function createObjectWriter(ports: WriterPorts, settings: WriterSettings): ObjectWriter {
  const { bucket, bucketUri, logger } = ports;
  const conditions = createConditions(ports, settings);
  let warned = false;
  const warnAboutChecksums = () => {
    if (!warned) logger.warn('sink.s3.checksum.missing', { bucket: bucketUri });
    warned = true;
  };

  const write = async (object: ObjectToWrite, signal: AbortSignal): Promise<WriteOutcome> => {
    const condition = conditions.current;
    if (condition === 'always' && (await withRetries(ports, signal, () => bucket.head(object.key, signal)))) {
      return { kind: 'exists' };
    }
    if (object.content.sizeBytes > settings.multipartThresholdBytes) {
      return uploadInParts(ports, { object, condition, partSizeBytes: settings.partSizeBytes }, signal);
    }
    return withRetries(ports, signal, () => bucket.put(object, condition, signal));
  };

  return async (object, signal) => {
    for (let starts = 1; starts <= MAX_STARTS; starts++) {
      const outcome = await write(object, signal);
      if (outcome.kind === 'written') {
        failpoint('s3.answered');
        const verified = await verifyAnswer(ports, object, outcome, signal);
        if (verified === 'size') warnAboutChecksums();
        await conditions.written(object, signal);
        return { etag: outcome.etag };
      }
      if (outcome.kind === 'unsupported') {
        conditions.unsupported();
        continue;
      }
      const stored = outcome.kind === 'conflict' ? undefined : await findStored(ports, object, signal);
      if (stored) return { etag: stored.etag };
      await ports.clock.sleep(backoffMs(ports.retry, starts, ports.random), signal);
    }
    throw conflict(ports, object, 'is being written by somebody else, again and again');
  };
}

/** The checksum in the answer says that the store has our bytes. Without one the size has to do: `size`. */
async function verifyAnswer(
  ports: WriterPorts,
  object: ObjectToWrite,
  answer: { readonly crc32?: string },
  signal: AbortSignal,
): Promise<'checksum' | 'size'> {
  const { crc32, sizeBytes } = object.content;
  const uri = `${ports.bucketUri}/${object.key}`;
  if (answer.crc32 !== undefined) {
    if (answer.crc32 === crc32) return 'checksum';
    throw new ParquetryError('E_INTEGRITY', `${uri} must have the CRC32 ${crc32}, got ${answer.crc32}`);
  }
  const stored = await withRetries(ports, signal, () => ports.bucket.head(object.key, signal));
  if (stored?.sizeBytes === sizeBytes) return 'size';
  throw new ParquetryError(
    'E_INTEGRITY',
    `${uri} must have ${sizeBytes} bytes, got ${stored?.sizeBytes ?? 'no object'}`,
  );
}

/** The object under the key if it holds our bytes; undefined if there is none after all; E_CONFLICT if it holds others. */
async function findStored(
  ports: WriterPorts,
  object: ObjectToWrite,
  signal: AbortSignal,
): Promise<StoredObject | undefined> {
  const { bucket } = ports;
  const { content, key } = object;
  const stored = await withRetries(ports, signal, () => bucket.head(key, signal));
  if (stored === undefined) return undefined;
  if (stored.sizeBytes !== content.sizeBytes) {
    throw conflict(ports, object, `exists with ${stored.sizeBytes} bytes, not the ${content.sizeBytes} to be written`);
  }
  const crc32 = stored.crc32 ?? (await withRetries(ports, signal, () => bucket.readCrc32(key, signal)));
  if (crc32 !== content.crc32) {
    throw conflict(ports, object, `exists with the CRC32 ${crc32}, not ${content.crc32} of the bytes to be written`);
  }
  return stored;
}

function conflict(ports: WriterPorts, object: ObjectToWrite, what: string): ParquetryError {
  return new ParquetryError('E_CONFLICT', `${ports.bucketUri}/${object.key} ${what}`, {
    hint: 'Check that no second pipeline has the same name, bucket and prefix.',
  });
}
