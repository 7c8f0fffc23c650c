import type * as S3 from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AwsCaller } from '../../aws/caller.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { ListedObject, ListingPort } from './bucket.ts';
import type { S3Config } from './config.ts';

/** Small objects beside the data, over the SDK. */
export function createListing(sdk: typeof S3, caller: AwsCaller<S3Client>, config: S3Config): ListingPort {
  const bucketUri = `s3://${config.bucket}`;
  const uriOf = (key: string) => `${bucketUri}/${key}`;
  const at = { Bucket: config.bucket, ExpectedBucketOwner: config.expectedBucketOwner };
  return {
    async list(prefix, signal) {
      const listed: ListedObject[] = [];
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        const command = new sdk.ListObjectsV2Command({ ...at, Prefix: prefix, ContinuationToken: token });
        const page = await caller.call(uriOf(prefix), (client) => client.send(command, { abortSignal: signal }));
        for (const { Key, LastModified } of page.Contents ?? []) {
          listed.push({ key: Key!, modifiedAtMs: LastModified?.getTime() ?? 0 });
        }
        token = page.NextContinuationToken;
      }
      return listed;
    },

    async read(key, signal) {
      try {
        return await caller.call(uriOf(key), async (client) => {
          const { Body } = await client.send(new sdk.GetObjectCommand({ ...at, Key: key }), { abortSignal: signal });
          return Body!.transformToByteArray();
        });
      } catch (thrown) {
        if (asParquetryError(thrown).code === 'E_NOT_FOUND') return undefined;
        throw thrown;
      }
    },

    async remove(keys, signal) {
      const objects = keys.map((key) => ({ Key: key }));
      const command = new sdk.DeleteObjectsCommand({ ...at, Delete: { Objects: objects, Quiet: true } });
      await caller.call(bucketUri, (client) => client.send(command, { abortSignal: signal }));
    },
  };
}
