import path from 'node:path';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { s3Client, sqsClient } from '../aws/clients.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { pipelineFolder, type TestFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { createDeadLetterWriter } from '../sinks/dead-letters/dead-letter-writer.ts';
import { embeddedSettings } from './cloud/provision.ts';
import { placeInStack } from './dead-letters/letter-view.ts';
import { type OpenStudio, openStudio } from './open-studio.test-support.ts';

let emulator: Emulator;
let sqs: SQSClient;
let s3: S3Client;
let folder: TestFolder;
let studio: OpenStudio;
let QueueUrl: string | undefined;

const transform = (body: string, given = '({ id })') => `import { defineTransform, t } from 'parquetry';
export default defineTransform({ output: t.row({ id: t.int64() }), map: ${given} => ${body} });`;

beforeAll(async () => {
  emulator = await startEmulator();
  sqs = await sqsClient(embeddedSettings(emulator.endpoint));
  s3 = await s3Client(embeddedSettings(emulator.endpoint));
  const yaml = `name: clicks
source: { sqs: { queue: clicks } }
transform: ./transform.ts
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
errors: { to: { s3: { bucket: lake, prefix: _errors } } }
aws: { endpoint: '${emulator.endpoint}' }
`;
  folder = await pipelineFolder(yaml, { 'transform.ts': transform('{ throw new Error(String(id)) }') });
  studio = await openStudio([folder.path]);
});
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  sqs.destroy();
  s3.destroy();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.s3.reset();
  emulator.sqs.reset();
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'clicks' })));
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
});

async function writeLetters(letters: Partial<DeadLetter>[]): Promise<void> {
  const context = {
    pipeline: 'clicks',
    version: '1',
    runId: 'run-1',
    folder: folder.path,
    aws: embeddedSettings(emulator.endpoint),
    expectedHoldMs: 1_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  const writer = await createDeadLetterWriter({ s3: { bucket: 'lake', prefix: '_errors' } }, context);
  const full = letters.map(
    (letter, record): DeadLetter => ({
      deliveryId: 'm-1',
      record,
      offset: 0,
      original: Buffer.from(`{"id": ${record}, "event_time": "2026-02-03T04:05:06"}`),
      stage: 'transform',
      reason: 'thrown',
      message: 'no',
      receiveCount: 1,
      attributes: { kind: 'click' },
      ...letter,
    }),
  );
  await writer.write(full, new AbortController().signal);
  await writer.close();
}

const target = () => ({ folder: folder.path });

test('letters are listed by reason and shown at their place, retried as the code is now, and replayed once', async () => {
  const file = path.join(folder.path, 'transform.ts');
  await writeLetters([
    { stack: `Error: no\n    at map (${file}:2:74)` },
    { reason: 'misfit', field: 'id', original: Buffer.from('{"id": "x"}') },
    {},
  ]);
  const { peer } = studio;
  const list = await peer.request('deadLetters.list', { ...target(), reason: 'thrown' });
  expect(list).toMatchObject({
    reasons: [
      ['thrown', 2],
      ['misfit', 1],
    ],
    total: 2,
    place: 's3://lake/_errors/clicks',
  });
  const [first, last] = list.letters;
  const shown = await peer.request('deadLetters.show', { ...target(), id: first!.id });
  expect(shown).toMatchObject({ original: expect.stringContaining('"id": 0'), place: { file, line: 2, column: 74 } });

  const retry = () => peer.request('deadLetters.retry', { ...target(), id: first!.id });
  expect(await retry()).toMatchObject({ outcome: 'dead-lettered', reason: 'thrown', message: 'Error: 0' });
  // With the attributes that the record came with.
  const mended = "({ id: attributes.kind === 'click' ? 9007199254740993n + BigInt(id) : 0n })";
  await peer.request('workspace.overlay', { file, text: transform(mended, '({ id }, { attributes })') });
  expect(await retry()).toEqual({ outcome: 'kept', rows: ['{"id":9007199254740993}'] });

  const from = { type: 'dead-letters' } as const;
  const taken = await peer.request('samples.take', { ...target(), from, limit: 10, name: 'bad' });
  expect(taken).toMatchObject({ records: 3 });

  const replay = () => peer.request('deadLetters.replay', { ...target(), ids: [first!.id, last!.id] });
  expect(await replay()).toMatchObject({ sent: 2, failed: [] });
  expect(await replay()).toMatchObject({ sent: 0 });
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body }) => JSON.parse(Body!).id).sort()).toEqual([0, 2]);
  const after = await peer.request('deadLetters.list', target());
  expect(after.reasons).toEqual([
    ['misfit', 1],
    ['thrown', 0],
  ]);
  expect(after.letters.filter(({ replayedAtMs }) => replayedAtMs !== undefined)).toHaveLength(2);
});

test('a long list comes in pages, which stay as they were when the first one was asked for', async () => {
  await writeLetters(Array.from({ length: 450 }, () => ({})));
  const { peer } = studio;
  const sizes: number[] = [];
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const page = await peer.request('deadLetters.list', { ...target(), next });
    sizes.push(page.letters.length);
    for (const { id } of page.letters) seen.add(id);
    next = page.next;
  } while (next !== undefined);
  expect(sizes).toEqual([200, 200, 50]);
  expect(seen.size).toBe(450);
});

test.each([
  [
    'Error: x\n    at map (/p/node_modules/a/i.js:1:2)\n    at map (/p/lib/t.ts:5:42)',
    { file: '/p/lib/t.ts', line: 5, column: 42 },
  ],
  ['Error: x\n    at file:///p/t.ts:7:1', { file: '/p/t.ts', line: 7, column: 1 }],
  ['Error: x\n    at map (/other/t.ts:5:42)', undefined],
])('the place of %j', (stack, place) => {
  expect(placeInStack(stack, '/p')).toEqual(place);
});
