import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect } from 'vitest';
import type { SqsHarness } from './sqs-target.ts';
import { expectError } from './sqs-target.ts';

/** Queues, their attributes and tags. */
export function queueClaims(harness: SqsHarness): void {
  const { claim, sqs, newQueue, newFifoQueue, uniqueName, attributes, arnOf } = harness;
  const set = (QueueUrl: string, Attributes: Record<string, string>) =>
    sqs().send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));

  describe('queues', () => {
    claim('a new queue has the documented defaults', async () => {
      const actual = await attributes(await newQueue());
      expect(actual).toMatchObject({
        DelaySeconds: '0',
        MessageRetentionPeriod: '345600',
        ReceiveMessageWaitTimeSeconds: '0',
        VisibilityTimeout: '30',
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
      });
      expect(actual.QueueArn).toMatch(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:conformance-/);
      expect(Number(actual.CreatedTimestamp)).toBeGreaterThan(1e9);
    });

    claim('a new queue takes messages up to 1 MiB', async () => {
      expect((await attributes(await newQueue())).MaximumMessageSize).toBe('1048576');
    });

    claim('a new FIFO queue has the documented defaults', async () => {
      expect(await attributes(await newFifoQueue())).toMatchObject({
        FifoQueue: 'true',
        ContentBasedDeduplication: 'false',
        DeduplicationScope: 'queue',
        FifoThroughputLimit: 'perQueue',
      });
    });

    claim('creating a queue again with the same or no attributes answers the same URL', async () => {
      const QueueName = uniqueName();
      const Attributes = { VisibilityTimeout: '17' };
      const first = await sqs().send(new CreateQueueCommand({ QueueName, Attributes }));
      const again = await sqs().send(new CreateQueueCommand({ QueueName, Attributes }));
      const bare = await sqs().send(new CreateQueueCommand({ QueueName }));
      expect([again.QueueUrl, bare.QueueUrl]).toEqual([first.QueueUrl, first.QueueUrl]);
    });

    claim('creating a queue again with another attribute fails with QueueNameExists', async () => {
      const QueueName = uniqueName();
      await sqs().send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '17' } }));
      const changed = new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '18' } });
      await expectError(sqs().send(changed), 'QueueNameExists');
    });

    claim('a queue name with other characters, too long, or FIFO without the suffix is refused', async () => {
      for (const QueueName of ['with space', 'dot.ted', 'x'.repeat(81)]) {
        await expectError(sqs().send(new CreateQueueCommand({ QueueName })), 'InvalidParameterValue');
      }
      const noSuffix = new CreateQueueCommand({ QueueName: uniqueName(), Attributes: { FifoQueue: 'true' } });
      await expectError(sqs().send(noSuffix), 'InvalidParameterValue');
    });

    claim('the URL of a queue is found by its name, and QueueDoesNotExist otherwise', async () => {
      const queueUrl = await newQueue();
      const name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
      expect((await sqs().send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(queueUrl);
      await expectError(sqs().send(new GetQueueUrlCommand({ QueueName: uniqueName() })), 'QueueDoesNotExist');
    });

    claim('queues are listed by prefix and in pages', async () => {
      const prefix = uniqueName('-page-');
      const names = ['a', 'b', 'c'].map((letter) => prefix + letter);
      for (const QueueName of names) await sqs().send(new CreateQueueCommand({ QueueName }));
      const list = (NextToken?: string) =>
        sqs().send(new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: 2, NextToken }));
      const first = await list();
      const second = await list(first.NextToken);
      expect([first.QueueUrls?.length, second.QueueUrls?.length]).toEqual([2, 1]);
      expect(second.NextToken).toBeUndefined();
      const found = [...first.QueueUrls!, ...second.QueueUrls!].map((url) => url.slice(url.lastIndexOf('/') + 1));
      expect(found.sort()).toEqual(names);
    });

    claim('a deleted queue is gone', async () => {
      const queueUrl = await newQueue();
      await sqs().send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
      await expectError(attributes(queueUrl), 'QueueDoesNotExist');
    });

    claim('an error carries the code of the query protocol too', async () => {
      const error = await attributes('http://localhost/000000000000/no-such-queue').catch((reason) => reason);
      expect(error.Error ?? error).toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
      expect(error.$metadata.httpStatusCode).toBe(400);
    });

    claim('attributes out of their range are refused and nothing changes', async () => {
      const queueUrl = await newQueue();
      const wrong = {
        VisibilityTimeout: '43201',
        DelaySeconds: '901',
        MaximumMessageSize: '1023',
        MessageRetentionPeriod: '59',
        ReceiveMessageWaitTimeSeconds: '21',
        Policy: 'no json',
      };
      for (const [name, value] of Object.entries(wrong)) {
        await expectError(set(queueUrl, { [name]: value }), 'InvalidAttributeValue');
      }
      expect((await attributes(queueUrl)).VisibilityTimeout).toBe('30');
    });

    claim('unknown, read-only and FIFO-only attributes are refused on a standard queue', async () => {
      const queueUrl = await newQueue();
      for (const name of ['Colour', 'QueueArn', 'ContentBasedDeduplication']) {
        await expectError(set(queueUrl, { [name]: 'true' }), 'InvalidAttributeName');
      }
      const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['Colour' as 'All'] });
      await expectError(sqs().send(ask), 'InvalidAttributeName');
    });

    claim('changed attributes are answered, alone when asked for alone', async () => {
      const queueUrl = await newQueue();
      await set(queueUrl, { VisibilityTimeout: '5', DelaySeconds: '7' });
      const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] });
      expect((await sqs().send(ask)).Attributes).toEqual({ VisibilityTimeout: '5' });
    });

    claim('a redrive policy must name an existing queue of the same type and a count from 1 to 1000', async () => {
      const queueUrl = await newQueue();
      const targetArn = await arnOf(await newQueue());
      const fifoArn = await arnOf(await newFifoQueue());
      const policy = (deadLetterTargetArn: string, maxReceiveCount: number) =>
        set(queueUrl, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) });
      for (const refused of [
        policy(`${targetArn}-no`, 3),
        policy('dummy', 3),
        policy(targetArn, 0),
        policy(fifoArn, 3),
      ]) {
        await expectError(refused, 'InvalidParameterValue');
      }
      await policy(targetArn, 3);
      expect(JSON.parse((await attributes(queueUrl)).RedrivePolicy!)).toMatchObject({ deadLetterTargetArn: targetArn });
      await set(queueUrl, { RedrivePolicy: '' });
      expect((await attributes(queueUrl)).RedrivePolicy).toBeUndefined();
    });

    claim('a dead-letter queue knows its sources', async () => {
      const deadLetterUrl = await newQueue();
      const redrive = { deadLetterTargetArn: await arnOf(deadLetterUrl), maxReceiveCount: 2 };
      const source = await newQueue({ RedrivePolicy: JSON.stringify(redrive) });
      const { queueUrls } = await sqs().send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetterUrl }));
      expect(queueUrls).toEqual([source]);
    });

    claim('a dead-letter queue that denies all sources cannot be named', async () => {
      const allow = JSON.stringify({ redrivePermission: 'denyAll' });
      const redrive = {
        deadLetterTargetArn: await arnOf(await newQueue({ RedriveAllowPolicy: allow })),
        maxReceiveCount: 2,
      };
      await expectError(newQueue({ RedrivePolicy: JSON.stringify(redrive) }), 'InvalidParameterValue');
    });

    claim('tags are added, listed and removed', async () => {
      const queueUrl = await newQueue();
      await sqs().send(new TagQueueCommand({ QueueUrl: queueUrl, Tags: { team: 'lake', stage: 'dev' } }));
      await sqs().send(new UntagQueueCommand({ QueueUrl: queueUrl, TagKeys: ['stage'] }));
      expect((await sqs().send(new ListQueueTagsCommand({ QueueUrl: queueUrl }))).Tags).toEqual({ team: 'lake' });
    });

    claim('a purge empties the queue of visible, delayed and in-flight messages, once a minute', async () => {
      const queueUrl = await newQueue();
      for (const body of ['a', 'b']) await harness.send(queueUrl, body);
      await harness.send(queueUrl, 'late', { DelaySeconds: 60 });
      await harness.receive(queueUrl, { MaxNumberOfMessages: 1 });
      await sqs().send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
      expect(await harness.counts(queueUrl)).toBe('0/0/0');
      await expectError(sqs().send(new PurgeQueueCommand({ QueueUrl: queueUrl })), 'PurgeQueueInProgress');
    });
  });
}
