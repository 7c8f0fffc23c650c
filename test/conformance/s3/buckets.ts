import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { bucketName, outcomeOf, type Suite } from './suite.ts';

/** Life of buckets. */
export function bucketClaims({ s3, target, claim, freshBucket }: Suite): void {
  claim('lists, heads and deletes a bucket', async () => {
    const Bucket = await freshBucket();
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await s3.send(new HeadBucketCommand({ Bucket }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await outcomeOf(s3.send(new HeadBucketCommand({ Bucket })))).toBe('NotFound 404');
  });

  claim('refuses to delete a bucket that holds an object', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(await outcomeOf(s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  claim('creating an own bucket again succeeds in us-east-1 and conflicts elsewhere', async () => {
    const Bucket = await freshBucket();
    expect(await outcomeOf(s3.send(new CreateBucketCommand({ Bucket })))).toBe('ok');
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    const elsewhere = target.createClient({ region: 'eu-west-1' });
    const input = { Bucket: bucketName(), CreateBucketConfiguration };
    await elsewhere.send(new CreateBucketCommand(input));
    expect(await outcomeOf(elsewhere.send(new CreateBucketCommand(input)))).toBe('BucketAlreadyOwnedByYou 409');
  });

  claim('knows where a bucket is', async () => {
    const Bucket = bucketName();
    const elsewhere = target.createClient({ region: 'eu-central-1' });
    await elsewhere.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
    const location = await elsewhere.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBe('eu-central-1');
    expect((await elsewhere.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-central-1');
    const home = await s3.send(new GetBucketLocationCommand({ Bucket: await freshBucket() }));
    expect(home.LocationConstraint).toBeUndefined();
  });

  claim('refuses names that break the naming rules', async () => {
    for (const Bucket of [
      'ab',
      'Upper-case',
      'under_score',
      '-dash',
      'dash-',
      'two..dots',
      '192.168.5.4',
      'a'.repeat(64),
    ]) {
      expect([Bucket, await outcomeOf(s3.send(new CreateBucketCommand({ Bucket })))]).toEqual([
        Bucket,
        'InvalidBucketName 400',
      ]);
    }
  });

  claim('says NoSuchBucket for objects of a bucket that is not there', async () => {
    const Bucket = bucketName();
    expect(await outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('NoSuchBucket 404');
    expect(await outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })))).toBe('NoSuchBucket 404');
  });

  claim('refuses callers that expect another owner', async () => {
    const Bucket = await freshBucket();
    const ExpectedBucketOwner = '999999999999';
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ExpectedBucketOwner });
    expect(await outcomeOf(s3.send(put))).toBe('AccessDenied 403');
    const head = new HeadBucketCommand({ Bucket, ExpectedBucketOwner });
    expect((await outcomeOf(s3.send(head))).endsWith('403')).toBe(true);
  });

  claim('keeps the tags of a bucket', async () => {
    const Bucket = await freshBucket();
    expect(await outcomeOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet 404');
    const TagSet = [
      { Key: 'team', Value: 'lake @ co' },
      { Key: 'cost', Value: '' },
    ];
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect(await outcomeOf(s3.send(new GetBucketTaggingCommand({ Bucket })))).toBe('NoSuchTagSet 404');
  });
}
