import { s3Caller } from '../../aws/caller.ts';
import { retried } from '../../aws/retried.ts';
import { readObject } from '../../aws/s3-object.ts';
import type { AwsSettings } from '../../core/component.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { LetterFiles } from './letter-files.ts';

/** Far beyond what one write of letters holds; an object this large is something else. */
const MAX_FILE_BYTES = 512 * 2 ** 20;

/** Letters in a bucket; `root` is the prefix of the pipeline, without slashes at its ends. */
export function s3LetterFiles(at: { bucket: string; root: string }, settings: AwsSettings): LetterFiles {
  const caller = s3Caller(settings);
  const place = `s3://${at.bucket}/${at.root}`;
  const keyOf = (name: string) => `${at.root}/${name}`;
  const put = async (name: string, bytes: Uint8Array, ifNoneMatch?: '*') => {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const input = { Bucket: at.bucket, Key: keyOf(name), Body: bytes, ContentType: 'application/json' };
    const command = () => new PutObjectCommand({ ...input, IfNoneMatch: ifNoneMatch });
    await retried(undefined, () => caller.call(`${place}/${name}`, (client) => client.send(command())));
  };
  return {
    place,
    async *names(after, signal) {
      const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
      const input = { Bucket: at.bucket, Prefix: keyOf(''), StartAfter: keyOf(after) };
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        const command = () => new ListObjectsV2Command({ ...input, ContinuationToken: token });
        const page = await retried(signal, () =>
          caller.call(place, (client) => client.send(command(), { abortSignal: signal })),
        );
        for (const { Key } of page.Contents ?? []) yield Key!.slice(at.root.length + 1);
        token = page.NextContinuationToken;
      }
    },
    async read(name, signal) {
      try {
        const location = { bucket: at.bucket, key: keyOf(name) };
        return await retried(signal, () => readObject(caller, location, MAX_FILE_BYTES, signal));
      } catch (thrown) {
        if (asParquetryError(thrown).code === 'E_NOT_FOUND') return undefined;
        throw thrown;
      }
    },
    async create(name, bytes) {
      try {
        await put(name, bytes, '*');
        return true;
      } catch (thrown) {
        const error = asParquetryError(thrown);
        if (error.code === 'E_CONFLICT') return false;
        if (error.details.httpStatus !== 501) throw error;
        await put(name, bytes); // a store without conditional writes: two replays at the same moment are not told apart
        return true;
      }
    },
    replace: (name, bytes) => put(name, bytes),
    close: () => caller.close(),
  };
}
