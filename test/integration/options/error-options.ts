import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { BUCKET, createWorld } from '../harness.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { rowsOf, run } from './scratch.ts';

const BAD = 'broken';
/** One good record, one that is none, one that does not fit, and one at which the transform throws. */
const mixed = ['{"id":1}', BAD, '{"id":"x"}', '{"id":4}'].join('\n');
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int() }),
  map: ({ id }) => {
    if (id === 4) throw new Error('no four');
    return { id };
  },
});`;

/** Takes 1.5 s for any chunk. */
const slow = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int() }),
  prefetch: () => new Promise((resolve) => setTimeout(resolve, 1_500)),
  map: ({ id }) => ({ id }),
});`;

/** A storm or not, where six of ten records are bad. */
async function storms(storm: object): Promise<string> {
  const bodies = Array.from({ length: 10 }, (_, i) => (i % 5 < 2 ? '{"id":1}' : BAD));
  const { summary } = await run({
    config: { errors: { to: { file: { path: 'bad' } }, storm } },
    deliveries: [bodies.join('\n')],
  });
  return summary.error?.code ?? 'calm';
}

/** Bucket and folder of a dead letter in S3. */
async function letterPlace(s3: object): Promise<string[]> {
  await using world = await createWorld();
  const { endpoint } = world.emulator;
  await fetch(`${endpoint}/morgue`, { method: 'PUT' });
  await run({ config: { errors: { to: { s3 } }, aws: { endpoint } }, deliveries: [BAD] });
  const listed = [BUCKET, 'morgue'].map(async (Bucket) => {
    const { Contents = [] } = await world.s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key }) => `${Bucket}/${Key!.split('/dt=')[0]}`);
  });
  return (await Promise.all(listed)).flat();
}

/** Keys that say what becomes of bad records. */
export const errorOptions: OptionCases = {
  'errors.record': option<string>(
    async (record) => {
      const errors = { to: { file: { path: 'bad' } }, storm: { share: 1 }, ...setting('record', record) };
      const files = { 'transform.ts': transform };
      const ran = await run({ config: { errors, transform: './transform.ts' }, deliveries: [mixed], files });
      const { dropped, deadLettered } = ran.summary.ledger.records;
      const letters = [...ran.written.keys()].filter((name) => name.startsWith('bad/')).length;
      return { rows: rowsOf(ran), dropped, deadLettered, letters, error: ran.summary.error?.code };
    },
    [
      [undefined, { rows: [{ id: 1 }], dropped: {}, deadLettered: { malformed: 1, misfit: 1, thrown: 1 }, letters: 3 }],
      [
        'dead-letter',
        { rows: [{ id: 1 }], dropped: {}, deadLettered: { malformed: 1, misfit: 1, thrown: 1 }, letters: 3 },
      ],
      ['drop', { rows: [{ id: 1 }], dropped: { malformed: 1, misfit: 1, thrown: 1 }, deadLettered: {}, letters: 0 }],
      [
        'passthrough',
        { rows: [{ id: 1 }, { id: 4 }], dropped: {}, deadLettered: { malformed: 1, misfit: 1 }, letters: 2 },
      ],
      ['fail', { rows: [], dropped: {}, deadLettered: {}, letters: 0, error: 'E_RECORD' }],
    ],
  ),
  'errors.transformTimeout': option<string>(
    async (transformTimeout) => {
      const errors = { to: { file: { path: 'bad' } }, ...setting('transformTimeout', transformTimeout) };
      const files = { 'slow.ts': slow };
      const ran = await run({ config: { errors, transform: './slow.ts' }, deliveries: ['{"id":1}'], files });
      return ran.summary.error?.message.replace(/ at .*/, '') ?? rowsOf(ran);
    },
    [
      [undefined, [{ id: 1 }]],
      ['200ms', 'the transform did not come back within 200 ms'],
    ],
  ),
  'errors.storm.share': option<number>(
    (share) => storms({ window: 10, ...setting('share', share) }),
    [
      [undefined, 'E_STORM'],
      [0.7, 'calm'],
      [0.55, 'E_STORM'],
    ],
  ),
  'errors.storm.window': option<number>(
    (window) => storms(setting('window', window)),
    [
      [undefined, 'calm'],
      [10, 'E_STORM'],
    ],
  ),
  'errors.to.file.path': option<string>(
    async (path) => {
      const { written } = await run({ config: { errors: { to: { file: { path } } } }, deliveries: [BAD] });
      return Array.from(written.keys(), (name) => name.split('/dt=')[0]);
    },
    [
      ['here', ['here/p']],
      ['there', ['there/p']],
    ],
  ),
  'errors.to.s3.bucket': option<string>(
    (bucket) => letterPlace({ bucket }),
    [
      ['lake', ['lake/_errors/p']],
      ['morgue', ['morgue/_errors/p']],
    ],
  ),
  'errors.to.s3.prefix': option<string>(
    (prefix) => letterPlace({ bucket: 'lake', ...setting('prefix', prefix) }),
    [
      [undefined, ['lake/_errors/p']],
      ['a/b', ['lake/a/b/p']],
    ],
  ),
  'errors.to.sqs.queue': option<string>(
    async (queue) => {
      await using world = await createWorld();
      const config = { errors: { to: { sqs: { queue } } }, aws: { endpoint: world.emulator.endpoint } };
      const queues = ['dead', 'buried'].map(async (QueueName) => {
        const { QueueUrl } = await world.sqs.send(new CreateQueueCommand({ QueueName }));
        return QueueUrl;
      });
      const urls = await Promise.all(queues);
      await run({ config, deliveries: [BAD] });
      const received = urls.map((QueueUrl) => world.sqs.send(new ReceiveMessageCommand({ QueueUrl })));
      return (await Promise.all(received)).map(({ Messages = [] }) => Messages.map(({ Body }) => Body));
    },
    [
      ['dead', [[BAD], []]],
      ['buried', [[], [BAD]]],
    ],
  ),
};
