import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../engine/src/aws/clients.ts';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { component } from '../../engine/src/sources/sqs/index.ts';
import { openQueue, type SqsQueue } from '../../engine/src/sources/sqs/queue.ts';
import type { Benchmark, Figure } from './main.ts';

const QUEUE = 'bench';
const ROUNDS = 9;
/** An engine runs for days; compiling what is hot is over after the first thousand batches. */
const WARM_UPS = 4;
const BATCHES = 300;
/** Calls under way at once: what the pollers of one lane do. */
const CONCURRENCY = 4;
const CLIENTS = ['sdk', 'direct'] as const;

/** Receives ten messages and deletes them; false when none came. */
type ReceiveAndDelete = () => Promise<boolean>;

/** What the wire costs this process: SQS itself is in another one. */
export const benchmark: Benchmark = {
  about:
    'CPU time of this process (all of its threads) per ten messages received and deleted, two calls; the embedded SQS is in a process of its own. ' +
    '`calls`: the calls alone; `source`: with the bodies checked and unwrapped, as a lane gets them. `sdk`: `source.sqs.client: sdk`; `direct`: ' +
    `the default. One event a message, ${CONCURRENCY} calls under way. Medians of interleaved rounds; \`ratioToSdk\`: median of the ratios within a round.`,
  run: async (emit, { rounds = ROUNDS }) => {
    const server = fork(path.join(import.meta.dirname, 'sqs-wire-server.ts'));
    try {
      const [endpoint] = (await once(server, 'message')) as [string];
      const arn = await createQueue(endpoint);
      for (const figure of await measure({ server, endpoint, arn, rounds, what: 'calls', open: openCalls }))
        emit(figure);
      for (const figure of await measure({ server, endpoint, arn, rounds, what: 'source', open: openSource }))
        emit(figure);
    } finally {
      server.disconnect();
    }
  },
};

interface Setting {
  readonly server: ChildProcess;
  readonly endpoint: string;
  readonly arn: string;
  readonly rounds: number;
  readonly what: string;
  readonly open: (endpoint: string, client: (typeof CLIENTS)[number]) => Promise<ReceiveAndDelete>;
}

async function measure({ server, endpoint, arn, rounds, what, open }: Setting): Promise<Figure[]> {
  const works = await Promise.all(CLIENTS.map((client) => open(endpoint, client)));
  const costsMs: number[][] = CLIENTS.map(() => []);
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const filled = once(server, 'message');
      server.send({ arn, count: BATCHES * 10 });
      await filled;
      const before = process.cpuUsage();
      const batches = await drain(work);
      const { user, system } = process.cpuUsage(before);
      if (batches < BATCHES) throw new Error(`${batches} batches of ${BATCHES} came`);
      if (round >= 0) costsMs[i]!.push((user + system) / 1_000 / batches);
    }
  }
  return CLIENTS.map((client, i) => ({
    what,
    client,
    cpuMsPerTen: median(costsMs[i]!),
    messagesPerCpuS: Math.round(10_000 / median(costsMs[i]!)),
    ratioToSdk: median(costsMs[i]!.map((ms, round) => ms / costsMs[0]![round]!)),
  }));
}

/** Full batches until nothing comes. */
async function drain(work: ReceiveAndDelete): Promise<number> {
  let batches = 0;
  const poll = async () => {
    while (await work()) batches++;
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, poll));
  return batches;
}

async function openCalls(endpoint: string, client: (typeof CLIENTS)[number]): Promise<ReceiveAndDelete> {
  const config = component.config.parse({ queue: QUEUE, waitTime: '0s', client });
  const queue: SqsQueue = await openQueue({ ...config, visibilityTimeout: 600_000 }, { endpoint });
  const { signal } = new AbortController();
  return async () => {
    const messages = await queue.receive(signal);
    if (messages.length === 0) return false;
    const failed = await queue.deleteBatch(
      messages.map(({ ReceiptHandle }, i) => ({ id: String(i), receipt: ReceiptHandle! })),
    );
    if (failed.length > 0) throw new Error(`${failed.length} messages could not be deleted`);
    return true;
  };
}

async function openSource(endpoint: string, client: (typeof CLIENTS)[number]): Promise<ReceiveAndDelete> {
  const config = component.config.parse({ queue: QUEUE, waitTime: '0s', client });
  const source = await component.create(config, {
    pipeline: 'bench',
    runId: 'bench',
    folder: '.',
    aws: { endpoint },
    expectedHoldMs: 600_000,
    logger: silentLogger,
    metrics: silentMetrics,
  });
  const [reader, settler] = [await source.createReader(), await source.createSettler()];
  const { signal } = new AbortController();
  return async () => {
    const deliveries = (await reader.receive(signal)) ?? [];
    if (deliveries.length === 0) return false;
    const outcomes = await settler.ack(deliveries.map(({ receipt }) => receipt));
    if (outcomes.some((outcome) => outcome !== 'done')) throw new Error('messages could not be deleted');
    return true;
  };
}

async function createQueue(endpoint: string): Promise<string> {
  const client = await sqsClient({ endpoint });
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: QUEUE }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  client.destroy();
  return Attributes!.QueueArn!;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
