import { once } from 'node:events';
import { type RequestOptions, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { S3Harness } from './test-harness.ts';
import { startS3 } from './test-harness.ts';

function clientFor({ endpoint }: S3Harness, options: { region?: string } = {}): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
    ...options,
  });
}

/** One HTTP exchange without the SDK's manners. */
async function exchange({ port }: S3Harness, options: RequestOptions, body?: string) {
  const outgoing = request({ host: '127.0.0.1', port, ...options });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, headers: response.headers, body: (await buffer(response)).toString() };
}

test('finds the bucket in the host name', async () => {
  await using s3 = await startS3();
  const headers = { host: `lake.s3.localhost:${s3.port}` };
  await exchange(s3, { method: 'PUT', path: '/', headers });
  await exchange(s3, { method: 'PUT', path: '/a/b', headers: { ...headers, 'content-length': '1' } }, 'x');
  expect((await exchange(s3, { path: '/lake/a/b' })).body).toBe('x');
  expect(s3.calls.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    'CreateBucket lake',
    'PutObject lake/a/b',
    'GetObject lake/a/b',
  ]);
});

test('answers errors as S3 does: a document with ids, and nothing to HEAD', async () => {
  await using s3 = await startS3();
  const error = await exchange(s3, { path: '/lake/a%20b' });
  expect(error.status).toBe(404);
  expect(error.headers).toMatchObject({ 'content-type': 'application/xml', 'x-amz-request-id': 'request-1' });
  expect(error.body).toMatch(
    /^<\?xml.*\?>\n<Error><Code>NoSuchBucket<\/Code><Message>.*<\/Message>.*<Resource>\/lake\/a%20b<\/Resource><RequestId>request-1<\/RequestId>/,
  );
  const head = await exchange(s3, { method: 'HEAD', path: '/lake/k' });
  expect([head.status, head.body]).toEqual([404, '']);
});

test('answers presigned reads and replaces the headers they name', async () => {
  await using s3 = await startS3();
  await exchange(s3, { method: 'PUT', path: '/lake' });
  await exchange(s3, { method: 'PUT', path: '/lake/k', headers: { 'content-length': '1' } }, 'x');
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0&response-content-type=text%2Fcsv';
  const got = await exchange(s3, { path: `/lake/k?${query}` });
  expect([got.body, got.headers['content-type']]).toEqual(['x', 'text/csv']);
});

test('takes signed chunks and verifies their trailer', async () => {
  await using s3 = await startS3();
  await exchange(s3, { method: 'PUT', path: '/lake' });
  const put = (checksum: string) => {
    const body = `b;chunk-signature=00\r\nhello world\r\n0;chunk-signature=00\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`;
    const headers = {
      'content-length': String(body.length),
      'content-encoding': 'aws-chunked,gzip',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '11',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    return exchange(s3, { method: 'PUT', path: '/lake/k', headers }, body);
  };
  expect((await put('DUoRhR==')).status).toBe(200);
  expect((await put('AAAAAA==')).body).toContain('<Code>BadDigest</Code>');
  const got = await exchange(s3, { path: '/lake/k' });
  expect([got.body, got.headers['content-encoding']]).toEqual(['hello world', 'gzip']);
});

test('refuses a body that is not the one that was signed or announced', async () => {
  await using s3 = await startS3();
  await exchange(s3, { method: 'PUT', path: '/lake' });
  const put = (headers: Record<string, string>) => exchange(s3, { method: 'PUT', path: '/lake/k', headers }, 'x');
  const signed = await put({ 'content-length': '1', 'x-amz-content-sha256': '0'.repeat(64) });
  expect(signed.body).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  expect((await put({ 'transfer-encoding': 'chunked' })).body).toContain('<Code>MissingContentLength</Code>');
  const unknown = await put({ 'content-length': '1', 'x-amz-sdk-checksum-algorithm': 'CRC32' });
  expect(unknown.body).toContain('<Code>InvalidRequest</Code>');
});

test('lets a client that asks for 100 Continue go on', async () => {
  await using s3 = await startS3();
  await exchange(s3, { method: 'PUT', path: '/lake' });
  const outgoing = request({
    host: '127.0.0.1',
    port: s3.port,
    method: 'PUT',
    path: '/lake/k',
    headers: { expect: '100-continue', 'content-length': '1' },
  });
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.end('x');
  const [response] = await once(outgoing, 'response');
  expect(response.statusCode).toBe(200);
});

test('writes event keys in form encoding with plain slashes, and ever growing sequencers', async () => {
  await using s3 = await startS3();
  await exchange(s3, { method: 'PUT', path: '/lake' });
  const configuration =
    '<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>';
  await exchange(s3, { method: 'PUT', path: '/lake?notification' }, configuration);
  for (let i = 0; i < 2; i++) {
    await exchange(s3, { method: 'PUT', path: '/lake/a%20b/c%2B(1)%C3%BC', headers: { 'content-length': '0' } });
  }
  const [, one, two] = s3.notifications.map(({ body }) => JSON.parse(body).Records?.[0].s3.object);
  expect(one.key).toBe('a+b/c%2B%281%29%C3%BC');
  expect(one.sequencer < two.sequencer).toBe(true);
});

test('sends clients of another region away, but only if told to', async () => {
  await using strict = await startS3({ regionRedirects: true });
  await using lenient = await startS3();
  for (const s3 of [strict, lenient]) {
    await clientFor(s3, { region: 'eu-west-1' }).send(new CreateBucketCommand({ Bucket: 'lake' }));
  }
  const head = new HeadBucketCommand({ Bucket: 'lake' });
  await expect(clientFor(strict).send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 301 } });
  expect((await clientFor(strict, { region: 'eu-west-1' }).send(head)).BucketRegion).toBe('eu-west-1');
  expect((await clientFor(lenient).send(head)).BucketRegion).toBe('eu-west-1');
});

/** A PUT whose first byte is on its way and whose second waits. */
async function putInTwoSteps(s3: S3Harness, headers: Record<string, string>) {
  const outgoing = request({
    host: '127.0.0.1',
    port: s3.port,
    method: 'PUT',
    path: '/lake/k',
    headers: { 'content-length': '2', ...headers },
  });
  const before = s3.calls.length;
  outgoing.write('a');
  while (s3.calls.length === before) await new Promise(setImmediate);
  return async () => {
    outgoing.end('b');
    const [response] = await once(outgoing, 'response');
    return [response.statusCode, /<Code>(\w+)/.exec((await buffer(response)).toString())?.[1]];
  };
}

test('answers 409 to a conditional create during which the object was deleted', async () => {
  await using s3 = await startS3();
  const client = clientFor(s3);
  const at = { Bucket: 'lake', Key: 'k' };
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
  const finish = await putInTwoSteps(s3, { 'if-none-match': '*' });
  await client.send(new DeleteObjectCommand(at));
  expect(await finish()).toEqual([409, 'ConditionalRequestConflict']);
  const again = await putInTwoSteps(s3, { 'if-none-match': '*' });
  expect(await again()).toEqual([200, undefined]);
});

test('answers 404 to a conditional replacement whose object was deleted meanwhile', async () => {
  await using s3 = await startS3();
  const client = clientFor(s3);
  const at = { Bucket: 'lake', Key: 'k' };
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const { ETag } = await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
  const finish = await putInTwoSteps(s3, { 'if-match': ETag! });
  await client.send(new DeleteObjectCommand(at));
  expect(await finish()).toEqual([404, 'NoSuchKey']);
});

test('lets one of two racing completions of an upload win', async () => {
  await using s3 = await startS3();
  const client = clientFor(s3);
  const at = { Bucket: 'lake', Key: 'k' };
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
  const part = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'x' }));
  const Parts = [{ ...part, PartNumber: 1 }];
  const complete = new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } });
  const outcomes = await Promise.allSettled([client.send(complete), client.send(complete)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('stores nothing of an upload whose client went away', async () => {
  await using s3 = await startS3();
  const client = clientFor(s3);
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const outgoing = request({
    host: '127.0.0.1',
    port: s3.port,
    method: 'PUT',
    path: '/lake/k',
    headers: { 'content-length': '10' },
  });
  outgoing.on('error', () => {});
  outgoing.write('half');
  while (!s3.calls.some(({ action }) => action === 'PutObject')) await new Promise(setImmediate);
  outgoing.destroy();
  await expect(client.send(new GetObjectCommand({ Bucket: 'lake', Key: 'k' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

test('reads no more of an object ahead than a slow client can take', async () => {
  await using s3 = await startS3();
  await clientFor(s3).send(new CreateBucketCommand({ Bucket: 'lake' }));
  await clientFor(s3).send(new PutObjectCommand({ Bucket: 'lake', Key: 'k', Body: 'x' }));
  const block = Buffer.alloc(1 << 20);
  let pulled = 0;
  const blocks = {
    *[Symbol.iterator]() {
      for (; pulled < 300; pulled++) yield block;
    },
  };
  const object = s3.service.runtime.buckets.get('lake')!.current('k')!;
  object.payload = { blocks: blocks as unknown as Buffer[], sizeBytes: 300 * block.length };
  const outgoing = request({ host: '127.0.0.1', port: s3.port, path: '/lake/k' }).end();
  const [response] = await once(outgoing, 'response');
  await once(response, 'readable');
  // Let the server fill every buffer on the way: it has done so when it has pulled nothing for many turns.
  for (let last = -1, turns = 0; turns < 200; turns++) {
    if (pulled !== last) turns = 0;
    last = pulled;
    await new Promise(setImmediate);
  }
  expect(pulled).toBeLessThan(30);
  response.destroy();
});
