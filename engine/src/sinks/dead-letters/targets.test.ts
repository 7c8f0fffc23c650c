import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3Client, sqsClient } from '../../aws/clients.ts';
import type { DeadLetter } from '../../core/delivery.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createDeadLetterWriter } from './dead-letter-writer.ts';
import { deadLetterTarget } from './target.ts';

let emulator: Emulator;
const closers: (() => unknown)[] = [];
const signal = new AbortController().signal;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await emulator.stop();
});

async function open(target: object) {
  const aws = { endpoint: emulator.endpoint };
  const context = {
    pipeline: 'clicks',
    runId: 'r',
    folder: '.',
    aws,
    expectedHoldMs: 60_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  const writer = await createDeadLetterWriter(deadLetterTarget.parse(target), context);
  closers.push(() => writer.close());
  return writer;
}

const letter = (original: string | Uint8Array): DeadLetter => ({
  deliveryId: 'm-1',
  record: 0,
  offset: 0,
  original: Buffer.from(original as string),
  stage: 'transform',
  reason: 'thrown',
  message: 'no country',
  receiveCount: 1,
  attributes: {},
});

describe('dead letters in S3', () => {
  const readAll = async () => {
    const s3 = await s3Client({ endpoint: emulator.endpoint }, {});
    closers.push(() => s3.destroy());
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    return Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
        return [Key!, (await Body!.transformToString()).trimEnd().split('\n').length] as const;
      }),
    );
  };
  beforeEach(async () => {
    const s3 = await s3Client({ endpoint: emulator.endpoint }, {});
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
    s3.destroy();
  });

  it('lie once under their reason though an answer got lost', async () => {
    const writer = await open({ s3: { bucket: 'lake' } });
    await writer.check!();
    emulator.faults.add({ action: 'PutObject', times: 1, fault: { kind: 'lose-answer' } });
    await writer.write([letter('{"id":1}'), letter('{"id":2}')], signal);
    expect(await readAll()).toEqual([
      [expect.stringMatching(/^_errors\/clicks\/dt=\d{4}-\d\d-\d\d\/reason=thrown\/\d{8}T\d{6}Z-[\w-]+\.ndjson$/), 2],
    ]);
  });

  it('reject when the bucket is missing, at the start and later', async () => {
    const writer = await open({ s3: { bucket: 'missing' } });
    await expect(writer.check!()).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(writer.write([letter('x')], signal)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});

describe('dead letters in SQS', () => {
  const createQueue = async (name: string, attributes?: Record<string, string>) => {
    const sqs = await sqsClient({ endpoint: emulator.endpoint }, {});
    closers.push(() => sqs.destroy());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return async () => {
      const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
      return (await sqs.send(new ReceiveMessageCommand(receive))).Messages ?? [];
    };
  };

  it('arrive with the original as body, through a failure', async () => {
    const receive = await createQueue('errors');
    const writer = await open({ sqs: { queue: 'errors' } });
    await writer.check!();
    emulator.faults.add({
      action: 'SendMessageBatch',
      times: 1,
      fault: { kind: 'error', code: 'InternalError', status: 500 },
    });
    await writer.write([letter('{"id":1}'), letter(Uint8Array.of(0xff))], signal);
    const messages = await receive();
    expect(messages.map(({ Body }) => Body).toSorted()).toEqual([expect.stringMatching(/^H4sI/), '{"id":1}']);
    const plain = messages.find(({ Body }) => Body === '{"id":1}');
    expect(plain?.MessageAttributes).toMatchObject({
      reason: { StringValue: 'thrown' },
      pipeline: { StringValue: 'clicks' },
    });
  });

  it('of a megabyte fit', async () => {
    const receive = await createQueue('errors');
    await (await open({ sqs: { queue: 'errors' } })).write([letter('x'.repeat(1_000_000))], signal);
    expect((await receive())[0]?.Body).toHaveLength(1_000_000);
  });

  it('go to FIFO queues, each once', async () => {
    const receive = await createQueue('errors.fifo', { FifoQueue: 'true' });
    const writer = await open({ sqs: { queue: 'errors.fifo' } });
    await writer.write([letter('{"id":1}')], signal);
    await writer.write([letter('{"id":1}')], signal);
    expect(await receive()).toHaveLength(1);
  });

  it('reject at the start when the queue is missing', async () => {
    await expect((await open({ sqs: { queue: 'missing' } })).check!()).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});
