import { sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import { retried } from '../../aws/retried.ts';
import type { AwsSettings } from '../../core/component.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { QueueFacts } from './queue-findings.ts';

/** A queue's attributes, and those of its dead-letter queue where they may be read. */
export async function readQueueFacts(queue: string, settings: AwsSettings): Promise<QueueFacts> {
  const { name, fifo } = parseQueue(queue);
  const attributes = await attributesOf(queue, settings);
  const redrive = redriveOf(attributes.RedrivePolicy);
  const dead = redrive && (await attributesOf(redrive.arn, settings).catch(unlessForbidden));
  return {
    name,
    fifo,
    visibleMessages: Number(attributes.ApproximateNumberOfMessages),
    inFlightMessages: Number(attributes.ApproximateNumberOfMessagesNotVisible),
    retentionMs: Number(attributes.MessageRetentionPeriod) * 1_000,
    visibilityMs: Number(attributes.VisibilityTimeout) * 1_000,
    redrive: redrive && { maxReceiveCount: redrive.maxReceiveCount, queue: parseQueue(redrive.arn).name },
    deadLetters: dead && {
      visibleMessages: Number(dead.ApproximateNumberOfMessages),
      retentionMs: Number(dead.MessageRetentionPeriod) * 1_000,
    },
  };
}

async function attributesOf(queue: string, settings: AwsSettings): Promise<Partial<Record<string, string>>> {
  const reference = parseQueue(queue);
  const caller = sqsCaller(settingsFor(reference, settings));
  try {
    const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
    const QueueUrl = await retried(undefined, () => resolveQueueUrl(caller, reference));
    const answer = await retried(undefined, () =>
      caller.call(`queue ${reference.name}`, (client) =>
        client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
      ),
    );
    return answer.Attributes ?? {};
  } finally {
    caller.close();
  }
}

function redriveOf(policy: string | undefined): { arn: string; maxReceiveCount: number } | undefined {
  if (!policy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as Record<string, unknown>;
  return { arn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}

/** A consumer need not be allowed to read its dead-letter queue. */
function unlessForbidden(thrown: unknown): undefined {
  const { code } = asParquetryError(thrown);
  if (code !== 'E_ACCESS' && code !== 'E_NOT_FOUND') throw thrown;
  return undefined;
}
