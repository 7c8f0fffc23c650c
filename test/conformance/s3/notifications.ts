import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type QueueConfiguration,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { bucketName, outcomeOf, type Suite } from './suite.ts';

/** What the claims read of a record. */
interface EventRecord {
  eventName: string;
  s3: { object: { key: string } };
}

/** The key of a record. Documented is its form encoding; whether the slash is encoded too is not. */
function keyOf(record: EventRecord): string {
  return decodeURIComponent(record.s3.object.key.replaceAll('+', ' '));
}

/** Events to SQS queues. */
export function notificationClaims({ s3, target, claim, freshBucket }: Suite): void {
  const sqs = target.createSqsClient?.();
  if (!sqs) return;

  const freshQueue = async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: bucketName() }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const take = async (count: number): Promise<Record<string, unknown>[]> => {
      const bodies: string[] = [];
      while (bodies.length < count) {
        const received = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
        );
        const messages = received.Messages ?? [];
        if (messages.length === 0) break;
        bodies.push(...messages.map(({ Body }) => Body!));
        const Entries = messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
      return bodies.map((body) => JSON.parse(body));
    };
    return { arn: Attributes!.QueueArn!, take };
  };
  const configure = (Bucket: string, QueueConfigurations: QueueConfiguration[]) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
    );

  claim('sends s3:TestEvent to a queue when it is configured', async () => {
    const [Bucket, queue] = [await freshBucket(), await freshQueue()];
    await configure(Bucket, [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }]);
    expect(await queue.take(1)).toMatchObject([{ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket }]);
  });

  claim('announces creations and removals with encoded keys', async () => {
    const [Bucket, queue] = [await freshBucket(), await freshQueue()];
    await configure(Bucket, [
      { Id: 'mine', QueueArn: queue.arn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] },
    ]);
    await queue.take(1);
    const Key = 'a b/c+ü.parquet';
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'four' }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }));
    const records = (await queue.take(3)).flatMap(({ Records }) => Records as EventRecord[]);
    const byName = new Map(records.map((record) => [record.eventName, record]));
    expect([...byName.keys()].sort()).toEqual(['ObjectCreated:Copy', 'ObjectCreated:Put', 'ObjectRemoved:Delete']);
    expect(keyOf(byName.get('ObjectCreated:Put')!)).toBe(Key);
    expect(byName.get('ObjectCreated:Put')!.s3.object.key).toMatch(/^a\+b/);
    expect(byName.get('ObjectCreated:Put')).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'mine',
        bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
        object: { size: 4, eTag: ETag!.replaceAll('"', '') },
      },
    });
  });

  claim('filters events by prefix, suffix and type', async () => {
    const [Bucket, queue] = [await freshBucket(), await freshQueue()];
    const FilterRules = [
      { Name: 'prefix' as const, Value: 'in/' },
      { Name: 'suffix' as const, Value: '.json' },
    ];
    const configuration: QueueConfiguration = {
      Id: 'filtered',
      QueueArn: queue.arn,
      Events: ['s3:ObjectCreated:Put'],
      Filter: { Key: { FilterRules } },
    };
    await configure(Bucket, [configuration]);
    const kept = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(kept.QueueConfigurations?.[0]).toMatchObject({ Id: 'filtered', QueueArn: queue.arn });
    expect(kept.QueueConfigurations?.[0]?.Filter?.Key?.FilterRules?.map(({ Value }) => Value)).toEqual([
      'in/',
      '.json',
    ]);
    await queue.take(1);
    for (const Key of ['in/a.csv', 'out/a.json', 'in/b.json']) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    }
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'in/c.json', CopySource: `${Bucket}/in/b.json` }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'in/d.json', Body: 'x' }));
    const records = (await queue.take(2)).flatMap(({ Records }) => Records as EventRecord[]);
    expect(records.map(keyOf).sort()).toEqual(['in/b.json', 'in/d.json']);
  });

  claim('refuses an event that does not exist', async () => {
    const [Bucket, queue] = [await freshBucket(), await freshQueue()];
    const odd = configure(Bucket, [{ QueueArn: queue.arn, Events: ['s3:ObjectEaten:*' as 's3:ObjectCreated:*'] }]);
    expect((await outcomeOf(odd)).endsWith('400')).toBe(true);
  });

  claim('refuses a queue that does not exist', async () => {
    const [Bucket, queue] = [await freshBucket(), await freshQueue()];
    const QueueArn = `${queue.arn}-is-not-there`;
    const lost = configure(Bucket, [{ QueueArn, Events: ['s3:ObjectCreated:*'] }]);
    expect(await outcomeOf(lost)).toBe('InvalidArgument 400');
  });
}
