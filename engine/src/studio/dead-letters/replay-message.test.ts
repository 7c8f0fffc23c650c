import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { includesLine, withLines } from './replay-marks.ts';
import { batched, type ReplayMessage, replayMessage } from './replay-message.ts';
import { letterOfMessage, type StoredLetter } from './stored-letter.ts';
import { unwrappedLetter } from './unwrapped-letter.ts';

const letter: StoredLetter = {
  place: 's3://lake/_errors/clicks/dt=2026-02-03/reason=misfit/x.ndjson',
  line: 0,
  original: Buffer.from('{"id":"x"}'),
  reason: 'misfit',
  message: 'id must be an int',
  deliveryId: 'm-1',
  record: 2,
  attributes: {},
};

function sent(change: Partial<StoredLetter>, fifo = false): ReplayMessage {
  const message = replayMessage({ ...letter, ...change }, fifo);
  if (typeof message === 'string') throw new Error(message);
  return message;
}

describe('the message of a letter', () => {
  test('has the bytes and the attributes that the record came with, without those of SQS', () => {
    const attributes = { kind: 'click', empty: '', SentTimestamp: '1', 'aws.x': 'reserved', 'bad name': 'x' };
    expect(sent({ attributes }).entry).toEqual({
      MessageBody: '{"id":"x"}',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'click' } },
    });
  });

  test.each([
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['characters that SQS refuses', Buffer.from('{"a":"\u0001"}')],
    ['more than a message holds', Buffer.alloc(2 ** 21, 'x')],
    ['nothing', Buffer.alloc(0)],
  ])('of bytes with %s goes as gzip in base64, exact', (_name, original) => {
    const { MessageBody } = sent({ original }).entry;
    expect(gunzipSync(Buffer.from(MessageBody!, 'base64')).equals(original)).toBe(true);
  });

  test('in a FIFO queue keeps its group, and is the same when it is sent again', () => {
    const attributes = { MessageGroupId: 'user-7' };
    const [one, same, other] = [
      sent({ attributes }, true),
      sent({ attributes }, true),
      sent({ attributes, line: 1 }, true),
    ];
    expect(one.entry.MessageGroupId).toBe('user-7');
    expect(one.entry.MessageDeduplicationId).toBe(same.entry.MessageDeduplicationId);
    expect(one.entry.MessageDeduplicationId).not.toBe(other.entry.MessageDeduplicationId);
  });

  test('in a standard queue keeps the group that it had, and makes up none', () => {
    expect(sent({ attributes: { MessageGroupId: 'tenant-7' } }).entry).toMatchObject({ MessageGroupId: 'tenant-7' });
    expect(Object.keys(sent({}).entry)).toEqual(['MessageBody', 'MessageAttributes']);
  });

  test('cannot be, where no message holds the record', () => {
    const noise = randomBytes(2 ** 21);
    expect(replayMessage({ ...letter, original: noise }, false)).toContain('a message must be at most 1 MiB');
    expect(replayMessage({ ...letter, part: '1/2' }, false)).toContain('part 1/2');
  });
});

test('calls have at most ten messages and a MiB', () => {
  const small = Array.from({ length: 21 }, () => sent({}));
  expect(batched(small).map((batch) => batch.length)).toEqual([10, 10, 1]);
  const large = Array.from({ length: 4 }, () => sent({ original: Buffer.alloc(400_000, 'x') }));
  expect(batched(large).map((batch) => batch.length)).toEqual([2, 2]);
});

test('binary attributes of a message that SQS moved survive', () => {
  const blob = { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) };
  const moved = letterOfMessage({ MessageId: 'm', Body: 'b', MessageAttributes: { blob } }, 'dlq');
  expect(sent(moved).entry.MessageAttributes).toEqual({ blob });
});

test('a message that SQS moved has the attributes that a run sees, those of an SNS envelope with them', async () => {
  const MessageAttributes = { n: { DataType: 'Number', StringValue: '5' } };
  const Attributes = { MessageGroupId: 'g', SentTimestamp: '7', SenderId: 'x' };
  const envelope = { Type: 'Notification', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: '{"id":1}' };
  const Body = JSON.stringify({ ...envelope, MessageAttributes: { kind: { Type: 'String', Value: 'click' } } });
  const moved = letterOfMessage({ MessageId: 'm', Body, MessageAttributes, Attributes }, 'dlq');
  const { body, attributes } = await unwrappedLetter(moved);
  expect(Buffer.from(body).toString()).toBe('{"id":1}');
  expect(attributes).toEqual({ n: '5', kind: 'click', MessageGroupId: 'g', SentTimestamp: '7' });
});

test('lines become ranges', () => {
  expect(withLines([], [0, 1, 2, 5])).toEqual([
    [0, 2],
    [5, 5],
  ]);
  expect(withLines([[0, 2]], [3, 1, 9])).toEqual([
    [0, 3],
    [9, 9],
  ]);
  expect([0, 3, 4].map((line) => includesLine([[0, 3]], line))).toEqual([true, true, false]);
});
