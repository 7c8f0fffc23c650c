import { s3Client, sqsClient } from '../../aws/clients.ts';
import { parseQueue } from '../../aws/queue-url.ts';
import type { AwsSettings } from '../../core/component.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';

/** How an embedded AWS is reached. */
export function embeddedSettings(endpoint: string): AwsSettings {
  return { endpoint, region: 'us-east-1', forcePathStyle: true };
}

/** Creates the queues and buckets a pipeline names, where they are missing. */
export async function provision(pipeline: CheckedPipeline, endpoint: string): Promise<void> {
  const settings = embeddedSettings(endpoint);
  const { CreateQueueCommand } = await import('@aws-sdk/client-sqs');
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const sqs = await sqsClient(settings);
  const s3 = await s3Client(settings);
  for (const { name, fifo } of queuesOf(pipeline).map(parseQueue)) {
    const Attributes = fifo ? { FifoQueue: 'true' } : undefined;
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  }
  for (const name of bucketsOf(pipeline)) {
    await s3.send(new CreateBucketCommand({ Bucket: name })).catch((error: Error) => {
      if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
    });
  }
  sqs.destroy();
  s3.destroy();
}

/** The queue of the source, if it is one. */
export function sourceQueueOf({ source }: CheckedPipeline): string | undefined {
  return 'type' in source && source.type === 'sqs' ? String(source.config.queue) : undefined;
}

/** Queues that a pipeline names: names, URLs or ARNs; the source's first. */
export function queuesOf(pipeline: CheckedPipeline): string[] {
  const { to } = pipeline.errors;
  const source = sourceQueueOf(pipeline);
  return [...(source === undefined ? [] : [source]), ...(to.type === 'sqs' ? [to.queue] : [])];
}

/** Buckets that a pipeline names. */
export function bucketsOf({ sinks, errors }: CheckedPipeline): Set<string> {
  const buckets = new Set<string>();
  for (const { sink } of sinks) if ('type' in sink && sink.type === 's3') buckets.add(String(sink.config.bucket));
  if (errors.to.type === 's3') buckets.add(errors.to.bucket);
  return buckets;
}
