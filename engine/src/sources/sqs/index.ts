import type { S3Client } from '@aws-sdk/client-s3';
import { type AwsCaller, s3Caller } from '../../aws/caller.ts';
import { parseQueue } from '../../aws/queue-url.ts';
import { readObject } from '../../aws/s3-object.ts';
import type { S3Location } from '../../aws/s3-uri.ts';
import { systemClock } from '../../core/clock.ts';
import type { Component, ComponentContext } from '../../core/component.ts';
import { defaultRetry, durableRetry, retrying } from '../../core/retry.ts';
import type { Source } from '../../core/source.ts';
import { SQS_MOST_HELD } from '../../core/sqs-quotas.ts';
import { MAX_BODY_BYTES } from './body.ts';
import { checkQueue } from './check.ts';
import { type SqsConfig, sqsConfig } from './config.ts';
import { openQueue } from './queue.ts';
import { createSqsReader } from './reader.ts';
import { createSqsSettler } from './settler.ts';

const MIN_VISIBILITY_MS = 30_000;
/** The ceiling of SQS is 12 hours from the receive. */
const MAX_VISIBILITY_MS = 12 * 3_600_000;
/** A receive waits for payloads, so their retries are short: a message given up comes back by itself. */
const PAYLOAD_RETRY = { ...defaultRetry, attempts: 4, deadlineMs: 15_000 };

export const component: Component<'source', typeof sqsConfig, Source> = {
  kind: 'source',
  type: 'sqs',
  summary: 'Receives messages from an Amazon SQS queue, standard or FIFO.',
  config: sqsConfig,
  create: createSqsSource,
};

function createSqsSource(given: SqsConfig, context: ComponentContext): Source {
  const config = { ...given, visibilityTimeout: visibilityMs(given, context) };
  const { name, fifo } = parseQueue(config.queue);
  return {
    replay: 'unordered',
    leaseMs: config.visibilityTimeout,
    leaseCeilingMs: MAX_VISIBILITY_MS,
    maxInFlight: SQS_MOST_HELD,
    locksGroups: fifo,
    pollers: config.pollers,
    async check() {
      const queue = await openQueue(config, context.aws);
      try {
        await checkQueue(queue, name);
      } finally {
        queue.close();
      }
    },
    async createReader() {
      const queue = await openQueue(config, context.aws);
      const s3 = s3Caller(context.aws);
      return createSqsReader({
        queue,
        fetchPayload: (at, signal) => fetchPayload(s3, at, signal),
        clock: systemClock,
        logger: context.logger,
        metrics: context.metrics,
        close() {
          queue.close();
          s3.close();
        },
      });
    },
    async createSettler() {
      const queue = await openQueue(config, context.aws);
      return createSqsSettler({
        queue,
        clock: systemClock,
        random: Math.random,
        retry: durableRetry,
        close: () => queue.close(),
      });
    },
  };
}

/** As long as the engine expects to hold a message, within what SQS allows. */
function visibilityMs(config: SqsConfig, { expectedHoldMs }: ComponentContext): number {
  return config.visibilityTimeout ?? Math.min(MAX_VISIBILITY_MS, Math.max(MIN_VISIBILITY_MS, expectedHoldMs));
}

function fetchPayload(s3: AwsCaller<S3Client>, at: S3Location, signal: AbortSignal) {
  const port = { clock: systemClock, random: Math.random, signal };
  return retrying(PAYLOAD_RETRY, port, () => readObject(s3, at, MAX_BODY_BYTES, signal));
}
