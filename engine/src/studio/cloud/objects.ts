import { s3Caller } from '../../aws/caller.ts';
import { retried } from '../../aws/retried.ts';
import { formatS3Uri } from '../../aws/s3-uri.ts';
import type { AwsSettings } from '../../core/component.ts';
import type { ObjectInfo } from '../../protocol/cloud.ts';

/** Objects of a listing call, from the S3 API reference. */
const MAX_LISTED = 1_000;

/** Objects and folders right below a prefix; the newest first, as far as one listing tells. */
export async function listObjects(
  { bucket, prefix = '' }: { bucket: string; prefix?: string },
  settings: AwsSettings,
  signal: AbortSignal,
): Promise<{ objects: ObjectInfo[]; folders: string[] }> {
  const caller = s3Caller(settings);
  try {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const input = { Bucket: bucket, Prefix: prefix, Delimiter: '/', MaxKeys: MAX_LISTED };
    const answer = await retried(signal, () =>
      caller.call(`bucket ${bucket}`, (client) =>
        client.send(new ListObjectsV2Command(input), { abortSignal: signal }),
      ),
    );
    const objects = (answer.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
      uri: formatS3Uri({ bucket, key: Key }),
      key: Key,
      sizeBytes: Size,
      modifiedAtMs: LastModified?.getTime() ?? 0,
    }));
    return {
      objects: objects.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs),
      folders: (answer.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []),
    };
  } finally {
    caller.close();
  }
}

/** Names of the account's buckets. */
export async function listBuckets(settings: AwsSettings, signal: AbortSignal): Promise<string[]> {
  const caller = s3Caller(settings);
  try {
    const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
    const answer = await retried(signal, () =>
      caller.call('the list of buckets', (client) => client.send(new ListBucketsCommand({}), { abortSignal: signal })),
    );
    return (answer.Buckets ?? []).flatMap(({ Name }) => Name ?? []);
  } finally {
    caller.close();
  }
}
