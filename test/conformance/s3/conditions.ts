import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf, type Suite } from './suite.ts';

/** Conditional reads and writes. */
export function conditionClaims({ s3, claim, freshBucket }: Suite): void {
  claim('reads on condition', async () => {
    const Bucket = await freshBucket();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const read = (conditions: object) => outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k', ...conditions })));
    const [past, future] = [new Date(0), new Date(Date.now() + 3_600_000)];
    expect(await read({ IfMatch: ETag })).toBe('ok');
    expect(await read({ IfMatch: '"other"' })).toBe('PreconditionFailed 412');
    expect((await read({ IfNoneMatch: ETag })).endsWith('304')).toBe(true);
    expect(await read({ IfNoneMatch: '"other"' })).toBe('ok');
    expect(await read({ IfModifiedSince: past })).toBe('ok');
    expect((await read({ IfModifiedSince: future })).endsWith('304')).toBe(true);
    expect(await read({ IfUnmodifiedSince: past })).toBe('PreconditionFailed 412');
    expect(await read({ IfUnmodifiedSince: future })).toBe('ok');
  });

  claim('lets the etag condition outrank the date beside it', async () => {
    const Bucket = await freshBucket();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const read = (conditions: object) => outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key: 'k', ...conditions })));
    expect(await read({ IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).toBe('ok');
    expect((await read({ IfNoneMatch: ETag, IfModifiedSince: new Date(0) })).endsWith('304')).toBe(true);
  });

  claim('creates only what is not there with If-None-Match: *', async () => {
    const Bucket = await freshBucket();
    const create = (Body: string) =>
      outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, IfNoneMatch: '*' })));
    expect(await create('one')).toBe('ok');
    expect(await create('two')).toBe('PreconditionFailed 412');
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await got.Body!.transformToString()).toBe('one');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(await create('three')).toBe('ok');
  });

  claim('lets exactly one of twenty racing creations win', async () => {
    const Bucket = await freshBucket();
    const bodies = Array.from({ length: 20 }, (_, i) => `body ${i}`);
    const outcomes = await Promise.all(
      bodies.map((Body) => outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, IfNoneMatch: '*' })))),
    );
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed 412')).toHaveLength(19);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await got.Body!.transformToString()).toBe(bodies[outcomes.indexOf('ok')]);
  });

  claim('replaces only what it knows with If-Match', async () => {
    const Bucket = await freshBucket();
    const replace = (IfMatch: string) =>
      outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'new', IfMatch })));
    expect(await replace('"9dd4e461268c8034f5c8564e155c67a6"')).toBe('NoSuchKey 404');
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect(await replace('"other"')).toBe('PreconditionFailed 412');
    expect(await replace(ETag!)).toBe('ok');
    expect(await replace(ETag!)).toBe('PreconditionFailed 412');
  });

  claim('copies on condition of the destination', async () => {
    const Bucket = await freshBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const copy = new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k`, IfNoneMatch: '*' });
    expect(await outcomeOf(s3.send(copy))).toBe('ok');
    expect(await outcomeOf(s3.send(copy))).toBe('PreconditionFailed 412');
  });

  claim('deletes on condition of the etag', async () => {
    const Bucket = await freshBucket();
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const remove = (IfMatch: string) => outcomeOf(s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch })));
    expect(await remove('"other"')).toBe('PreconditionFailed 412');
    expect(await remove(ETag!)).toBe('ok');
    expect(await remove(ETag!)).toBe('NoSuchKey 404');
  });
}
