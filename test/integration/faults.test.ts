import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, PREFIX, type World } from './harness.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ seed: 7 });
});
afterEach(() => world[Symbol.asyncDispose]());

const input = { id: 'int' };
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const ids = async () => (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
const send = (n: number) => world.send(range(n).map((id) => JSON.stringify({ id })));

describe('nothing is lost when', () => {
  test.each([
    [
      'the store asks to slow down',
      { action: 'PutObject', times: 3, fault: { kind: 'error', code: 'SlowDown', status: 503 } },
    ],
    ['the answer of a PUT is lost', { action: 'PutObject', times: 1, fault: { kind: 'lose-answer' } }],
    [
      'a connection dies in mid-upload',
      { action: 'PutObject', times: 1, fault: { kind: 'truncate-upload', bytes: 100 } },
    ],
    ['a byte flips in transit', { action: 'PutObject', times: 1, fault: { kind: 'flip-byte' } }],
    [
      'receiving fails',
      { action: 'ReceiveMessage', times: 3, fault: { kind: 'error', code: 'InternalError', status: 500 } },
    ],
    [
      'deleting fails',
      { action: 'DeleteMessageBatch', times: 2, fault: { kind: 'error', code: 'ServiceUnavailable', status: 503 } },
    ],
    ['the answer of a delete is lost', { action: 'DeleteMessageBatch', times: 1, fault: { kind: 'lose-answer' } }],
  ] as const)('%s', async (_what, rule) => {
    await send(100);
    const folder = await world.pipeline({ input });
    world.emulator.faults.add(rule);
    const summary = await world.run(folder);
    expect(summary).toMatchObject({ reason: 'drained', error: undefined, ledger: { closed: true } });
    expect(await ids()).toEqual(range(100));
    // One file; on a machine that is slow at the moment a message may come late, and have a file of its own.
    expect(summary.files.reduce((rows, file) => rows + file.rows, 0)).toBe(100);
    expect(await world.depth()).toEqual([0, 0, 0]);
  });
});

describe('a sink that fails for good', () => {
  test('check 6: refused writes: nothing is acked, the run fails with what to do, the messages stay', async () => {
    await send(20);
    const folder = await world.pipeline({ input });
    world.emulator.faults.add({
      action: 'PutObject',
      resource: `lake/${PREFIX}/*`,
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    const summary = await world.run(folder);
    expect(summary).toMatchObject({ reason: 'failed', error: { code: 'E_ACCESS' }, ledger: { closed: true } });
    expect(summary.ledger.messages).toMatchObject({ received: 20, acked: 0, returned: 20 });
    expect(summary.error?.hint).toBeTruthy();
    expect((await world.depth()).reduce((sum, n) => sum + n)).toBe(20);
    expect(await ids()).toEqual([]);
  });

  test('dead letters that cannot be written: the message is not acked', async () => {
    await world.send(['broken']);
    const folder = await world.pipeline({ input });
    world.emulator.faults.add({
      action: 'PutObject',
      resource: 'lake/_errors/*',
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    expect(await world.run(folder)).toMatchObject({ reason: 'failed', ledger: { messages: { acked: 0 } } });
    expect((await world.depth()).reduce((sum, n) => sum + n)).toBe(1);
  });
});

describe('before anything is received', () => {
  test.each([
    [
      'a missing bucket',
      { sinks: [{ s3: { bucket: 'no-such-bucket', prefix: 'x' } }] },
      'E_NOT_FOUND',
      /no-such-bucket/,
    ],
    ['a missing queue', { source: { sqs: { queue: 'record' } } }, 'E_NOT_FOUND', /record/],
  ])('%s is named with what to do', async (_what, config, code, message) => {
    await send(1);
    const failure = await world.run(await world.pipeline({ input, config })).catch((error) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.any(String) });
    expect(await world.depth()).toEqual([1, 0, 0]);
  });

  test('refused credentials are named with what to do', async () => {
    await send(1);
    const folder = await world.pipeline({ input });
    world.emulator.faults.add({ service: 'sqs', fault: { kind: 'error', code: 'InvalidClientTokenId', status: 403 } });
    const failure = await world.run(folder).catch((error) => error);
    expect(failure).toMatchObject({ code: 'E_ACCESS', hint: expect.any(String) });
  });

  test('a transform that does not compile is named with line and column', async () => {
    const transform = "import { t } from 'parquetry';\nexport default {{;";
    const failure = await world.run(await world.pipeline({ input, transform })).catch((error) => error);
    expect(failure).toMatchObject({ code: 'E_TRANSFORM', line: 2 });
  });
});

describe('a transform that', () => {
  const transform = (map: string) => `import { defineTransform, t } from 'parquetry';
    export default defineTransform({ output: t.row({ id: t.int() }), map: ({ id }) => { ${map}; return { id }; } });`;

  test('ends its thread costs the record that does', async () => {
    await send(2);
    const folder = await world.pipeline({ input, transform: transform('if (id === 1) process.exit(3)') });
    const summary = await world.run(folder);
    expect(summary).toMatchObject({ reason: 'drained', ledger: { closed: true, messages: { acked: 2 } } });
    expect(summary.ledger.records).toMatchObject({ delivered: 1, deadLettered: { crash: 1 } });
    expect(await world.deadLetters()).toMatchObject([{ reason: 'crash', original: '{"id":1}' }]);
  });

  test('never returns fails a run that is not to lose records, and says where', async () => {
    await send(3);
    const config = { errors: { transformTimeout: '200ms', record: 'fail' } };
    const summary = await world.run(await world.pipeline({ input, transform: transform('while (true);'), config }));
    expect(summary).toMatchObject({
      reason: 'failed',
      error: { code: 'E_LANE' },
      ledger: { closed: true, messages: { acked: 0 } },
    });
    expect(summary.error?.message).toMatch(/did not come back .* at record 0 of delivery [0-9a-f-]{36} /);
    expect(await world.depth()).toEqual([3, 0, 0]);
  });
});

test('a delivery that comes twice while it is held is written twice at most, and none is lost', async () => {
  await send(50);
  const folder = await world.pipeline({ input });
  world.emulator.faults.add({
    service: 'sqs',
    action: 'ReceiveMessage',
    rate: 0.3,
    fault: { kind: 'duplicate-delivery' },
  });
  const { ledger } = await world.run(folder);
  const copies = Map.groupBy(await ids(), (id) => id);
  expect([...copies.keys()]).toEqual(range(50));
  expect(Math.max(...Array.from(copies.values(), (all) => all.length))).toBeLessThanOrEqual(2);
  expect(ledger.closed).toBe(true);
  expect(ledger.messages.received).toBeGreaterThan(50); // or nothing came twice
});
