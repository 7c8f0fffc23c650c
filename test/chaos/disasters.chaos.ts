import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DeleteBucketCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { BUCKET, QUEUE } from '../integration/harness.ts';
import { type ChaosWorld, createChaosWorld } from './chaos-world.ts';
import { startRun } from './engine-run.ts';
import { finish } from './kills.ts';
import { judge } from './workload.ts';

const HOUR_MS = 3_600_000;
const whole = { missing: 0, strange: 0, doubled: 0 };

async function deleteBucket({ s3, objects }: ChaosWorld): Promise<void> {
  const Objects = (await objects('')).map((Key) => ({ Key }));
  if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
  await s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
}

test('the bucket is deleted in mid-run: the run ends and says so, and everything is there after it was made again', async () => {
  await using world = await createChaosWorld(1);
  await world.send(0, 2_000);
  const folder = await world.pipeline();
  using run = startRun(folder, { strikes: [{ point: 'lane.encoded', hit: 1, do: 'stop' }] });
  await run.strike('stop');
  await deleteBucket(world);
  run.resume();
  const { code, summary } = await run.ended;
  expect(code).toBe(1);
  expect(summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_NOT_FOUND', message: expect.stringContaining(BUCKET), hint: expect.any(String) },
    ledger: { closed: true, messages: { acked: 0 } },
  });
  await fetch(`${world.endpoint}/${BUCKET}`, { method: 'PUT' });
  await world.expire();
  expect(await finish(world, folder)).toMatchObject({ code: 0 });
  expect(judge(2_000, await world.keys())).toMatchObject(whole);
});

test('the queue is deleted in mid-run: the run ends and says so, and every message that it deleted is in the table, whole', async () => {
  await using world = await createChaosWorld(1);
  await world.send(0, 2_000);
  const folder = await world.pipeline();
  using run = startRun(folder, { strikes: [{ point: 'sqs.delete', hit: 20, do: 'stop' }] });
  await run.strike('stop');
  await world.sqs('DeleteQueue', { QueueUrl: world.queueUrl });
  run.resume();
  const { code, summary } = await run.ended;
  expect(code).toBe(1);
  expect(summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_NOT_FOUND', message: expect.stringContaining(QUEUE), hint: expect.any(String) },
    ledger: { closed: true },
  });
  const { acked, received } = summary!.ledger.messages;
  const verdict = judge(2_000, await world.keys());
  expect(verdict).toMatchObject({ strange: 0, doubled: 0 });
  // Deleted was only what is there whole; what else is there could not be deleted any more.
  expect(acked).toBeGreaterThan(0);
  expect(verdict.wholeMessages).toBeGreaterThanOrEqual(acked!);
  expect(verdict.wholeMessages).toBeLessThanOrEqual(received!);
});

test('a clock that jumps an hour ahead makes leases look lost: nothing is doubled, and everything is there', async () => {
  await using world = await createChaosWorld(1);
  await world.send(0, 3_000);
  const folder = await world.pipeline();
  const strikes = [{ point: 'lane.received', hit: 100, do: 'jump', ms: HOUR_MS }] as const;
  expect(await finish(world, folder, { strikes })).toMatchObject({ code: 0, summary: { ledger: { closed: true } } });
  expect(judge(3_000, await world.keys())).toMatchObject(whole);
});

test('a clock that jumps an hour back loses nothing', async () => {
  await using world = await createChaosWorld(1);
  await world.send(0, 3_000);
  const folder = await world.pipeline();
  const strikes = [{ point: 'lane.received', hit: 100, do: 'jump', ms: -HOUR_MS }] as const;
  expect(await finish(world, folder, { strikes })).toMatchObject({ code: 0, summary: { ledger: { closed: true } } });
  expect(judge(3_000, await world.keys())).toMatchObject({ missing: 0, strange: 0 });
});

test.each([
  ['an hour ahead', HOUR_MS],
  ['an hour behind', -HOUR_MS],
])('AWS is %s of the machine: an engine that is killed and another one leave every row once', async (_, skewMs) => {
  await using world = await createChaosWorld(1, skewMs);
  await world.send(0, 2_000);
  const folder = await world.pipeline();
  using run = startRun(folder, { strikes: [{ point: 's3.answered', hit: 1, do: 'kill' }] });
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
  await world.expire();
  expect(await finish(world, folder)).toMatchObject({ code: 0, summary: { ledger: { closed: true } } });
  expect(judge(2_000, await world.keys())).toMatchObject(whole);
});

const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

test.skipIf(!canMount)('a disk that is full makes files smaller, and loses nothing (needs unshare -rm)', async () => {
  await using world = await createChaosWorld(1);
  await world.send(0, 6_000);
  const disk = await mkdtemp(path.join(os.tmpdir(), 'parquetry-disk-'));
  const folder = await world.pipeline({
    batch: { maxAge: '5s', targetSize: '256MiB', memory: '16MiB', spool: { path: disk } },
  });
  const wrap = ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=4m none "$0" && exec "$@"', disk];
  const { code, summary, log } = await finish(world, folder, { wrap });
  await rm(disk, { recursive: true });
  expect({ code, log }).toMatchObject({ code: 0, log: expect.stringContaining('ENOSPC') });
  expect(summary).toMatchObject({ ledger: { closed: true } });
  expect(judge(6_000, await world.keys())).toMatchObject(whole);
});
