import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { createManualClock } from './clock.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { startEmulator } from './emulator.ts';
import type { FaultRule } from './faults.ts';
import { startEmulatorThread } from './thread.ts';

function clientOf(endpoint: string): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

async function start(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; sqs: SQSClient; queueUrl: string }> {
  const emulator = await startEmulator(options);
  onTestFinished(emulator.stop);
  const sqs = clientOf(emulator.endpoint);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  return { emulator, sqs, queueUrl: QueueUrl! };
}

async function admin(endpoint: string, method: string, path: string, body?: unknown, headers = {}) {
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${endpoint}/_parquetry/${path}`, init);
  return { status: response.status, body: await response.json() };
}

async function countOf(sqs: SQSClient, queueUrl: string): Promise<string> {
  const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
  return (await sqs.send(ask)).Attributes!.ApproximateNumberOfMessages!;
}

const send = (queueUrl: string, body = 'm') => new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body });
const on = (action: string, fault: FaultRule['fault']): FaultRule => ({
  service: 'sqs',
  action,
  resource: 'q',
  times: 1,
  fault,
});

test('an injected error is answered once and the call not executed', async () => {
  const { emulator, sqs, queueUrl } = await start();
  emulator.faults.add(on('SendMessage', { kind: 'error', code: 'RequestThrottled', status: 403 }));
  await expect(sqs.send(send(queueUrl))).rejects.toMatchObject({ name: 'RequestThrottled' });
  expect(await countOf(sqs, queueUrl)).toBe('0');
  await sqs.send(send(queueUrl));
  expect(await countOf(sqs, queueUrl)).toBe('1');
});

test('a dropped call is not executed; one whose answer is lost is', async () => {
  const { emulator, sqs, queueUrl } = await start();
  emulator.faults.add(on('SendMessage', { kind: 'drop' }));
  await expect(sqs.send(send(queueUrl))).rejects.toThrow();
  expect(await countOf(sqs, queueUrl)).toBe('0');
  emulator.faults.add(on('SendMessage', { kind: 'lose-answer' }));
  await expect(sqs.send(send(queueUrl))).rejects.toThrow();
  expect(await countOf(sqs, queueUrl)).toBe('1');
});

test('a flipped byte is found by the SDK’s own check, on the way in and on the way out', async () => {
  const { emulator, sqs, queueUrl } = await start();
  emulator.faults.add(on('SendMessage', { kind: 'flip-byte' }));
  await expect(sqs.send(send(queueUrl, 'hello'))).rejects.toThrow(/checksum/i);
  emulator.faults.add(on('ReceiveMessage', { kind: 'flip-byte' }));
  await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))).rejects.toThrow(/checksum/i);
});

test('latency goes by the emulator’s clock', async () => {
  const clock = createManualClock();
  const { emulator, sqs, queueUrl } = await start({ clock });
  emulator.faults.add(on('SendMessage', { kind: 'latency', ms: 5000 }));
  const sent = sqs.send(send(queueUrl));
  await expect.poll(() => emulator.faults.state()[0]!.struck).toBe(1);
  expect(await countOf(sqs, queueUrl)).toBe('0');
  clock.advance(5000);
  await sent;
  expect(await countOf(sqs, queueUrl)).toBe('1');
});

test('a message is delivered twice when a rule says so', async () => {
  const { sqs, queueUrl } = await start({ faults: [on('ReceiveMessage', { kind: 'duplicate-delivery' })] });
  await sqs.send(send(queueUrl));
  const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl });
  const first = await sqs.send(receive);
  const second = await sqs.send(receive);
  expect(second.Messages?.[0]?.MessageId).toBe(first.Messages?.[0]?.MessageId);
});

test('faults, time and visibility are controlled over HTTP', async () => {
  const clock = createManualClock();
  const { emulator, sqs, queueUrl } = await start({ clock });
  const { endpoint } = emulator;
  const rule = on('SendMessage', { kind: 'drop' });
  expect(await admin(endpoint, 'PUT', 'faults', [rule])).toEqual({ status: 200, body: [{ rule, struck: 0 }] });
  expect((await admin(endpoint, 'DELETE', 'faults')).body).toEqual([]);
  await sqs.send(send(queueUrl));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  expect((await admin(endpoint, 'POST', 'expire', { queue: 'q' })).body).toEqual({ expired: 1 });
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  const startMs = clock.now();
  expect((await admin(endpoint, 'POST', 'clock', { advanceMs: 30_000 })).body).toEqual({ nowMs: startMs + 30_000 });
  expect((await admin(endpoint, 'GET', 'stats')).body).toMatchObject({
    queues: [{ name: 'q', visible: 1, inFlight: 0, delayed: 0 }],
  });
  expect((await admin(endpoint, 'POST', 'reset')).status).toBe(200);
  await expect(sqs.send(send(queueUrl))).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('admin calls from a browser page, unknown ones and malformed ones are refused', async () => {
  const { emulator } = await start();
  const { endpoint } = emulator;
  const fromPage = await admin(endpoint, 'POST', 'reset', undefined, { origin: 'https://example.com' });
  expect(fromPage.status).toBe(403);
  expect((await admin(endpoint, 'POST', 'toString')).status).toBe(404);
  expect((await admin(endpoint, 'PUT', 'faults', [{ fault: { kind: 'drop' }, rat: 1 }])).status).toBe(400);
  expect((await admin(endpoint, 'POST', 'clock', { advanceMs: 1 })).status).toBe(409);
  expect((await admin(endpoint, 'POST', 'expire', { queue: 'none' })).status).toBe(400);
});

test('stopping ends waiting polls and frees the port', async () => {
  const { emulator, sqs, queueUrl } = await start();
  const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 20 })).catch(() => 'ended');
  await countOf(sqs, queueUrl);
  await emulator.stop();
  await poll;
  await using again = await startEmulator({ port: emulator.port });
  expect(again.port).toBe(emulator.port);
});

test('a taken port is an error', async () => {
  const { emulator } = await start();
  await expect(startEmulator({ port: emulator.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(startEmulatorThread({ port: emulator.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('an emulator in a thread of its own carries messages and stops', async () => {
  const emulator = await startEmulatorThread({ faults: [on('DeleteMessage', { kind: 'drop' })] });
  const sqs = clientOf(emulator.endpoint);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  await sqs.send(send(QueueUrl!));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const remove = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle });
  await expect(sqs.send(remove)).rejects.toThrow();
  await sqs.send(remove);
  const { body } = await admin(emulator.endpoint, 'GET', 'stats');
  expect(body).toMatchObject({ queues: [{ visible: 0, inFlight: 0 }] });
  await emulator.stop();
  await expect(fetch(emulator.endpoint)).rejects.toThrow();
});
