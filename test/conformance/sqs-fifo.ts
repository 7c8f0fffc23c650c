import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect } from 'vitest';
import type { SqsHarness } from './sqs-target.ts';
import { bodies, expectError } from './sqs-target.ts';

/** FIFO queues: order, group locks, deduplication. */
export function fifoClaims(harness: SqsHarness): void {
  const { claim, sqs, newFifoQueue, send, receive, remove, counts, pass } = harness;
  const newContentQueue = (attributes = {}) => newFifoQueue({ ContentBasedDeduplication: 'true', ...attributes });
  const sendTo = (queueUrl: string, MessageGroupId: string, body: string) => send(queueUrl, body, { MessageGroupId });

  describe('FIFO queues', () => {
    claim('messages of a group come in order, across receives', async () => {
      const queueUrl = await newContentQueue();
      const expected = Array.from({ length: 12 }, (_, i) => `m${i}`);
      for (const body of expected) await sendTo(queueUrl, 'g', body);
      const received: string[] = [];
      for (let batch = await receive(queueUrl); batch.length > 0; batch = await receive(queueUrl)) {
        received.push(...bodies(batch));
        for (const message of batch) await remove(queueUrl, message);
      }
      expect(received).toEqual(expected);
    });

    claim('a group is locked while any message of it is in flight; other groups are not', async () => {
      const queueUrl = await newContentQueue();
      for (const body of ['a1', 'a2', 'a3']) await sendTo(queueUrl, 'a', body);
      const [a1, a2] = await receive(queueUrl, { MaxNumberOfMessages: 2 });
      await sendTo(queueUrl, 'b', 'b1');
      expect(bodies(await receive(queueUrl))).toEqual(['b1']);
      await remove(queueUrl, a1!);
      expect(await receive(queueUrl)).toEqual([]);
      await remove(queueUrl, a2!);
      expect(bodies(await receive(queueUrl))).toEqual(['a3']);
    });

    claim('a message that comes back is received before those sent after it', async () => {
      const queueUrl = await newContentQueue({ VisibilityTimeout: '1' });
      for (const body of ['m1', 'm2', 'm3']) await sendTo(queueUrl, 'g', body);
      expect(await receive(queueUrl, { MaxNumberOfMessages: 2 })).toHaveLength(2);
      await pass(1);
      expect(bodies(await receive(queueUrl))).toEqual(['m1', 'm2', 'm3']);
    });

    claim('a waiting poll gets the next message when a delete unlocks the group', async () => {
      const queueUrl = await newContentQueue();
      for (const body of ['m1', 'm2']) await sendTo(queueUrl, 'g', body);
      const [first] = await receive(queueUrl, { MaxNumberOfMessages: 1 });
      const poll = receive(queueUrl, { WaitTimeSeconds: 20 });
      await remove(queueUrl, first!);
      expect(bodies(await poll)).toEqual(['m2']);
    });

    claim('equal deduplication ids are one message within five minutes, answered alike', async () => {
      const queueUrl = await newFifoQueue();
      const sendAs = (MessageBody: string, MessageGroupId: string) => {
        const fields = { QueueUrl: queueUrl, MessageBody, MessageGroupId, MessageDeduplicationId: 'd1' };
        return sqs().send(new SendMessageCommand(fields));
      };
      const first = await sendAs('m1', 'g');
      const second = await sendAs('m2', 'h');
      expect(second).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
      const [message] = await receive(queueUrl);
      await remove(queueUrl, message!);
      await sendAs('m3', 'g');
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('equal bodies are one message when deduplication is by content', async () => {
      const queueUrl = await newContentQueue();
      for (const body of ['same', 'same', 'other']) await sendTo(queueUrl, 'g', body);
      expect(bodies(await receive(queueUrl))).toEqual(['same', 'other']);
    });

    claim('deduplication can be by group', async () => {
      const queueUrl = await newContentQueue({ DeduplicationScope: 'messageGroup' });
      for (const group of ['g', 'g', 'h']) await sendTo(queueUrl, group, 'same');
      expect(await counts(queueUrl)).toBe('2/0/0');
    });

    claim(
      'a deduplication id is forgotten after five minutes',
      async () => {
        const queueUrl = await newContentQueue();
        await sendTo(queueUrl, 'g', 'same');
        await pass(299);
        await sendTo(queueUrl, 'g', 'same');
        expect(await counts(queueUrl)).toBe('1/0/0');
        await pass(1);
        await sendTo(queueUrl, 'g', 'same');
        expect(await counts(queueUrl)).toBe('2/0/0');
      },
      { needsClock: true },
    );

    claim('sequence numbers rise, and come back with group and deduplication id', async () => {
      const queueUrl = await newContentQueue();
      const sendOne = (MessageBody: string) =>
        sqs().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageGroupId: 'g' }));
      const numbers = [(await sendOne('m1')).SequenceNumber!, (await sendOne('m2')).SequenceNumber!];
      expect(BigInt(numbers[1]!)).toBeGreaterThan(BigInt(numbers[0]!));
      const [message] = await receive(queueUrl, { MessageSystemAttributeNames: ['All'] });
      expect(message!.Attributes).toMatchObject({ MessageGroupId: 'g', SequenceNumber: numbers[0] });
      expect(message!.Attributes!.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
    });

    claim('a group is required, a deduplication id too, and a delay of its own is refused', async () => {
      const queueUrl = await newFifoQueue();
      await expectError(send(queueUrl, 'm'), 'MissingParameter');
      await expectError(send(queueUrl, 'm', { MessageGroupId: 'g' }), 'InvalidParameterValue');
      const delayed = { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 2 };
      await expectError(send(queueUrl, 'm', delayed), 'InvalidParameterValue');
    });

    claim('a FIFO batch with an entry without a group fails as a whole', async () => {
      const queueUrl = await newContentQueue();
      const Entries = [
        { Id: 'a', MessageBody: 'm1', MessageGroupId: 'g' },
        { Id: 'b', MessageBody: 'm2' },
      ];
      await expectError(
        sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries })),
        'InvalidParameterValue',
      );
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('a handle ends with its visibility timeout', async () => {
      const queueUrl = await newContentQueue({ VisibilityTimeout: '1' });
      await sendTo(queueUrl, 'g', 'm');
      const [message] = await receive(queueUrl);
      await pass(1);
      await expectError(remove(queueUrl, message!), 'InvalidParameterValue');
      expect(await counts(queueUrl)).toBe('1/0/0');
    });

    claim('a poison message moves away and the next of its group takes its place', async () => {
      const deadLetterUrl = await newContentQueue();
      const redrive = { deadLetterTargetArn: await harness.arnOf(deadLetterUrl), maxReceiveCount: 1 };
      const queueUrl = await newContentQueue({ RedrivePolicy: JSON.stringify(redrive) });
      for (const body of ['poison', 'next']) await sendTo(queueUrl, 'g', body);
      await receive(queueUrl, { MaxNumberOfMessages: 1, VisibilityTimeout: 0 });
      expect(bodies(await receive(queueUrl))).toEqual(['next']);
      expect(bodies(await receive(deadLetterUrl))).toEqual(['poison']);
    });
  });
}
