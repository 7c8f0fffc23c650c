import { tmpdir } from 'node:os';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../../engine/src/aws/clients.ts';
import { createManualClock } from '../../../engine/src/emulator/clock.ts';
import { startEmulator } from '../../../engine/src/emulator/emulator.ts';
import type { AnyComponent } from '../../../engine/src/pipeline/components.ts';
import { contextAt } from '../context.ts';
import type { SourceFixture, SourceSubject, SourceWorld } from '../source-subject.ts';

const facts = {
  ends: false,
  leased: true,
  replay: 'unordered',
  oneReader: false,
  hasCheck: true,
  hasBacklog: true,
  hasExtend: true,
} as const;

/** Both kinds of queues, for they answer to old receipts in ways of their own, and both ways to send the calls. */
export const fixture: SourceFixture = {
  subjects: (component) =>
    ['direct', 'sdk'].flatMap((client) => [
      subject(component, 'clicks', client, {
        forgivesStale: 'a standard queue answers outdated receipts with success',
      }),
      subject(component, 'clicks.fifo', client),
    ]),
};

function subject(
  component: AnyComponent<'source'>,
  queue: string,
  client: string,
  more: Partial<SourceSubject> = {},
): SourceSubject {
  return { ...facts, ...more, name: `sqs (${queue}, ${client})`, open: () => openWorld(component, queue, client) };
}

async function openWorld(component: AnyComponent<'source'>, queue: string, via: string): Promise<SourceWorld> {
  const clock = createManualClock();
  const emulator = await startEmulator({ clock });
  const aws = { endpoint: emulator.endpoint };
  const client = await sqsClient(aws, {});
  const isFifo = queue.endsWith('.fifo');
  const Attributes = isFifo ? { FifoQueue: 'true' } : undefined;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: queue, Attributes }));
  const create = async (config: object) =>
    component.create(
      component.config.parse({ queue, client: via, waitTime: '0s', visibilityTimeout: '30s', ...config }),
      contextAt(tmpdir(), aws),
    );
  let sent = 0;
  return {
    source: await create({}),
    patient: () => create({ waitTime: '20s' }),
    missing: () => create({ queue: isFifo ? 'other.fifo' : 'other' }),
    advance: (ms) => clock.advance(ms),
    async offer(lines) {
      for (const MessageBody of lines) {
        // A group each: a group that is held would hide its other messages.
        const id = `${sent++}`;
        const order = isFifo ? { MessageGroupId: id, MessageDeduplicationId: id } : {};
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...order }));
      }
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await emulator.stop();
    },
  };
}
