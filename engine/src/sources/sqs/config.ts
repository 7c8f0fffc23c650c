import { z } from 'zod';
import { duration } from '../../core/units.ts';

/** Limits of ReceiveMessage and ChangeMessageVisibility, from the SQS API reference. */
const MAX_RECEIVE = 10;

export const sqsConfig = z.strictObject({
  queue: z.string().min(1).describe('The queue: its name, URL or ARN. An ARN or URL also says region and account.'),
  format: z.enum(['json']).default('json').describe('How records are written in a message body.'),
  waitTime: duration({ min: '0s', max: '20s' })
    .prefault('20s')
    .describe('How long a receive call waits for a message. Shorter waits cost more requests on a quiet queue.'),
  maxMessages: z.int().min(1).max(MAX_RECEIVE).default(MAX_RECEIVE).describe('Most messages a receive call takes.'),
  pollers: z.int().min(1).max(64).default(4).describe('Receive calls that each lane keeps open at once.'),
  visibilityTimeout: duration({ min: '10s', max: '12h' })
    .optional()
    .describe(
      'How long a received message stays hidden from other consumers; overrides the setting of the queue. Default: batch.maxAge ' +
        'plus 7 minutes, which covers an upload with its retries. Held for longer, a message is renewed, ten a call; so a short time costs ' +
        'requests, and brings messages back sooner after a crash.',
    ),
  client: z
    .enum(['direct', 'sdk'])
    .default('direct')
    .describe(
      'Who sends the calls that receive, delete and renew: `direct` signs and sends them by itself, for a fraction of the CPU time; ' +
        '`sdk` has the AWS SDK send them, as it does all others. Credentials, region and endpoint are those of the SDK with either.',
    ),
});

export type SqsConfig = z.output<typeof sqsConfig>;

/** With the visibility that the engine asks for where the file says none. */
export type LeasedSqsConfig = SqsConfig & { readonly visibilityTimeout: number };
