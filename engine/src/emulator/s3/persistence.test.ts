import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startS3 } from './test-harness.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquetry-s3-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs against a service that starts over the folder and stops afterwards. */
async function session<T>(run: (client: S3Client) => Promise<T>): Promise<T> {
  await using s3 = await startS3({ folder });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return await run(new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials, forcePathStyle: true }));
}

const Bucket = 'lake';

test('objects survive a restart with bytes, headers, checksum and tags', async () => {
  const before = await session(async (s3) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'bytes', Metadata: { a: '1' } }));
    const Tagging = { TagSet: [{ Key: 't', Value: 'v' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging }));
    const {
      $metadata: _,
      Body: __,
      ...facts
    } = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    return facts;
  });
  await session(async (s3) => {
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(got).toMatchObject(before);
    expect(await got.Body!.transformToString()).toBe('bytes');
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }));
    expect(TagSet).toEqual([{ Key: 't', Value: 'v' }]);
  });
});

test('versions and delete markers keep their order over a restart', async () => {
  const list = async (s3: S3Client) => {
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return [Versions?.map(({ VersionId }) => VersionId), DeleteMarkers?.map(({ VersionId }) => VersionId)];
  };
  const before = await session(async (s3) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Body of ['1', '2', '3']) await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    return list(s3);
  });
  await session(async (s3) => {
    expect(await list(s3)).toEqual(before);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '4' }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await got.Body!.transformToString()).toBe('4');
  });
});

test('no key names a path outside of the folder, however it is spelt', async () => {
  const keys = [
    '../../escape',
    '/etc/passwd',
    '..',
    'a/../../b',
    'c:\\windows',
    `${'x/'.repeat(500)}`,
    'nul\u0000byte',
  ];
  await session(async (s3) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  });
  expect(await readdir(folder)).toEqual([Bucket]);
  expect(await readdir(join(folder, Bucket))).toEqual(['bucket.json', 'objects']);
  const names = await readdir(join(folder, Bucket, 'objects'));
  expect(names).toHaveLength(2 * keys.length);
  for (const name of names) expect(name).toMatch(/^[0-9a-f-]{36}\.(bytes|json)$/);
  const listed = await session((s3) => s3.send(new ListObjectsV2Command({ Bucket })));
  expect(listed.KeyCount).toBe(keys.length);
});

test('objects with plain keys lie under their names, too: replaced and deleted with them', async () => {
  const shown = join(folder, Bucket, 'by-key', 'dt=2026-01-31', 'a%2Fb.parquet');
  const Key = 'dt=2026-01-31/a%2Fb.parquet';
  await session(async (s3) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'one' }));
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'two' }));
    // A file cannot be a folder as well: this one is an object all the same.
    await s3.send(new PutObjectCommand({ Bucket, Key: `${Key}/below`, Body: 'three' }));
    expect(await readFile(shown, 'utf8')).toBe('two');
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(2);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(readFile(shown)).rejects.toThrow('ENOENT');
  });
});

test('what is replaced, deleted or refused leaves no file', async () => {
  await session(async (s3) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two' }));
    const create = new PutObjectCommand({ Bucket, Key: 'k', Body: 'three', IfNoneMatch: '*' });
    await expect(s3.send(create)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await readdir(join(folder, Bucket, 'objects'))).toHaveLength(2);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(await readdir(join(folder, Bucket, 'objects'))).toEqual([]);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    expect(await readdir(folder)).toEqual([]);
  });
});

test('a write that a crash cut off is swept away at the start', async () => {
  await session((s3) => s3.send(new CreateBucketCommand({ Bucket })));
  const objects = join(folder, Bucket, 'objects');
  await writeFile(join(objects, 'orphan.bytes'), 'x');
  await writeFile(join(objects, 'cut.json'), '{"key":"k","kin');
  await session(async (s3) => {
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });
  expect(await readdir(objects)).toEqual([]);
});
