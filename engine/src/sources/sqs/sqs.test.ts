import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3Client, sqsClient } from '../../aws/clients.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { SourceReader, SourceSettler } from '../../core/source.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { createManualClock } from '../../emulator/clock.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { component } from './index.ts';

/** Both ways to send the calls pass the same tests. */
const clients = ['direct', 'sdk'] as const;

let emulator: Emulator;
let sqs: SQSClient;
let queueUrl: string;
const clock = createManualClock();
const closers: (() => Promise<void>)[] = [];
const signal = new AbortController().signal;

beforeEach(async () => {
  emulator = await startEmulator({ clock });
  sqs = await sqsClient({ endpoint: emulator.endpoint }, {});
  queueUrl = await createQueue('clicks');
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  sqs.destroy();
  await emulator.stop();
});

const createQueue = async (name: string, attributes?: Record<string, string>) =>
  (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl!;
const send = (body: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...more }));

function openSource(config: object = {}) {
  const context: ComponentContext = {
    pipeline: 'p',
    runId: 'r',
    folder: '.',
    aws: { endpoint: emulator.endpoint },
    expectedHoldMs: 60_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  return component.create(component.config.parse({ queue: 'clicks', waitTime: '0s', ...config }), context);
}

async function openHalves(config: object = {}): Promise<{ reader: SourceReader; settler: SourceSettler }> {
  const source = await openSource(config);
  const reader = await source.createReader();
  const settler = await source.createSettler();
  closers.push(
    () => reader.close(),
    () => settler.close(),
  );
  return { reader, settler };
}

const textOf = (delivery: Delivery | undefined) => Buffer.from(delivery?.body ?? []).toString();

describe.each(clients)('the SQS source (client: %s)', (client) => {
  const open = (config: object = {}) => openHalves({ client, ...config });

  it('receives what was sent, until it is acked', async () => {
    const { reader, settler } = await open();
    await send('{"id":1}', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'click' } } });
    const [first] = (await reader.receive(signal))!;
    expect(textOf(first)).toBe('{"id":1}');
    expect(first).toMatchObject({ receiveCount: 1, attributes: { kind: 'click' }, receivedAtMs: expect.any(Number) });
    expect(first?.sentAtMs).toBe(clock.now());
    expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    expect(await settler.ack([first!.receipt])).toEqual(['done']);
    expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('hides a message for the visibility timeout, not for that of the queue', async () => {
    const { reader } = await open({ visibilityTimeout: '5m' });
    await send('x');
    const [first] = (await reader.receive(signal))!;
    clock.advance(299_000);
    expect(await reader.receive(signal)).toEqual([]);
    clock.advance(2_000);
    const [again] = (await reader.receive(signal))!;
    expect(again).toMatchObject({ id: first!.id, receiveCount: 2 });
    expect(again!.receipt).not.toBe(first!.receipt);
  });

  it('gives back with a delay, and holds on', async () => {
    const { reader, settler } = await open({ visibilityTimeout: '1m' });
    await send('x');
    const [first] = (await reader.receive(signal))!;
    expect(await settler.extend!([first!.receipt], 120_000)).toEqual(['done']);
    clock.advance(90_000);
    expect(await reader.receive(signal)).toEqual([]);
    expect(await settler.nack([first!.receipt], 5_000)).toEqual(['done']);
    clock.advance(6_000);
    expect(await reader.receive(signal)).toMatchObject([{ id: first!.id, receiveCount: 2 }]);
  });

  it('tells a receipt that is lost from one that is settled', async () => {
    const { settler } = await open();
    expect(await settler.ack(['no-such-receipt'])).toEqual(['lost']);
  });

  it('acks a hundred messages through throttling, failures and lost answers', async () => {
    const { reader, settler } = await open();
    for (let i = 0; i < 100; i += 20) await Promise.all(Array.from({ length: 20 }, () => send('x')));
    const receipts: string[] = [];
    while (receipts.length < 100) receipts.push(...(await reader.receive(signal))!.map(({ receipt }) => receipt));
    emulator.faults.add({
      action: 'DeleteMessageBatch',
      times: 2,
      fault: { kind: 'error', code: 'RequestThrottled', status: 403 },
    });
    emulator.faults.add({ action: 'DeleteMessageBatch', times: 2, fault: { kind: 'drop' } });
    emulator.faults.add({ action: 'DeleteMessageBatch', times: 2, fault: { kind: 'lose-answer' } });
    const outcomes = await settler.ack(receipts);
    expect(outcomes.filter((outcome) => typeof outcome === 'object')).toEqual([]);
    expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('does not take a message for deleted that the answer says nothing of', async () => {
    const { reader, settler } = await open();
    await send('x');
    const [first] = (await reader.receive(signal))!;
    const { handle } = emulator.sqs;
    let answers = 0;
    emulator.sqs.handle = async (request, response, requestId) => {
      const isDelete = request.headers['x-amz-target'] === 'AmazonSQS.DeleteMessageBatch';
      if (!isDelete || answers++ > 0) return handle(request, response, requestId);
      request.resume();
      response.end('{}');
    };
    expect(await settler.ack([first!.receipt])).toEqual(['done']);
    expect(answers).toBe(2);
    expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('ends a long poll at once when aborted', async () => {
    const { reader } = await open({ waitTime: '20s' });
    const stop = new AbortController();
    const polling = reader.receive(stop.signal);
    setImmediate(() => stop.abort());
    const startMs = performance.now();
    expect(await polling).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  it('rejects a failed receive with what the caller needs to back off', async () => {
    const { reader } = await open();
    emulator.faults.add({
      action: 'ReceiveMessage',
      times: 1,
      fault: { kind: 'error', code: 'RequestThrottled', status: 403 },
    });
    await expect(reader.receive(signal)).rejects.toMatchObject({ code: 'E_THROTTLED', retryable: true });
    expect(await reader.receive(signal)).toEqual([]);
  });

  it('marks a body that was damaged on the way, and only that one', async () => {
    const { reader } = await open();
    await send('{"id":1}');
    emulator.faults.add({ action: 'ReceiveMessage', times: 1, fault: { kind: 'flip-byte' } });
    expect(await reader.receive(signal)).toMatchObject([{ fault: { code: 'E_INTEGRITY' } }]);
  });

  it('keeps what FIFO queues say about order', async () => {
    queueUrl = await createQueue('clicks.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const { reader, settler } = await open({ queue: 'clicks.fifo' });
    await send('1', { MessageGroupId: 'g' });
    await send('2', { MessageGroupId: 'g' });
    const received = (await reader.receive(signal))!;
    expect(received.map(textOf)).toEqual(['1', '2']);
    expect(received[0]?.attributes).toMatchObject({ MessageGroupId: 'g', SequenceNumber: expect.any(String) });
    expect(await settler.ack(received.map(({ receipt }) => receipt))).toEqual(['done', 'done']);
  });
});

describe('an offloaded payload', () => {
  const pointer = JSON.stringify([
    'software.amazon.payloadoffloading.PayloadS3Pointer',
    { s3BucketName: 'payloads', s3Key: 'big' },
  ]);
  beforeEach(async () => {
    const s3 = await s3Client({ endpoint: emulator.endpoint }, {});
    await s3.send(new CreateBucketCommand({ Bucket: 'payloads' }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'payloads', Key: 'big', Body: gzipSync('{"id":1}').toString('base64') }),
    );
    s3.destroy();
  });

  it('is fetched and unpacked', async () => {
    const { reader } = await openHalves();
    await send(pointer);
    expect(textOf((await reader.receive(signal))![0])).toBe('{"id":1}');
  });

  it('that is missing is a fault of its message', async () => {
    const { reader } = await openHalves();
    await send(pointer.replace('"big"', '"gone"'));
    const [delivery] = (await reader.receive(signal))!;
    expect(delivery?.fault).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(textOf(delivery)).toContain('"gone"');
  });

  it('is waited for when S3 fails for a moment', async () => {
    const { reader } = await openHalves();
    await send(pointer);
    emulator.faults.add({ action: 'GetObject', times: 2, fault: { kind: 'error', code: 'SlowDown', status: 503 } });
    expect(textOf((await reader.receive(signal))![0])).toBe('{"id":1}');
  });
});

describe('the check at the start', () => {
  it('passes, by name and by URL, and changes nothing', async () => {
    await send('x');
    await (await openSource()).check!();
    await (await openSource({ queue: queueUrl })).check!();
    const { reader } = await openHalves();
    expect(await reader.receive(signal)).toMatchObject([{ receiveCount: 1 }]);
  });

  it('names a similar queue when there is none of that name', async () => {
    await expect((await openSource({ queue: 'clciks' })).check!()).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringMatching(/^queue clciks does not exist/),
      hint: 'Did you mean clicks?',
    });
    await expect((await openSource({ queue: 'clicks-dev' })).check!()).rejects.toMatchObject({
      hint: 'Did you mean clicks?',
    });
    await expect((await openSource({ queue: 'orders' })).check!()).rejects.toMatchObject({
      hint: 'Queues here: clicks.',
    });
  });

  it('says that deleting is refused before anything is received', async () => {
    emulator.faults.add({ action: 'DeleteMessageBatch', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    await expect((await openSource()).check!()).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});

it('knows how often its queue hands a message out before that becomes a dead letter', async () => {
  await createQueue('dead');
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  await createQueue('guarded', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 4 }) });
  const { settler } = await openHalves({ queue: 'guarded' });
  expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 0, delayed: 0, maxReceives: 4 });
});
