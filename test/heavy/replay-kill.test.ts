import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { createDeadLetterWriter } from '../../engine/src/sinks/dead-letters/dead-letter-writer.ts';
import { BUCKET, createWorld, type World } from '../integration/harness.ts';

const bin = fileURLToPath(new URL('../../engine/bin/parquetry.js', import.meta.url));
const LETTERS = 1_000;
/** Between two notes of what was replayed, and what may be under way at the same time. */
const MOST_TWICE = 200 + 4 * 10;

async function writeLetters(world: World): Promise<void> {
  const aws = { endpoint: world.emulator.endpoint, region: 'us-east-1' };
  const context = { pipeline: 'test', runId: 'r', folder: '/', aws, expectedHoldMs: 1_000 };
  const writer = await createDeadLetterWriter(
    { s3: { bucket: BUCKET, prefix: '_errors' } },
    { ...context, logger: silentLogger, metrics: silentMetrics },
  );
  const letters = Array.from({ length: LETTERS }, (_, i) => ({
    deliveryId: `m-${i}`,
    record: 0,
    offset: 0,
    original: Buffer.from(`{"id":${i}}`),
    stage: 'parse' as const,
    reason: 'misfit',
    message: 'wrong',
    receiveCount: 1,
    attributes: {},
  }));
  await writer.write(letters, new AbortController().signal);
  await writer.close();
}

function replay(folder: string) {
  return spawn(process.execPath, [bin, 'dead-letters', 'replay', folder, '--yes', '--json'], { stdio: 'ignore' });
}

async function receiveAll(world: World): Promise<string[]> {
  const bodies: string[] = [];
  while (true) {
    const { Messages = [] } = await world.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: world.queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body }) => Body!));
  }
}

test('a replay that is killed again and again loses nothing and sends little twice', { timeout: 400_000 }, async () => {
  await using world = await createWorld();
  await writeLetters(world);
  const folder = await world.pipeline({ name: 'test', input: { id: 'int' } });
  world.emulator.faults.add({ service: 'sqs', action: 'SendMessageBatch', fault: { kind: 'latency', ms: 10 } });
  for (const after of [150, 500]) {
    const child = replay(folder);
    await expect.poll(async () => (await world.depth())[0], { timeout: 60_000, interval: 5 }).toBeGreaterThan(after);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await forgetClaims(world);
  }
  expect((await once(replay(folder), 'exit'))[0]).toBe(0);
  const bodies = await receiveAll(world);
  expect(new Set(bodies).size).toBe(LETTERS);
  expect(bodies.length).toBeLessThanOrEqual(LETTERS + 2 * MOST_TWICE);
});

/** What time does to the claims of the dead, without waiting for it. */
async function forgetClaims(world: World): Promise<void> {
  for (const key of await world.keys('_errors/test/_replayed/')) {
    const mark = JSON.parse(Buffer.from(await world.object(key)).toString());
    const body = JSON.stringify({ ...mark, updatedAt: '2026-01-01T00:00:00.000Z' });
    await fetch(`${world.emulator.endpoint}/${BUCKET}/${key}`, { method: 'PUT', body });
  }
}
