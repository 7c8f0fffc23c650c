import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { silentLogger, silentMetrics } from '../../../engine/src/core/telemetry.ts';
import { loadComponent } from '../../../engine/src/pipeline/components.ts';
import { createWorld, QUEUE } from '../harness.ts';
import { spySqs } from './calls.ts';
import { type OptionCase, type OptionCases, option, setting } from './option-case.ts';
import { rowsOf, run } from './scratch.ts';

/** One argument of the receive calls that the source makes in a pipeline. */
const argument = (path: string, name: string, seen: readonly (readonly [unknown, number])[]): OptionCase =>
  option<unknown>(async (value) => {
    await using world = await createWorld();
    const stop = new AbortController();
    const calls = spySqs(world.emulator, ({ action }) => action === 'ReceiveMessage' && stop.abort());
    const sqs = { queue: QUEUE, ...setting(path, value) };
    await run({
      config: { source: { sqs }, aws: { endpoint: world.emulator.endpoint } },
      options: { drain: false, signal: stop.signal },
    });
    return (await calls.find(({ action }) => action === 'ReceiveMessage')!.input)[name];
  }, seen);

/** Most receive calls that are open at once before the first poller begins its second: by then all have begun. */
async function openReceives(sqs: object): Promise<number> {
  await using world = await createWorld();
  const stop = new AbortController();
  let most = 0;
  const calls = spySqs(world.emulator, () => {
    const receives = calls.filter(({ action }) => action === 'ReceiveMessage');
    const open = receives.filter((call) => call.open).length;
    most = Math.max(most, open);
    if (open < receives.length) stop.abort();
  });
  const source = { sqs: { queue: QUEUE, waitTime: '1s', ...sqs } };
  const config = { source, aws: { endpoint: world.emulator.endpoint } };
  await run({ config, options: { drain: false, signal: stop.signal } });
  return most;
}

/** What the SQS source's own keys change in the calls it makes. */
export const sqsOptions: OptionCases = {
  'source.sqs.queue': option<string>(
    async (queue) => {
      await using world = await createWorld();
      for (const [id, QueueName] of ['clicks', 'orders'].entries()) {
        const { QueueUrl } = await world.sqs.send(new CreateQueueCommand({ QueueName }));
        await world.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ id }) }));
      }
      const config = { source: { sqs: { queue, waitTime: '0s' } }, aws: { endpoint: world.emulator.endpoint } };
      return rowsOf(await run({ config, options: { backlogEveryMs: 50 } }));
    },
    [
      ['clicks', [{ id: 0, text: null }]],
      ['orders', [{ id: 1, text: null }]],
    ],
  ),
  'source.sqs.waitTime': argument('waitTime', 'WaitTimeSeconds', [
    [undefined, 20],
    ['3s', 3],
  ]),
  'source.sqs.visibilityTimeout': argument('visibilityTimeout', 'VisibilityTimeout', [
    // batch.maxAge, five minutes, and seven more.
    [undefined, 720],
    ['90s', 90],
  ]),
  'source.sqs.maxMessages': option<number>(
    async (maxMessages) => {
      await using world = await createWorld();
      await world.send(Array.from({ length: 20 }, (_, id) => JSON.stringify({ id })));
      const component = await loadComponent('source', 'sqs');
      const config = component.config.parse({ queue: QUEUE, waitTime: '0s', ...setting('maxMessages', maxMessages) });
      const context = { pipeline: 'p', runId: 'r', folder: '.', aws: { endpoint: world.emulator.endpoint } };
      const telemetry = { logger: silentLogger, metrics: silentMetrics };
      const source = await component.create(config, { ...context, ...telemetry, expectedHoldMs: 60_000 });
      const reader = await source.createReader();
      const deliveries = await reader.receive(new AbortController().signal);
      await reader.close();
      return deliveries?.length;
    },
    [
      [undefined, 10],
      [3, 3],
    ],
  ),
  'source.sqs.client': option<string>(
    async (client) => {
      await using world = await createWorld();
      await world.send(['{"id":1}']);
      const calls = spySqs(world.emulator);
      const sqs = { queue: QUEUE, waitTime: '0s', ...setting('client', client) };
      const config = { source: { sqs }, aws: { endpoint: world.emulator.endpoint } };
      const result = await run({ config, options: { backlogEveryMs: 50 } });
      // The SDK numbers its attempts.
      const ofSdk = calls.filter(({ headers }) => 'amz-sdk-request' in headers).map(({ action }) => action);
      const mine = ['ReceiveMessage', 'DeleteMessageBatch'].filter((action) => !ofSdk.includes(action));
      return [rowsOf(result).length, mine];
    },
    [
      [undefined, [1, ['ReceiveMessage', 'DeleteMessageBatch']]],
      ['direct', [1, ['ReceiveMessage', 'DeleteMessageBatch']]],
      ['sdk', [1, []]],
    ],
  ),
  'source.sqs.pollers': option<number>(
    (pollers) => openReceives(setting('pollers', pollers)),
    [
      [undefined, 4],
      [7, 7],
      [1, 1],
    ],
  ),
};
