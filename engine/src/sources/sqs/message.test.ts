import { hash } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { ParquetryError } from '../../core/errors.ts';
import { toDelivery } from './message.ts';

const message = (body: string, more: Partial<Message> = {}): Message => ({
  MessageId: 'm-1',
  ReceiptHandle: 'r-1',
  Body: body,
  MD5OfBody: hash('md5', body),
  Attributes: { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' },
  ...more,
});
const failing = (code: 'E_NOT_FOUND' | 'E_UNAVAILABLE') => () => Promise.reject(new ParquetryError(code, 'no payload'));
const pointer = '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"lake","s3Key":"k"}]';

it('carries over identity, counts and times', async () => {
  const delivery = await toDelivery(
    message('{"a":"ä"}'),
    { receivedAtMs: 42, leasedFromMs: 42 },
    failing('E_NOT_FOUND'),
  );
  expect({ ...delivery, body: Buffer.from(delivery.body).toString() }).toEqual({
    id: 'm-1',
    receipt: 'r-1',
    body: '{"a":"ä"}',
    receiveCount: 3,
    receivedAtMs: 42,
    leasedFromMs: 42,
    sentAtMs: 1_700_000_000_000,
    attributes: { SentTimestamp: '1700000000000' },
    fault: undefined,
  });
});

it('flattens attributes to text; what SQS says itself cannot be forged', async () => {
  const { attributes } = await toDelivery(
    message('{}', {
      Attributes: { MessageGroupId: 'g-1', SequenceNumber: '7' },
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'click' },
        weight: { DataType: 'Number', StringValue: '1.50' },
        raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
        MessageGroupId: { DataType: 'String', StringValue: 'forged' },
      },
    }),
    { receivedAtMs: 0, leasedFromMs: 0 },
    failing('E_NOT_FOUND'),
  );
  expect(attributes).toEqual({
    kind: 'click',
    weight: '1.50',
    raw: 'AP8=',
    MessageGroupId: 'g-1',
    SequenceNumber: '7',
  });
});

describe('a body that cannot be had is a fault with the original bytes:', () => {
  it.each([
    ['another MD5', message('{"a":1}', { MD5OfBody: hash('md5', 'other') }), 'E_INTEGRITY'],
    ['broken gzip', message('H4sIAAAA'), 'E_INTEGRITY'],
    ['a missing payload', message(pointer), 'E_NOT_FOUND'],
  ])('%s', async (_, broken, code) => {
    const delivery = await toDelivery(broken, { receivedAtMs: 0, leasedFromMs: 0 }, failing('E_NOT_FOUND'));
    expect(delivery.fault).toMatchObject({ code });
    expect(Buffer.from(delivery.body).toString()).toBe(broken.Body);
  });
});

it('rejects when S3 is not available, because nothing is wrong with the message', async () => {
  await expect(
    toDelivery(message(pointer), { receivedAtMs: 0, leasedFromMs: 0 }, failing('E_UNAVAILABLE')),
  ).rejects.toMatchObject({ retryable: true });
});
