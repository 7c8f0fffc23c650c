import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { ODD_KEYS } from './odd-keys.ts';
import { outcomeOf, patternBytes, type Suite } from './suite.ts';

/** Writing, reading, copying and deleting objects. */
export function objectClaims(suite: Suite): void {
  storageClaims(suite);
  rangeClaims(suite);
  copyClaims(suite);
  deletionClaims(suite);
}

function storageClaims({ s3, claim, freshBucket }: Suite): void {
  claim('returns the bytes, headers and metadata of a put', async () => {
    const Bucket = await freshBucket();
    const facts = {
      ContentType: 'application/vnd.apache.parquet',
      ContentEncoding: 'zstd',
      ContentDisposition: 'attachment; filename="a b.parquet"',
      ContentLanguage: 'de',
      CacheControl: 'max-age=60',
      Metadata: { rows: '12', 'schema-version': 'v=1; x' },
    };
    const Body = patternBytes(100_001);
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ...facts }));
    const etag = `"${createHash('md5').update(Body).digest('hex')}"`;
    expect(put.ETag).toBe(etag);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(got).toMatchObject({ ...facts, ETag: etag, ContentLength: 100_001, AcceptRanges: 'bytes' });
    expect(Body.equals(await got.Body!.transformToByteArray())).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head).toMatchObject({ ...facts, ETag: etag, ContentLength: 100_001 });
    expect(Math.abs(head.LastModified!.getTime() - Date.now())).toBeLessThan(60_000);
  });

  claim('stores and returns an empty object', async () => {
    const Bucket = await freshBucket();
    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
    expect(put.ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'empty' }));
    expect([got.ContentLength, await got.Body!.transformToString()]).toEqual([0, '']);
  });

  claim('takes a body that streams, with its checksum in the trailer', async () => {
    const Bucket = await freshBucket();
    const bytes = patternBytes(3_000_000);
    const chunks = Array.from({ length: 30 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
    const Body = Readable.from(chunks, { objectMode: false });
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: bytes.length, ChecksumAlgorithm: 'SHA256' }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(got.ChecksumSHA256).toBe(createHash('sha256').update(bytes).digest('base64'));
    expect(got.ContentEncoding).toBeUndefined();
    expect(bytes.equals(await got.Body!.transformToByteArray())).toBe(true);
  });

  claim('stores and returns 100 MB without mixing up a block', async () => {
    const Bucket = await freshBucket();
    const Body = patternBytes(100_000_000);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    const hash = createHash('md5');
    for await (const chunk of got.Body as Readable) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('md5').update(Body).digest('hex'));
  });

  claim('replaces an object and its metadata as a whole', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one', Metadata: { a: '1' }, Tagging: 'a=1' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second' }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect([await got.Body!.transformToString(), got.Metadata, got.TagCount]).toEqual(['second', {}, undefined]);
  });

  claim('keeps keys apart that only look alike', async () => {
    const Bucket = await freshBucket();
    for (const Key of ODD_KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
    for (const Key of ODD_KEYS) {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect([Key, await got.Body!.transformToString()]).toEqual([Key, `body of ${Key}`]);
    }
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    const keys = listed.Contents!.map(({ Key }) => decodeURIComponent(Key!.replaceAll('+', ' ')));
    expect(keys.sort()).toEqual([...ODD_KEYS].sort());
    const Objects = ODD_KEYS.map((Key) => ({ Key }));
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect([deleted.Errors, deleted.Deleted?.length]).toEqual([undefined, ODD_KEYS.length]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  claim('refuses a key of more than 1024 bytes', async () => {
    const Bucket = await freshBucket();
    const put = (Key: string) => outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })));
    expect(await put('ü'.repeat(512))).toBe('ok');
    expect(await put('ü'.repeat(513))).toBe('KeyTooLongError 400');
  });

  claim('echoes storage class and encryption', async () => {
    const Bucket = await freshBucket();
    const facts = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:aws:kms:us-east-1:000000000000:key/k' } as const;
    const put = await s3.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...facts, StorageClass: 'STANDARD_IA' }),
    );
    expect(put).toMatchObject(facts);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({
      ...facts,
      StorageClass: 'STANDARD_IA',
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
    const plain = await s3.send(new HeadObjectCommand({ Bucket, Key: 'plain' }));
    expect([plain.ServerSideEncryption, plain.StorageClass]).toEqual(['AES256', undefined]);
    const odd = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', StorageClass: 'CHEAP' as 'STANDARD' });
    expect(await outcomeOf(s3.send(odd))).toBe('InvalidStorageClass 400');
  });

  claim('keeps object tags through put, get and delete of tags', async () => {
    const Bucket = await freshBucket();
    const at = { Bucket, Key: 'k' };
    await s3.send(new PutObjectCommand({ ...at, Body: 'x', Tagging: 'a=1&b=x%20%2By%C3%BC' }));
    const TagSet = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x +yü' },
    ];
    expect((await s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual(TagSet);
    expect((await s3.send(new GetObjectCommand(at))).TagCount).toBe(2);
    await s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: TagSet.slice(1) } }));
    expect((await s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual(TagSet.slice(1));
    await s3.send(new DeleteObjectTaggingCommand(at));
    expect((await s3.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([]);
    const eleven = Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&');
    const put = s3.send(new PutObjectCommand({ ...at, Body: 'x', Tagging: eleven }));
    expect((await outcomeOf(put)).endsWith('400')).toBe(true);
    const odd = s3.send(new PutObjectCommand({ ...at, Body: 'x', Tagging: 'a=%3Cb%3E' }));
    expect(await outcomeOf(odd)).toBe('InvalidTag 400');
  });
}

function rangeClaims({ s3, claim, freshBucket }: Suite): void {
  claim('serves every form of range', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    const read = async (Range: string) => {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
      return [await got.Body!.transformToString(), got.ContentRange];
    };
    expect(await read('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await read('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await read('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    expect(await read('bytes=-99')).toEqual(['0123456789', 'bytes 0-9/10']);
    expect(await read('bytes=8-99')).toEqual(['89', 'bytes 8-9/10']);
    expect(await read('bytes=0-0')).toEqual(['0', 'bytes 0-0/10']);
  });

  claim('refuses a range outside the object', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
    const read = (Key: string, Range: string) => outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key, Range })));
    expect(await read('k', 'bytes=10-')).toBe('InvalidRange 416');
    expect(await read('k', 'bytes=-0')).toBe('InvalidRange 416');
    expect(await read('empty', 'bytes=0-')).toBe('InvalidRange 416');
  });

  claim('ignores a range it cannot read', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
    for (const Range of ['bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2']) {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
      expect([Range, await got.Body!.transformToString()]).toEqual([Range, '0123456789']);
    }
  });
}

function copyClaims({ s3, claim, freshBucket }: Suite): void {
  claim('copies an object with or without its metadata', async () => {
    const Bucket = await freshBucket();
    const Key = 'a dir/ö+?.txt';
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: 'x', ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 't=1' }),
    );
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    expect(copied.CopyObjectResult?.ETag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
    const copy = await s3.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
    expect([copy.ContentType, copy.Metadata, copy.TagCount]).toEqual(['text/csv', { a: '1' }, 1]);
    const replaced = { ContentType: 'text/plain', Metadata: { b: '2' } };
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'new',
        CopySource,
        MetadataDirective: 'REPLACE',
        TaggingDirective: 'REPLACE',
        ...replaced,
      }),
    );
    const anew = await s3.send(new GetObjectCommand({ Bucket, Key: 'new' }));
    expect(anew).toMatchObject(replaced);
    expect([anew.TagCount, await anew.Body!.transformToString()]).toEqual([undefined, 'x']);
  });

  claim('checks the conditions on the source of a copy', async () => {
    const Bucket = await freshBucket();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const copy = (conditions: object) =>
      outcomeOf(s3.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k`, ...conditions })));
    expect(await copy({ CopySourceIfMatch: ETag })).toBe('ok');
    expect(await copy({ CopySourceIfMatch: '"other"' })).toBe('PreconditionFailed 412');
    expect(await copy({ CopySourceIfNoneMatch: ETag })).toBe('PreconditionFailed 412');
    expect(await copy({ CopySourceIfModifiedSince: new Date(Date.now() + 3_600_000) })).toBe('PreconditionFailed 412');
    expect(await copy({ CopySourceIfUnmodifiedSince: new Date(0) })).toBe('PreconditionFailed 412');
  });

  claim('refuses to copy an object onto itself unchanged', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const self = { Bucket, Key: 'k', CopySource: `${Bucket}/k` };
    expect(await outcomeOf(s3.send(new CopyObjectCommand(self)))).toBe('InvalidRequest 400');
    const changed = new CopyObjectCommand({ ...self, MetadataDirective: 'REPLACE', Metadata: { a: '1' } });
    expect(await outcomeOf(s3.send(changed))).toBe('ok');
    const missing = new CopyObjectCommand({ ...self, CopySource: `${Bucket}/gone` });
    expect(await outcomeOf(s3.send(missing))).toBe('NoSuchKey 404');
  });
}

function deletionClaims({ s3, claim, freshBucket }: Suite): void {
  claim('deletes what is there and what is not', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(await outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('NoSuchKey 404');
    expect(await outcomeOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).toBe('NotFound 404');
  });

  claim('deletes a thousand keys in one call, quietly if asked', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k7', Body: 'x' }));
    const Objects = Array.from({ length: 1000 }, (_, i) => ({ Key: `k${i}` }));
    const loud = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.length).toBe(1000);
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined]);
    const tooMany = { Objects: [...Objects, { Key: 'one more' }] };
    expect(await outcomeOf(s3.send(new DeleteObjectsCommand({ Bucket, Delete: tooMany })))).toBe('MalformedXML 400');
  });
}
