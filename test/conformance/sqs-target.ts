import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';

/** An SQS to be judged, and what can be done with it beyond its API. */
export interface SqsTarget {
  name: string;
  createClient(): SQSClient;
  /** Moves the target's clock; without it claims about seconds wait for real and those about minutes are skipped. */
  manualClock?: { advance(ms: number): void | Promise<void> };
  /** Ends the visibility timeouts of a queue at once. */
  expireInFlight?(queueName: string): void | Promise<void>;
  /** Claims this target is known not to keep, by title, with the reason. */
  skips?: Record<string, string>;
}

/** What a claim may need; one that the target cannot provide is skipped with the reason. */
export interface ClaimOptions {
  /** Minutes and hours pass in it. */
  needsClock?: boolean;
}

/** What the suite's chapters work with. */
export interface SqsHarness {
  target: SqsTarget;
  sqs(): SQSClient;
  claim(title: string, prove: () => Promise<void>, options?: ClaimOptions): void;
  /** A queue with a name of its own, deleted after the suite; its URL. */
  newQueue(attributes?: Record<string, string>): Promise<string>;
  newFifoQueue(attributes?: Record<string, string>): Promise<string>;
  uniqueName(suffix?: string): string;
  send(queueUrl: string, body: string, extra?: Partial<SendMessageCommandInput>): Promise<void>;
  /** Up to ten messages without waiting, unless told otherwise. */
  receive(queueUrl: string, extra?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>;
  remove(queueUrl: string, message: Message): Promise<void>;
  attributes(queueUrl: string): Promise<Record<string, string>>;
  arnOf(queueUrl: string): Promise<string>;
  /** `visible/in flight/delayed` */
  counts(queueUrl: string): Promise<string>;
  /** Lets time go by, on the target's clock or for real. */
  pass(seconds: number): Promise<void>;
  /** Lets time go by until `promise` settles. */
  passUntil<T>(promise: Promise<T>): Promise<T>;
  cleanUp(): Promise<void>;
}

/** A harness around `target`; its claims become vitest tests. */
export function createHarness(target: SqsTarget): SqsHarness {
  let client: SQSClient | undefined;
  const created: string[] = [];
  const run = Math.random().toString(36).slice(2, 8);
  let queues = 0;
  const sqs = () => {
    client ??= target.createClient();
    return client;
  };
  const uniqueName = (suffix = '') => `conformance-${run}-${++queues}${suffix}`;
  const create = async (name: string, attributes: Record<string, string>) => {
    const { QueueUrl } = await sqs().send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    created.push(QueueUrl!);
    return QueueUrl!;
  };
  const attributes = async (queueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
    return (await sqs().send(command)).Attributes as Record<string, string>;
  };
  const pass = async (seconds: number) => {
    if (target.manualClock) await target.manualClock.advance(seconds * 1000);
    else await sleep(seconds * 1000 + 100); // an outside clock need not tick with ours
  };

  return {
    target,
    sqs,
    uniqueName,
    attributes,
    pass,
    claim: (title, prove, options = {}) => registerClaim(target, title, prove, options),
    newQueue: (given = {}) => create(uniqueName(), given),
    newFifoQueue: (given = {}) => create(uniqueName('.fifo'), { FifoQueue: 'true', ...given }),
    async send(queueUrl, body, extra = {}) {
      await sqs().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...extra }));
    },
    async receive(queueUrl, extra = {}) {
      const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, ...extra });
      return (await sqs().send(command)).Messages ?? [];
    },
    async remove(queueUrl, message) {
      await sqs().send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    },
    arnOf: async (queueUrl) => (await attributes(queueUrl)).QueueArn!,
    async counts(queueUrl) {
      const all = await attributes(queueUrl);
      const names = ['', 'NotVisible', 'Delayed'].map((which) => all[`ApproximateNumberOfMessages${which}`]);
      return names.join('/');
    },
    async passUntil(promise) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      promise.then(settled, settled);
      // Small steps, with room for the request to arrive between them: a poll that comes late waits from then on.
      while (!isSettled) {
        await sleep(5);
        await target.manualClock?.advance(100);
      }
      return promise;
    },
    async cleanUp() {
      await Promise.allSettled(created.map((QueueUrl) => sqs().send(new DeleteQueueCommand({ QueueUrl }))));
      client?.destroy();
    },
  };
}

function registerClaim(target: SqsTarget, title: string, prove: () => Promise<void>, options: ClaimOptions): void {
  const needs = options.needsClock && !target.manualClock ? 'minutes would have to pass' : undefined;
  const reason = target.skips?.[title] ?? needs;
  if (reason === undefined) it(title, prove);
  else it.skip(`${title} (skipped: ${reason})`);
}

/** The promise fails with an error of this name, as SDK users see it. */
export async function expectError(promise: Promise<unknown>, name: string): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name });
}

/** Bodies in the order of receiving. */
export function bodies(messages: Message[]): string[] {
  return messages.map((message) => message.Body!);
}
