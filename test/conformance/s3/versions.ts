import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf, type Suite } from './suite.ts';

/** Versions and delete markers. */
export function versionClaims({ s3, claim, freshBucket }: Suite): void {
  const setVersioning = (Bucket: string, Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const versionedBucket = async () => {
    const Bucket = await freshBucket();
    await setVersioning(Bucket, 'Enabled');
    return Bucket;
  };
  const put = async (Bucket: string, Body: string, Key = 'k') =>
    (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
  const read = async (Bucket: string, VersionId?: string) => {
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId }));
    return [await got.Body!.transformToString(), got.VersionId];
  };

  claim('keeps every version of an object', async () => {
    const Bucket = await versionedBucket();
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const [one, two] = [await put(Bucket, 'one'), await put(Bucket, 'two')];
    expect(new Set([one, two, undefined]).size).toBe(3);
    expect(await read(Bucket)).toEqual(['two', two]);
    expect(await read(Bucket, one)).toEqual(['one', one]);
    const restored = await s3.send(
      new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${one}` }),
    );
    expect(restored.CopySourceVersionId).toBe(one);
    expect((await read(Bucket))[0]).toBe('one');
    expect(await outcomeOf(s3.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty 409');
  });

  claim('hides an object behind a delete marker and brings it back', async () => {
    const Bucket = await versionedBucket();
    const one = await put(Bucket, 'one');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect([marker.DeleteMarker, typeof marker.VersionId]).toEqual([true, 'string']);
    expect(await outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('NoSuchKey 404');
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    const head = new HeadObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId });
    expect((await outcomeOf(s3.send(head))).endsWith('405')).toBe(true);
    expect(await read(Bucket, one)).toEqual(['one', one]);
    const removed = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }));
    expect([removed.DeleteMarker, removed.VersionId]).toEqual([true, marker.VersionId]);
    expect(await read(Bucket)).toEqual(['one', one]);
  });

  claim('has one null version while versioning is suspended', async () => {
    const Bucket = await freshBucket();
    await put(Bucket, 'before');
    await setVersioning(Bucket, 'Enabled');
    const one = await put(Bucket, 'one');
    await setVersioning(Bucket, 'Suspended');
    await put(Bucket, 'after');
    expect((await read(Bucket, 'null'))[0]).toBe('after');
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      ['null', true],
      [one, false],
    ]);
  });

  claim('lists versions and markers from the newest on, in pages', async () => {
    const Bucket = await versionedBucket();
    const ids = [await put(Bucket, '1'), await put(Bucket, '2'), await put(Bucket, '3')].reverse();
    await put(Bucket, 'x', 'other');
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    const whole = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'k' }));
    expect(whole.Versions?.map(({ VersionId }) => VersionId)).toEqual(ids);
    expect(whole.DeleteMarkers).toMatchObject([{ Key: 'k', VersionId: marker, IsLatest: true }]);
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    do {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }));
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      expect(entries.length).toBeLessThanOrEqual(2);
      seen.push(...entries.map(({ VersionId }) => VersionId));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    } while (markers.KeyMarker);
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  claim('says NoSuchVersion for a version that never was', async () => {
    const Bucket = await versionedBucket();
    const id = await put(Bucket, 'x');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: id }));
    expect(await outcomeOf(read(Bucket, id))).toBe('NoSuchVersion 404');
  });
}
