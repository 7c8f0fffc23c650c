import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import type { AwsCaller } from './caller.ts';

/** A queue as a user writes it: name, URL or ARN. */
export interface QueueReference {
  readonly name: string;
  /** FIFO queues say so in their name. */
  readonly fifo: boolean;
  /** From an ARN, or from a URL of AWS. */
  readonly region?: string;
  readonly account?: string;
  readonly url?: string;
}

/** Reads a name, URL or ARN. E_CONFIG if it is none of them. */
export function parseQueue(text: string): QueueReference {
  const reference = text.startsWith('arn:') ? fromArn(text) : text.includes('/') ? fromUrl(text) : { name: text };
  if (reference === undefined || !/^[\w-]{1,80}$/.test(reference.name.replace(/\.fifo$/, ''))) {
    throw new ParquetryError('E_CONFIG', `queue must be a queue's name, URL or ARN, got ${JSON.stringify(text)}`, {
      hint: 'A name has letters, digits, hyphens and underscores only; that of a FIFO queue ends in .fifo.',
    });
  }
  return { ...reference, fifo: reference.name.endsWith('.fifo') };
}

/** The settings to reach this queue with: an ARN or URL of AWS says the region itself. */
export function settingsFor(queue: QueueReference, settings: AwsSettings): AwsSettings {
  return queue.region === undefined ? settings : { ...settings, region: queue.region };
}

/** The queue's URL, asked from SQS unless the reference is one. E_NOT_FOUND if there is no such queue. */
export async function resolveQueueUrl(
  caller: AwsCaller<SQSClient>,
  queue: QueueReference,
  signal?: AbortSignal,
): Promise<string> {
  if (queue.url !== undefined) return queue.url;
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const input = { QueueName: queue.name, QueueOwnerAWSAccountId: queue.account };
  const answer = await caller.call(`queue ${queue.name}`, (client) =>
    client.send(new GetQueueUrlCommand(input), { abortSignal: signal }),
  );
  return answer.QueueUrl!;
}

function fromArn(text: string): Omit<QueueReference, 'fifo'> | undefined {
  const [, region, account, name] = /^arn:[\w-]+:sqs:([\w-]+):(\d{12}):(.+)$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, region, account };
}

function fromUrl(text: string): Omit<QueueReference, 'fifo'> | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const [account, name] = url.pathname.split('/').filter(Boolean).slice(-2);
  const region = /^(?:sqs(?:-fips)?\.([\w-]+)|([\w-]+)\.queue)\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname);
  return name === undefined ? undefined : { name, account, url: text, region: region?.[1] ?? region?.[2] };
}
