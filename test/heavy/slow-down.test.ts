/** A store that asks to slow down, through the real SDK: writes become fewer and more again, and nothing is lost or doubled. */
import { createHash } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import { BUCKET, createWorld, PREFIX, type World } from '../integration/harness.ts';
import { patiently, type Running, rowsAtEnd, startRun } from '../integration/reloading.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const resource = `${BUCKET}/${PREFIX}/*`;
const slow = { kind: 'error', code: 'SlowDown', status: 503 } as const;
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), part: t.int(), text: t.string().optional() }),
  map: ({ id, part, text }) => ({ id, part, text }),
});`;
const input = { id: 'int', part: 'int', text: 'string?' };

test('SlowDown halves the writes to a sink, calm adds them again, and the other sink is let alone', async () => {
  // Slow enough for writes to overlap.
  const calm = [resource, `${BUCKET}/other/*`].map(
    (each): FaultRule => ({ action: 'PutObject', resource: each, fault: { kind: 'latency', ms: 100 } }),
  );
  world.emulator.faults.set(calm);
  const partitioned = { partitionBy: ['part={part}'] };
  await using running = await startRun(world, {
    input,
    transform,
    config: {
      batch: { maxAge: '300ms' },
      sinks: [
        { s3: { bucket: BUCKET, prefix: PREFIX, ...partitioned } },
        { s3: { bucket: BUCKET, prefix: 'other', ...partitioned } },
      ],
      telemetry: { listen: '127.0.0.1:0' },
    },
  });
  const sent = { files: 0 };
  /** Each record makes a file in each sink. */
  const write = async (files: number) => {
    const bodies = Array.from({ length: files }, (_, i) => JSON.stringify({ id: sent.files + i, part: i }));
    sent.files += files;
    await world.send(bodies);
  };
  const written = () => vi.waitFor(() => expect(running.run.snapshot().written.files).toBe(2 * sent.files), patiently);
  const limits = () => running.run.snapshot().sinks.map(({ concurrency }) => concurrency);
  const writeUntil = async (isEnough: (limit: number) => boolean) => {
    while (!isEnough(limits()[0]!)) await write(20).then(written);
  };
  expect(limits()).toEqual([4, 4]);
  await writeUntil((limit) => limit > 5);

  const [before] = limits();
  world.emulator.faults.set([{ action: 'PutObject', resource, times: 40, fault: slow }, ...calm]);
  await write(40);
  const low = await vi.waitFor(() => {
    const [slowed, other] = limits();
    expect(slowed).toBeLessThanOrEqual(before! / 2);
    expect(other).toBeGreaterThan(slowed!);
    return slowed!;
  }, patiently);
  await written();
  expect(world.emulator.faults.state()[0]!.struck).toBe(40);

  world.emulator.faults.set(calm);
  await writeUntil((limit) => limit > low);
  const page = await metricsOf(running);
  // Both sinks are told apart, and each answer of the store was counted.
  expect(page.parquetry_sink_concurrency).toEqual(limits());
  expect(page.parquetry_uploads).toEqual([0, 0]);
  expect(page.parquetry_s3_retries_total).toEqual([40]);
  expect(page.parquetry_sink_errors_total).toBeUndefined();

  const { summary, rows } = await rowsAtEnd(world, running, sent.files);
  expect(rows.map(({ id }) => Number(id))).toEqual(Array.from({ length: sent.files }, (_, id) => id));
  expect(summary).toMatchObject({ reason: 'stopped', ledger: { closed: true, messages: { acked: sent.files } } });
  expect(await world.keys('other/')).toHaveLength(sent.files);
  expect(await world.depth()).toEqual([0, 0, 0]);
});

test.each([
  ['a spool', { spool: { path: 'spool' }, isShort: false }],
  // Without one files end for want of memory.
  ['memory', { spool: { max: '0B' }, isShort: true }],
])('a multipart upload from %s outlasts SlowDown at each of its requests', async (_, { spool, isShort }) => {
  const ids = Array.from({ length: 40 }, (_, id) => id);
  const textOf = (id: number) => noise(id, 700_000);
  await world.send(ids.map((id) => JSON.stringify({ id, part: 0, text: textOf(id) })));
  const actions = ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];
  world.emulator.faults.set(actions.map((action) => ({ action, resource, times: 3, fault: slow })));
  const s3 = { bucket: BUCKET, prefix: PREFIX, partSize: '5MiB', multipartThreshold: '5MiB' };
  await using running = await startRun(world, {
    input,
    transform,
    config: {
      batch: { maxAge: '1m', memory: '32MiB', spool },
      shutdown: { mode: 'flush', grace: '2m' }, // where writes are slow, a stop would give back what waits for them
      // One partition: a file ends for want of memory beyond 5.6MiB, which is what open files have of 32MiB, and so is uploaded in parts.
      sinks: [{ s3: { ...s3, parquet: { compression: 'none' } } }],
    },
  });
  const { summary, rows } = await rowsAtEnd(world, running, ids.length);
  expect(summary).toMatchObject({ reason: 'stopped', ledger: { closed: true, messages: { acked: ids.length } } });
  expect(summary.files.some(({ closedBy }) => closedBy === 'memory')).toBe(isShort);
  expect(world.emulator.faults.state().map(({ struck }) => struck)).toEqual([3, 3, 3]);
  expect(rows.map(({ id }) => Number(id))).toEqual(ids);
  expect(rows.every(({ id, text }) => text === textOf(Number(id)))).toBe(true);
  const { Uploads = [] } = await world.s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toEqual([]);
  expect(await world.depth()).toEqual([0, 0, 0]);
});

/** Values of each metric of `/metrics`, in the order in which they stand there. */
async function metricsOf(running: Running): Promise<Partial<Record<string, number[]>>> {
  const [{ address } = {}] = running.said('telemetry.listening');
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const values = Map.groupBy(lines, (line) => /^\w+/.exec(line)![0]);
  return Object.fromEntries(
    Array.from(values, ([name, of]) => [name, of.map((line) => Number(line.split(' ').at(-1)))]),
  );
}

/** Text without a pattern, the same each time. */
function noise(seed: number, length: number): string {
  return createHash('shake256', { outputLength: length / 2 })
    .update(String(seed))
    .digest('hex');
}
