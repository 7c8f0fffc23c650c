import type { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsCaller, sqsCaller } from '../../aws/caller.ts';
import { parseQueue, resolveQueueUrl, settingsFor } from '../../aws/queue-url.ts';
import { retried } from '../../aws/retried.ts';
import type { AwsSettings } from '../../core/component.ts';
import { eachLimited } from '../../core/each-limited.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { QueueInfo } from '../../protocol/cloud.ts';
import { ageOfQueue } from './queue-age.ts';

/** Of one ListQueues call, from the SQS API reference. */
const MAX_LISTED = 1_000;
/** Each takes two requests. */
const MAX_LOOKED_AT = 200;
const CONCURRENT_LOOKS = 8;

/**
 * How queues stand: by name, URL or ARN, and the dead-letter queues that the first `named` of them have. Those that do not exist say so.
 * Only the named ones are asked for their age, which costs a request to CloudWatch each.
 */
export async function lookAtQueues(
  queues: readonly string[],
  named: number,
  settings: AwsSettings,
  signal: AbortSignal,
): Promise<QueueInfo[]> {
  const found: FoundQueue[] = [];
  const look = (some: readonly string[], isNamed: boolean) => {
    const first = found.length;
    return eachLimited(some.entries(), CONCURRENT_LOOKS, async ([at, queue]) => {
      found[first + at] = await lookAtQueue(queue, isNamed, settings, signal);
    });
  };
  await look(queues.slice(0, named), true);
  const deadLetters = new Set(found.flatMap(({ deadLetterArn }) => deadLetterArn ?? []));
  await look(queues.slice(named, MAX_LOOKED_AT), false);
  const known = new Set(found.map(({ name }) => name));
  await look(
    [...deadLetters].filter((arn) => !known.has(parseQueue(arn).name)),
    true,
  );
  return found.map(({ deadLetterArn: _, ...info }) => info);
}

/** URLs of the account's queues in the region; the first 1,000. */
export async function listQueues(settings: AwsSettings, signal: AbortSignal): Promise<string[]> {
  const caller = sqsCaller(settings);
  try {
    const { ListQueuesCommand } = await import('@aws-sdk/client-sqs');
    const command = () => new ListQueuesCommand({ MaxResults: MAX_LISTED });
    const answer = await retried(signal, () =>
      caller.call('the list of queues', (client) => client.send(command(), { abortSignal: signal })),
    );
    return answer.QueueUrls ?? [];
  } finally {
    caller.close();
  }
}

type FoundQueue = QueueInfo & { readonly deadLetterArn?: string };

async function lookAtQueue(
  queue: string,
  isAged: boolean,
  settings: AwsSettings,
  signal: AbortSignal,
): Promise<FoundQueue> {
  const reference = parseQueue(queue);
  const { name, fifo: isFifo } = reference;
  const caller = sqsCaller(settingsFor(reference, settings));
  try {
    const url = await retried(signal, () => resolveQueueUrl(caller, reference, signal));
    const [attributes, oldestS] = await Promise.all([
      attributesOf(caller, { name, url }, signal),
      isAged ? ageOfQueue(name, settingsFor(reference, settings)) : undefined,
    ]);
    const count = (attribute: string) => Number(attributes[`ApproximateNumberOfMessages${attribute}`] ?? 0);
    const redrive = redriveOf(attributes.RedrivePolicy);
    return {
      ...{ name, url, isFifo, oldestS, ...redrive },
      messages: count(''),
      inFlight: count('NotVisible'),
      delayed: count('Delayed'),
      deadLetterQueue: redrive && parseQueue(redrive.deadLetterArn).name,
    };
  } catch (thrown) {
    const { code, message } = asParquetryError(thrown);
    if (code !== 'E_NOT_FOUND') throw thrown;
    return { name, url: '', isFifo, messages: 0, inFlight: 0, delayed: 0, problem: message };
  } finally {
    caller.close();
  }
}

/** Attributes of a queue as SQS names them. */
export async function attributesOf(
  caller: AwsCaller<SQSClient>,
  { name, url }: { name: string; url: string },
  signal?: AbortSignal,
): Promise<Partial<Record<string, string>>> {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const command = () => new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
  const answer = await retried(signal, () =>
    caller.call(`queue ${name}`, (client) => client.send(command(), { abortSignal: signal })),
  );
  return answer.Attributes ?? {};
}

/** What a RedrivePolicy says; undefined where there is none. */
export function redriveOf(policy: string | undefined): { deadLetterArn: string; maxReceiveCount: number } | undefined {
  if (!policy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as Record<string, unknown>;
  return { deadLetterArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
}
