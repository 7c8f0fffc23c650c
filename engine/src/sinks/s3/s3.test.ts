import { crc32 } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Client } from '../../aws/clients.ts';
import { chunksOf, type OutputFile, type Sink } from '../../core/sink.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { s3Config } from './config.ts';
import { createS3Sink } from './index.ts';

let emulator: Emulator;
let client: S3Client;
const sinks: Sink[] = [];
const signal = new AbortController().signal;
const MIB = 1 << 20;

beforeEach(async () => {
  emulator = await startEmulator();
  client = await s3Client({ endpoint: emulator.endpoint }, {});
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  client.destroy();
  await emulator.stop();
});

async function open(config: object = {}): Promise<Sink> {
  const parsed = s3Config.parse({
    bucket: 'lake',
    prefix: '/clicks/',
    partSize: '5MiB',
    multipartThreshold: '6MiB',
    ...config,
  });
  const sink = await createS3Sink(parsed, {
    aws: { endpoint: emulator.endpoint },
    expectedHoldMs: 60_000,
    logger: silentLogger,
    metrics: silentMetrics,
  });
  sinks.push(sink);
  return sink;
}

const NAME = 'dt=2026-01-01/country=a%20b/x-1.parquet';
const KEY = `clicks/${NAME}`;
/** Some bytes, in arrays of odd sizes, different for each seed. */
function file(sizeBytes: number, seed = 1): OutputFile {
  const parts: Uint8Array[] = [];
  for (let rest = sizeBytes; rest > 0; ) {
    const part = Buffer.alloc(Math.min(rest, 700_001), seed + parts.length);
    parts.push(part);
    rest -= part.length;
  }
  return {
    name: NAME,
    chunks: chunksOf(parts),
    sizeBytes,
    contentType: 'application/vnd.apache.parquet',
    metadata: { rows: '7' },
  };
}
const bytesOf = async ({ chunks }: OutputFile) => Buffer.concat(await Array.fromAsync(chunks()));
const SMALL = () => file(100);
const LARGE = () => file(7 * MIB + 3);

const stored = async () => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'lake', Key: KEY }));
  return Buffer.from(await Body!.transformToByteArray());
};
const uploadsLeft = async () =>
  (await client.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }))).Uploads?.length ?? 0;
const strike = (action: string, fault: FaultRule['fault'], times = 1) => emulator.faults.add({ action, fault, times });

describe.each([
  ['small file', SMALL, 'PutObject'],
  ['large file', LARGE, 'CompleteMultipartUpload'],
])('a %s in S3', (_, make, lastAction) => {
  it('is there byte for byte, with its type and facts', async () => {
    const receipt = await (await open({ metadata: { team: 'data' } })).write(make(), signal);
    expect(receipt).toMatchObject({ uri: `s3://lake/${KEY}`, sizeBytes: make().sizeBytes });
    expect((await stored()).equals(await bytesOf(make()))).toBe(true);
    const head = await client.send(new HeadObjectCommand({ Bucket: 'lake', Key: KEY, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ContentType: make().contentType,
      Metadata: { rows: '7', team: 'data' },
      ETag: receipt.etag,
    });
    expect(Buffer.from(head.ChecksumCRC32!, 'base64').readUInt32BE()).toBe(crc32(await bytesOf(make())));
    expect(await uploadsLeft()).toBe(0);
  });

  it('is written once though the answer got lost', async () => {
    strike(lastAction, { kind: 'lose-answer' });
    await (await open()).write(make(), signal);
    expect((await stored()).equals(await bytesOf(make()))).toBe(true);
    expect(await uploadsLeft()).toBe(0);
  });

  it.each<[string, FaultRule['fault']]>([
    ['the service is throttled', { kind: 'error', code: 'SlowDown', status: 503 }],
    ['the service fails', { kind: 'error', code: 'InternalError', status: 500 }],
    ['the connection breaks', { kind: 'drop' }],
  ])('is written though %s, twice', async (_, fault) => {
    strike(lastAction, fault, 2);
    await (await open()).write(make(), signal);
    expect((await stored()).length).toBe(make().sizeBytes);
  });

  it('is not written over another, and again over itself', async () => {
    const sink = await open();
    await sink.write(make(), signal);
    await sink.write(make(), signal);
    const other = file(make().sizeBytes, 2);
    await expect(sink.write(other, signal)).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect((await stored()).equals(await bytesOf(make()))).toBe(true);
    expect(await uploadsLeft()).toBe(0);
  });

  it('is uploaded anew after 409', async () => {
    strike(lastAction, { kind: 'error', code: 'ConditionalRequestConflict', status: 409 }, 2);
    await (await open()).write(make(), signal);
    expect((await stored()).length).toBe(make().sizeBytes);
    expect(await uploadsLeft()).toBe(0);
  });

  it('is looked up first where the store has no conditional writes', async () => {
    strike(lastAction, { kind: 'error', code: 'NotImplemented', status: 501 });
    const sink = await open();
    await sink.write(make(), signal);
    await expect(sink.write(file(make().sizeBytes, 2), signal)).rejects.toMatchObject({ code: 'E_CONFLICT' });
  });

  it('has one winner among many writers', async () => {
    const writers = await Promise.all([1, 2, 3].map(() => open()));
    const results = await Promise.allSettled(
      writers.map((sink, i) => sink.write(file(make().sizeBytes, i * 50), signal)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await uploadsLeft()).toBe(0);
  });
});

it('notices bytes that were flipped on the way, and sends them again', async () => {
  strike('PutObject', { kind: 'flip-byte' });
  await (await open()).write(SMALL(), signal);
  expect((await stored()).equals(await bytesOf(SMALL()))).toBe(true);
});

it('sends a part again that broke off or was damaged', async () => {
  strike('UploadPart', { kind: 'truncate-upload', bytes: MIB });
  strike('UploadPart', { kind: 'flip-byte' });
  await (await open()).write(LARGE(), signal);
  expect((await stored()).equals(await bytesOf(LARGE()))).toBe(true);
});

it('stops when it is told to and leaves no upload behind', async () => {
  const stop = new AbortController();
  emulator.faults.add({ action: 'UploadPart', fault: { kind: 'latency', ms: 60_000 } });
  const writing = (await open()).write(LARGE(), stop.signal);
  setTimeout(() => stop.abort(), 100);
  await expect(writing).rejects.toMatchObject({ code: 'E_CANCELLED' });
  emulator.faults.clear();
  expect(await uploadsLeft()).toBe(0);
});

it('sets tags, storage class and encryption', async () => {
  const sink = await open({ tags: { team: 'data + co=é' }, storageClass: 'STANDARD_IA', sse: { type: 'AES256' } });
  await sink.write(SMALL(), signal);
  const at = { Bucket: 'lake', Key: KEY };
  expect((await client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'team', Value: 'data + co=é' }]);
  expect(await client.send(new HeadObjectCommand(at))).toMatchObject({
    StorageClass: 'STANDARD_IA',
    ServerSideEncryption: 'AES256',
  });
});

it('refuses a key that S3 would not take', async () => {
  const long = { ...SMALL(), name: 'x'.repeat(1_020) };
  await expect((await open()).write(long, signal)).rejects.toMatchObject({ code: 'E_RECORD' });
});

describe('the check at the start', () => {
  it('passes and leaves nothing in the bucket', async () => {
    await (await open()).check!();
    expect(await uploadsLeft()).toBe(0);
    expect((await client.send(new ListObjectsV2Command({ Bucket: 'lake' }))).KeyCount).toBe(0);
  });

  it('says how to create a bucket that is missing', async () => {
    await expect((await open({ bucket: 'missing' })).check!()).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      hint: expect.stringContaining('aws s3 mb s3://missing'),
    });
  });

  it('passes for a role that may write but not list', async () => {
    strike('HeadBucket', { kind: 'error', code: 'AccessDenied', status: 403 });
    await (await open()).check!();
  });

  it('says which permission is missing', async () => {
    strike('CreateMultipartUpload', { kind: 'error', code: 'AccessDenied', status: 403 });
    await expect((await open()).check!()).rejects.toMatchObject({
      code: 'E_ACCESS',
      hint: expect.stringContaining('s3:PutObject'),
    });
  });
});

it('writes the object that another wrote under its eyes only if it is equal', async () => {
  await client.send(new PutObjectCommand({ Bucket: 'lake', Key: KEY, Body: await bytesOf(SMALL()) })); // no CRC32 of ours
  await (await open()).write(SMALL(), signal);
});

it('closes only when what was cancelled is cleaned up: no parts stay behind', async () => {
  const sink = await open();
  const stop = new AbortController();
  emulator.faults.add({ action: 'UploadPart', fault: { kind: 'latency', ms: 60_000 } });
  const written = sink.write(LARGE(), stop.signal).catch((error) => error);
  const struck = () => emulator.faults.state()[0]!.struck;
  await vi.waitFor(() => expect(struck()).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
  stop.abort();
  await sink.close();
  expect(await uploadsLeft()).toBe(0);
  expect(await written).toMatchObject({ code: 'E_CANCELLED' });
});
