import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { Fault } from '../service.ts';
import { type S3Harness, startS3 } from './test-harness.ts';

const at = { Bucket: 'lake', Key: 'k' };

function clientFor(s3: S3Harness, checksums: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' = 'WHEN_SUPPORTED'): S3Client {
  return new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
  });
}

async function startWithBucket(): Promise<S3Harness> {
  const s3 = await startS3();
  await clientFor(s3).send(new CreateBucketCommand({ Bucket: 'lake' }));
  return s3;
}

async function readBack(s3: S3Harness): Promise<string> {
  const got = await clientFor(s3, 'WHEN_REQUIRED').send(new GetObjectCommand(at));
  return got.Body!.transformToString();
}

test.each([
  ['SlowDown', 503],
  ['AccessDenied', 403],
  ['ExpiredToken', 400],
  ['InternalError', 500],
])('answers %s with %i and does not execute', async (code, status) => {
  await using s3 = await startWithBucket();
  s3.faults.set('PutObject', [[{ kind: 'error', code, status }]]);
  const put = clientFor(s3).send(new PutObjectCommand({ ...at, Body: 'x' }));
  await expect(put).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
  await expect(readBack(s3)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test.each<[string, Fault]>([
  ['dropped', { kind: 'drop' }],
  ['cut off in the middle', { kind: 'truncate-upload', bytes: 100_000 }],
])('stores nothing of an upload that is %s', async (_, fault) => {
  await using s3 = await startWithBucket();
  s3.faults.set('PutObject', [[fault]]);
  const put = clientFor(s3).send(new PutObjectCommand({ ...at, Body: Buffer.alloc(1_000_000) }));
  await expect(put).rejects.toThrow();
  await expect(readBack(s3)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('executes a put whose answer is lost', async () => {
  await using s3 = await startWithBucket();
  s3.faults.set('PutObject', [[{ kind: 'lose-answer' }]]);
  await expect(clientFor(s3).send(new PutObjectCommand({ ...at, Body: 'x' }))).rejects.toThrow();
  expect(await readBack(s3)).toBe('x');
});

test('executes a put that is late', async () => {
  await using s3 = await startWithBucket();
  s3.faults.set('PutObject', [[{ kind: 'latency', ms: 20 }]]);
  const started = performance.now();
  await clientFor(s3).send(new PutObjectCommand({ ...at, Body: 'x' }));
  expect(performance.now() - started).toBeGreaterThanOrEqual(19);
  expect(await readBack(s3)).toBe('x');
});

test('a byte flipped on its way in is refused when the client sent a checksum', async () => {
  await using s3 = await startWithBucket();
  s3.faults.set('PutObject', [[{ kind: 'flip-byte' }], [{ kind: 'flip-byte' }]]);
  // Over plain HTTP the SDK signs the payload too, and the signature is what fails first.
  const signed = clientFor(s3).send(new PutObjectCommand({ ...at, Body: 'abcd' }));
  await expect(signed).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
  const headers = { 'x-amz-checksum-crc32': '7YLNEQ==' };
  const unsigned = await fetch(`${s3.endpoint}/lake/k`, { method: 'PUT', body: 'abcd', headers });
  expect(await unsigned.text()).toContain('<Code>BadDigest</Code>');
});

test('a byte flipped on its way in shows in etag and checksum of the answer when the client sent none', async () => {
  await using s3 = await startWithBucket();
  const put = async () => {
    const response = await fetch(`${s3.endpoint}/lake/k`, { method: 'PUT', body: 'abcd' });
    return [response.headers.get('etag'), response.headers.get('x-amz-checksum-crc64nvme')];
  };
  const honest = await put();
  s3.faults.set('PutObject', [[{ kind: 'flip-byte' }]]);
  const damaged = await put();
  expect(damaged[0]).not.toBe(honest[0]);
  expect(damaged[1]).not.toBe(honest[1]);
  expect(await readBack(s3)).toBe('abbd');
});

test('a byte flipped on its way out fails the checksum and leaves the object whole', async () => {
  await using s3 = await startWithBucket();
  await clientFor(s3).send(new PutObjectCommand({ ...at, Body: 'abcd' }));
  const flip: Fault[] = [{ kind: 'flip-byte' }];
  s3.faults.set('GetObject', [flip, flip]);
  const got = await clientFor(s3).send(new GetObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
  await expect(got.Body!.transformToString()).rejects.toThrow(/checksum/i);
  expect(await readBack(s3)).toBe('abbd');
  expect(await readBack(s3)).toBe('abcd');
});

test('asks the plan for every call by action and resource', async () => {
  await using s3 = await startWithBucket();
  const part = new UploadPartCommand({ ...at, UploadId: 'none', PartNumber: 1, Body: 'x' });
  await expect(clientFor(s3).send(part)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect(s3.calls.at(-1)).toEqual({ action: 'UploadPart', resource: 'lake/k' });
});
