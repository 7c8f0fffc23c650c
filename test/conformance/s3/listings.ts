import {
  ListObjectsCommand,
  type ListObjectsCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf, type Suite } from './suite.ts';

/** Listings of objects. */
export function listingClaims(suite: Suite): void {
  const { s3, claim, freshBucket } = suite;

  const bucketWith = async (keys: readonly string[]): Promise<string> => {
    const Bucket = await freshBucket();
    await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
    return Bucket;
  };
  const listV2 = async (input: ListObjectsV2CommandInput) => {
    const { Contents, CommonPrefixes, ...rest } = await s3.send(new ListObjectsV2Command(input));
    return {
      ...rest,
      keys: Contents?.map(({ Key }) => Key) ?? [],
      groups: CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
    };
  };
  /** Every page, one entry each, in the order they came. */
  const pagesV2 = async (input: ListObjectsV2CommandInput) => {
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await listV2({ ...input, ContinuationToken });
      expect(page.KeyCount).toBe(page.keys.length + page.groups.length);
      seen.push(...page.keys, ...page.groups);
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
    } while (ContinuationToken);
    return seen;
  };

  claim('lists keys by their UTF-8 bytes', async () => {
    const keys = ['Z', 'a', 'a!', 'a/b', 'aa', 'z', 'ß', '\u{e000}', '\u{ffee}', '\u{1f986}'];
    const Bucket = await bucketWith([...keys].reverse());
    expect((await listV2({ Bucket })).keys).toEqual(keys);
  });

  claim('says of each object what there is to say', async () => {
    const Bucket = await bucketWith(['k']);
    const [bare] = (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents!;
    const etag = '"9dd4e461268c8034f5c8564e155c67a6"';
    expect(bare).toMatchObject({ Key: 'k', Size: 1, ETag: etag, StorageClass: 'STANDARD' });
    expect(bare?.Owner).toBeUndefined();
    expect(bare?.ChecksumAlgorithm).toEqual(['CRC32']);
    const [owned] = (await s3.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))).Contents!;
    expect(owned?.Owner?.ID).toBeTruthy();
  });

  claim('groups keys below a prefix by the delimiter', async () => {
    const Bucket = await bucketWith(['a', 'a/1', 'a/2', 'a/b/3', 'b/1', 'c', 'd//1']);
    const root = await listV2({ Bucket, Delimiter: '/' });
    expect([root.keys, root.groups, root.KeyCount]).toEqual([['a', 'c'], ['a/', 'b/', 'd/'], 5]);
    const below = await listV2({ Bucket, Delimiter: '/', Prefix: 'a/' });
    expect([below.keys, below.groups]).toEqual([['a/1', 'a/2'], ['a/b/']]);
    expect((await listV2({ Bucket, Delimiter: '/', Prefix: 'd/' })).groups).toEqual(['d//']);
    expect((await listV2({ Bucket, Prefix: 'a' })).keys).toEqual(['a', 'a/1', 'a/2', 'a/b/3']);
    expect((await listV2({ Bucket, Delimiter: '1' })).groups).toEqual(['a/1', 'b/1', 'd//1']);
  });

  claim('pages through keys and groups without loss or repetition', async () => {
    const keys = ['a', 'a/1', 'a/2', 'b', 'b/1', 'c/1', 'c/2', 'd'];
    const Bucket = await bucketWith(keys);
    for (const MaxKeys of [1, 2, 3]) {
      expect(await pagesV2({ Bucket, MaxKeys })).toEqual(keys);
      const grouped = await pagesV2({ Bucket, MaxKeys, Delimiter: '/' });
      expect(grouped.sort()).toEqual(['a', 'a/', 'b', 'b/', 'c/', 'd']);
    }
  });

  claim('begins after StartAfter, and after the token when there is one', async () => {
    const Bucket = await bucketWith(['a', 'b', 'c', 'd']);
    expect((await listV2({ Bucket, StartAfter: 'b' })).keys).toEqual(['c', 'd']);
    expect((await listV2({ Bucket, StartAfter: 'bb' })).keys).toEqual(['c', 'd']);
    expect(await pagesV2({ Bucket, StartAfter: 'a', MaxKeys: 1 })).toEqual(['b', 'c', 'd']);
  });

  claim('bounds a page to 1000 keys', async () => {
    const Bucket = await bucketWith(Array.from({ length: 1001 }, (_, i) => `k${String(i).padStart(4, '0')}`));
    const page = await listV2({ Bucket, MaxKeys: 5000 });
    expect([page.keys.length, page.IsTruncated, page.MaxKeys]).toEqual([1000, true, 1000]);
    const none = await listV2({ Bucket, MaxKeys: 0 });
    expect([none.keys, none.IsTruncated, none.KeyCount]).toEqual([[], false, 0]);
  });

  claim('refuses a token it did not give', async () => {
    const Bucket = await freshBucket();
    const list = new ListObjectsV2Command({ Bucket, ContinuationToken: 'no such token' });
    expect(await outcomeOf(s3.send(list))).toBe('InvalidArgument 400');
  });

  claim('encodes names for url listings', async () => {
    const Bucket = await bucketWith(['a b+c/d%é']);
    const page = await listV2({ Bucket, EncodingType: 'url' });
    expect(page.EncodingType).toBe('url');
    expect(page.keys.map((key) => decodeURIComponent(key!.replaceAll('+', ' ')))).toEqual(['a b+c/d%é']);
    expect(page.keys[0]).toMatch(/^[\w+%/.-]+$/);
  });

  claim('pages through the first version of the listing by markers', async () => {
    const Bucket = await bucketWith(['a', 'a/1', 'a/2', 'b', 'c/1', 'd']);
    const page = (input: Partial<ListObjectsCommandInput>) => s3.send(new ListObjectsCommand({ Bucket, ...input }));
    const plain = await page({ MaxKeys: 2 });
    expect([plain.Contents?.map(({ Key }) => Key), plain.NextMarker]).toEqual([['a', 'a/1'], undefined]);
    const rest = await page({ Marker: 'a/1' });
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['a/2', 'b', 'c/1', 'd']);
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const grouped = await page({ Delimiter: '/', MaxKeys: 1, Marker });
      seen.push(...(grouped.Contents ?? []).map(({ Key }) => Key));
      seen.push(...(grouped.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      Marker = grouped.NextMarker;
    } while (Marker);
    expect(seen).toEqual(['a', 'a/', 'b', 'c/', 'd']);
  });
}
