import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, PREFIX, type World } from './harness.ts';
import { rowsAtEnd, startRun } from './reloading.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => JSON.stringify({ id: from + i, name: `n${(from + i) % 7}` })).join('\n');
const input = { id: 'int', name: 'string?' };
const ids = async () => (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Files are as few as can be: draining writes what is held as soon as nothing waits, while a receive may be on its way. */
async function runAndFlush(records: number, config: object = {}) {
  const flushing = { ...config, shutdown: { mode: 'flush', grace: '2m' } };
  await using running = await startRun(world, { input, transform: undefined, config: flushing });
  return await rowsAtEnd(world, running, records);
}

describe('SQS to Parquet', () => {
  test('delivers every record of every message once, and the ledger agrees with the world', async () => {
    await world.send(range(40).map((i) => numbered(i * 50, (i + 1) * 50)));
    const summary = await world.run(await world.pipeline({ input }));
    expect(summary).toMatchObject({ reason: 'drained', error: undefined });
    expect(await ids()).toEqual(range(2_000));
    expect(summary.ledger).toMatchObject({ closed: true, messages: { received: 40, acked: 40, inFlight: 0 } });
    expect((await world.audit(summary)).disagreements).toEqual([]);
    expect(await world.depth()).toEqual([0, 0, 0]);
  });

  test('a planted miscount turns the audit red', async () => {
    await world.send([numbered(0, 10)]);
    const summary = await world.run(await world.pipeline({ input }));
    const cooked = structuredClone(summary.ledger) as { records: { delivered: number }; rowsWritten: number };
    cooked.rowsWritten++;
    const { disagreements } = await world.audit({ ...summary, ledger: cooked as never });
    expect(disagreements).toEqual(['rows written, and rows in the footers: 11 and 10']);
  });

  test('two lanes make one file of one partition, not two', async () => {
    await world.send(range(60).map((i) => numbered(i * 20, (i + 1) * 20)));
    const { summary, rows } = await runAndFlush(1_200, { lanes: 2 });
    expect(rows.map(({ id }) => Number(id))).toEqual(range(1_200));
    expect(summary.files).toHaveLength(1);
  });

  test('one partition with three interleaved record shapes makes one file', async () => {
    const shapes = [
      (id: number) => ({ id }),
      (id: number) => ({ name: 'old', id }),
      (id: number) => ({ id, name: 'new', added: { deep: [id] } }),
    ];
    const lines = range(300).map((id) => JSON.stringify(shapes[id % 3]!(id)));
    await world.send(range(30).map((i) => lines.slice(i * 10, i * 10 + 10).join('\n')));
    const { summary, rows } = await runAndFlush(300);
    expect(rows.map(({ id }) => Number(id))).toEqual(range(300));
    expect(summary.files).toHaveLength(1);
    expect(Object.fromEntries(summary.unknownKeys)).toEqual({ added: 100 });
  });

  test('late and interleaved partition keys keep their files open', async () => {
    const config = { sinks: [{ s3: { bucket: 'lake', prefix: PREFIX, partitionBy: ['name={name}'] } }] };
    await world.send(range(50).map((i) => numbered(i * 21, (i + 1) * 21)));
    const { summary } = await runAndFlush(1_050, config);
    expect(summary.files).toHaveLength(7);
    expect(summary.files.map(({ partition }) => partition).sort()).toEqual(range(7).map((i) => `name=n${i}`));
    expect(summary.files.reduce((sum, { rows }) => sum + rows, 0)).toBe(1_050);
    // Partition columns are left out of the file.
    expect(Object.keys((await world.rows())[0]!)).toEqual(['id']);
  });

  test('reads JSON objects, arrays, NDJSON, gzip+base64, SNS envelopes and Extended Client pointers', async () => {
    const zipped = gzipSync(numbered(20, 30)).toString('base64');
    const sns = (Message: string) =>
      JSON.stringify({ Type: 'Notification', MessageId: 'x', TopicArn: 'arn:aws:sns:us-east-1:0:t', Message });
    await world.s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'payloads/1', Body: numbered(50, 60) }));
    const pointer = [
      'software.amazon.payloadoffloading.PayloadS3Pointer',
      { s3BucketName: 'lake', s3Key: 'payloads/1' },
    ];
    const array = range(10).map((i) => ({ id: 10 + i }));
    const bodies = [
      JSON.stringify({ id: 0 }),
      numbered(1, 10),
      JSON.stringify(array),
      zipped,
      sns(numbered(30, 40)),
      sns(gzipSync(numbered(40, 50)).toString('base64')),
      JSON.stringify(pointer),
    ];
    await world.send(bodies);
    const summary = await world.run(await world.pipeline({ input }));
    expect(await ids()).toEqual(range(60));
    expect(summary.ledger.messages).toMatchObject({ received: 7, acked: 7 });
  });

  test('check 8: filtering out 99 % costs about one delete call for ten messages', async () => {
    const calls = countCalls(world, 'DeleteMessageBatch');
    const transform = `import { defineTransform, drop, t } from 'parquetry';
      export default defineTransform({ output: t.row({ id: t.int() }), map: ({ id }) => (id % 100 === 0 ? { id } : drop('rest')) });`;
    await world.send(range(1_000).map((id) => JSON.stringify({ id })));
    const summary = await world.run(await world.pipeline({ input, transform }));
    expect(summary.ledger.records).toMatchObject({ delivered: 10, dropped: { rest: 990 } });
    expect(calls()).toBeLessThanOrEqual(150);
  });

  test('every sink gets all rows, each in its own layout', async () => {
    const sinks = [
      { s3: { bucket: 'lake', prefix: PREFIX, parquet: { compression: 'snappy' } } },
      { s3: { bucket: 'lake', prefix: 'lines', ndjson: {} } },
    ];
    await world.send([numbered(0, 25)]);
    const summary = await world.run(await world.pipeline({ input, config: { sinks } }));
    expect(await ids()).toEqual(range(25));
    const [key] = await world.keys('lines/');
    const lines = Buffer.from(await world.object(key!))
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(range(25));
    expect(summary.ledger).toMatchObject({ rowsDelivered: 25, rowsWritten: 50, closed: true });
  });

  test('a wish to stop flushes, acks and ends without loss', async () => {
    await world.send(range(20).map((i) => numbered(i * 5, i * 5 + 5)));
    const stop = new AbortController();
    const running = world.run(await world.pipeline({ input }), {
      drain: false,
      signal: stop.signal,
      onStart: (engine) => {
        const look = setInterval(() => {
          if (engine.snapshot().ledger.records.received < 100) return;
          clearInterval(look);
          stop.abort();
        }, 20);
      },
    });
    expect(await running).toMatchObject({ reason: 'stopped', error: undefined, ledger: { closed: true } });
    expect(await ids()).toEqual(range(100));
    expect(await world.depth()).toEqual([0, 0, 0]);
  });

  test('the run id is in the object metadata and the dead letters, not in the bytes', async () => {
    await world.send([`${numbered(0, 3)}\nbroken`]);
    const folder = await world.pipeline({ input });
    await world.run(folder, { runId: 'run-1' });
    await world.send([`${numbered(0, 3)}\nbroken`]);
    await world.run(folder, { runId: 'run-2' });
    const [a, b] = await world.keys(`${PREFIX}/`);
    expect(Buffer.from(await world.object(a!)).equals(Buffer.from(await world.object(b!)))).toBe(true);
    expect((await world.deadLetters()).map(({ runId }) => runId).sort()).toEqual(['run-1', 'run-2']);
  });
});

function countCalls({ emulator }: World, action: string): () => number {
  let calls = 0;
  const { sqs } = emulator;
  const handle = sqs.handle.bind(sqs);
  sqs.handle = (request, ...rest) => {
    if (request.headers['x-amz-target'] === `AmazonSQS.${action}`) calls++;
    return handle(request, ...rest);
  };
  return () => calls;
}
