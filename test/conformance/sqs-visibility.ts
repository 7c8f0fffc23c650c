import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect } from 'vitest';
import type { SqsHarness } from './sqs-target.ts';
import { bodies, expectError } from './sqs-target.ts';

/** Visibility timeouts, receipt handles, long polls and dead letters. */
export function visibilityClaims(harness: SqsHarness): void {
  const { claim, sqs, newQueue, send, receive, remove, counts, pass, passUntil, arnOf } = harness;
  const changeVisibility = (QueueUrl: string, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

  describe('visibility', () => {
    claim('a received message is hidden until its timeout ends, then received again with a higher count', async () => {
      const queueUrl = await newQueue({ VisibilityTimeout: '1' });
      await send(queueUrl, 'm');
      const [first] = await receive(queueUrl);
      expect(await receive(queueUrl)).toEqual([]);
      expect(await counts(queueUrl)).toBe('0/1/0');
      await pass(1);
      expect(await counts(queueUrl)).toBe('1/0/0');
      const [second] = await receive(queueUrl, { AttributeNames: ['ApproximateReceiveCount' as 'All'] });
      expect(second).toMatchObject({ MessageId: first!.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
      expect(second!.ReceiptHandle).not.toBe(first!.ReceiptHandle);
    });

    claim('the timeout can be shortened, ended and prolonged while in flight', async () => {
      const queueUrl = await newQueue({ VisibilityTimeout: '1' });
      await send(queueUrl, 'm');
      const [first] = await receive(queueUrl);
      await changeVisibility(queueUrl, first!.ReceiptHandle, 0);
      const [second] = await receive(queueUrl);
      expect(second?.Body).toBe('m');
      await changeVisibility(queueUrl, second!.ReceiptHandle, 60);
      await pass(1);
      expect(await counts(queueUrl)).toBe('0/1/0');
    });

    claim('a batch of visibility changes answers for each handle', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: [
          { Id: 'good', ReceiptHandle: message!.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'bad', ReceiptHandle: 'no handle', VisibilityTimeout: 0 },
        ],
      });
      const { Successful, Failed } = await sqs().send(command);
      expect(Successful).toEqual([{ Id: 'good' }]);
      expect(Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
      expect(await counts(queueUrl)).toBe('1/0/0');
    });

    claim('a timeout of more than 12 hours is refused', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      await expectError(receive(queueUrl, { VisibilityTimeout: 43_201 }), 'InvalidParameterValue');
      const [message] = await receive(queueUrl);
      await expectError(changeVisibility(queueUrl, message!.ReceiptHandle, 43_201), 'InvalidParameterValue');
    });

    claim(
      'changes cannot hide a message for more than 12 hours in sum',
      async () => {
        const queueUrl = await newQueue();
        await send(queueUrl, 'm');
        const [message] = await receive(queueUrl, { VisibilityTimeout: 43_200 });
        await pass(43_000);
        await expectError(changeVisibility(queueUrl, message!.ReceiptHandle, 201), 'InvalidParameterValue');
        await changeVisibility(queueUrl, message!.ReceiptHandle, 200);
        await pass(201);
        expect(await counts(queueUrl)).toBe('1/0/0');
      },
      { needsClock: true },
    );

    claim('a handle that was never issued is invalid', async () => {
      const queueUrl = await newQueue();
      await expectError(remove(queueUrl, { ReceiptHandle: 'never issued' }), 'ReceiptHandleIsInvalid');
      await expectError(changeVisibility(queueUrl, 'never issued', 1), 'ReceiptHandleIsInvalid');
    });

    claim('deleting twice succeeds', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      await remove(queueUrl, message!);
      await remove(queueUrl, message!);
    });

    claim('a message whose timeout ended can still be deleted while nobody received it again', async () => {
      const queueUrl = await newQueue({ VisibilityTimeout: '1' });
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      await pass(1);
      await remove(queueUrl, message!);
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('an outdated handle succeeds in deleting nothing once the message was received again', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [first] = await receive(queueUrl, { VisibilityTimeout: 0 });
      const [second] = await receive(queueUrl);
      await remove(queueUrl, first!);
      expect(await counts(queueUrl)).toBe('0/1/0');
      await remove(queueUrl, second!);
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('the visibility of a visible message cannot be changed', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl, { VisibilityTimeout: 0 });
      await expectError(changeVisibility(queueUrl, message!.ReceiptHandle, 10), 'MessageNotInflight');
    });

    claim('the visibility of a deleted message cannot be changed', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      await remove(queueUrl, message!);
      await expectError(changeVisibility(queueUrl, message!.ReceiptHandle, 10), 'InvalidParameterValue');
    });
  });

  describe('long polls', () => {
    claim('a poll ends with nothing when its wait is over', async () => {
      const queueUrl = await newQueue({ ReceiveMessageWaitTimeSeconds: '1' });
      expect(await passUntil(receive(queueUrl))).toEqual([]);
      expect(await passUntil(receive(queueUrl, { WaitTimeSeconds: 1 }))).toEqual([]);
      await expectError(receive(queueUrl, { WaitTimeSeconds: 21 }), 'InvalidParameterValue');
    });

    claim('each of ten waiting polls gets a message of its own', async () => {
      const queueUrl = await newQueue();
      const polls = Array.from({ length: 10 }, () =>
        receive(queueUrl, { WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }),
      );
      const expected = Array.from({ length: 10 }, (_, i) => `m${i}`);
      for (const body of expected) await send(queueUrl, body);
      const received = (await Promise.all(polls)).flat();
      expect(bodies(received).sort()).toEqual(expected);
    });

    claim('a poll whose client hung up swallows no message', async () => {
      const queueUrl = await newQueue();
      const hangUp = new AbortController();
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
      const poll = new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 20 });
      const gone = sqs().send(poll, { abortSignal: hangUp.signal });
      await receive(queueUrl); // a round trip, so that the poll has reached the queue
      hangUp.abort();
      await expect(gone).rejects.toThrow();
      await receive(queueUrl);
      await send(queueUrl, 'm');
      expect(bodies(await receive(queueUrl, { WaitTimeSeconds: 1 }))).toEqual(['m']);
    });

    claim('a waiting poll gets a message the moment its visibility timeout or its delay ends', async () => {
      const queueUrl = await newQueue({ VisibilityTimeout: '1' });
      await send(queueUrl, 'hidden');
      await receive(queueUrl);
      expect(bodies(await passUntil(receive(queueUrl, { WaitTimeSeconds: 10, VisibilityTimeout: 60 })))).toEqual([
        'hidden',
      ]);
      await send(queueUrl, 'delayed', { DelaySeconds: 1 });
      expect(bodies(await passUntil(receive(queueUrl, { WaitTimeSeconds: 10 })))).toEqual(['delayed']);
    });

    claim('a waiting poll gets a message that another consumer gives back', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      const poll = receive(queueUrl, { WaitTimeSeconds: 20 });
      await changeVisibility(queueUrl, message!.ReceiptHandle, 0);
      expect(bodies(await poll)).toEqual(['m']);
    });
  });

  describe('dead letters', () => {
    const newPair = async (maxReceiveCount: number) => {
      const deadLetterUrl = await newQueue();
      const redrive = { deadLetterTargetArn: await arnOf(deadLetterUrl), maxReceiveCount };
      const queueUrl = await newQueue({ RedrivePolicy: JSON.stringify(redrive) });
      return { queueUrl, deadLetterUrl };
    };
    /** Sends and receives until the messages lie in the dead-letter queue. */
    const bury = async ({ queueUrl }: { queueUrl: string }, texts: string[]) => {
      for (const text of texts) await send(queueUrl, text);
      await receive(queueUrl, { VisibilityTimeout: 0 });
      await receive(queueUrl, { VisibilityTimeout: 0 });
    };

    claim('a message moves on the receive that would exceed maxReceiveCount, and says where from', async () => {
      const { queueUrl, deadLetterUrl } = await newPair(2);
      await send(queueUrl, 'poison');
      const [first] = await receive(queueUrl, { VisibilityTimeout: 0 });
      expect(await receive(queueUrl, { VisibilityTimeout: 0 })).toHaveLength(1);
      expect(await counts(queueUrl)).toBe('1/0/0');
      expect(await receive(queueUrl)).toEqual([]);
      expect(await counts(queueUrl)).toBe('0/0/0');
      const [buried] = await receive(deadLetterUrl, { MessageSystemAttributeNames: ['All'] });
      expect(buried).toMatchObject({
        Body: 'poison',
        MessageId: first!.MessageId,
        Attributes: { DeadLetterQueueSourceArn: await arnOf(queueUrl) },
      });
    });

    claim('a move task brings dead letters back to where they came from, with a new count', async () => {
      const pair = await newPair(1);
      await bury(pair, ['a', 'b']);
      const SourceArn = await arnOf(pair.deadLetterUrl);
      await sqs().send(new StartMessageMoveTaskCommand({ SourceArn }));
      await expect.poll(() => counts(pair.deadLetterUrl)).toBe('0/0/0');
      const back = await receive(pair.queueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
      expect(back.map((message) => [message.Body, message.Attributes!.ApproximateReceiveCount]).sort()).toEqual([
        ['a', '1'],
        ['b', '1'],
      ]);
      const { Results } = await sqs().send(new ListMessageMoveTasksCommand({ SourceArn }));
      expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2, SourceArn }]);
    });

    claim('a move task can be slow, is alone, and can be cancelled', async () => {
      const pair = await newPair(1);
      await bury(pair, ['a', 'b', 'c', 'd']);
      const SourceArn = await arnOf(pair.deadLetterUrl);
      const DestinationArn = await arnOf(await newQueue());
      const start = new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
      const { TaskHandle } = await sqs().send(start);
      await expectError(sqs().send(start), 'InvalidParameterValue');
      await sqs().send(new CancelMessageMoveTaskCommand({ TaskHandle }));
      const { Results } = await sqs().send(new ListMessageMoveTasksCommand({ SourceArn }));
      expect(Results?.[0]?.Status).toMatch(/^CANCELL/);
      const moved = Results![0]!.ApproximateNumberOfMessagesMoved!;
      expect(moved).toBeLessThan(4);
    });

    claim('a move task needs a dead-letter queue as its source and an existing destination', async () => {
      const start = (SourceArn: string, DestinationArn?: string) =>
        sqs().send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
      const plainArn = await arnOf(await newQueue());
      await expectError(start(plainArn), 'InvalidParameterValue');
      await expectError(start(`${plainArn}-no`), 'ResourceNotFoundException');
      const { deadLetterUrl } = await newPair(1);
      await expectError(start(await arnOf(deadLetterUrl), `${plainArn}-no`), 'ResourceNotFoundException');
    });
  });
}
