import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { s3Client, sqsClient } from '../aws/clients.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { tokenUntil } from '../emulator/expired-token.ts';
import { pipelineFolder, type TestFolder } from '../pipeline/pipeline-folder.test-support.ts';
import type { SampleOrigin } from '../protocol/samples.ts';
import { embeddedSettings } from './cloud/provision.ts';
import { type OpenStudio, openStudio } from './open-studio.test-support.ts';

let emulator: Emulator;
let sqs: SQSClient;
let s3: S3Client;
let folder: TestFolder;
let studio: OpenStudio;
let clicks: string;

beforeAll(async () => {
  emulator = await startEmulator();
  sqs = await sqsClient(embeddedSettings(emulator.endpoint));
  s3 = await s3Client(embeddedSettings(emulator.endpoint));
  folder = await pipelineFolder(`name: clicks
source: { sqs: { queue: clicks } }
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
errors: { to: { sqs: { queue: clicks-errors } } }
aws: { endpoint: '${emulator.endpoint}' }
`);
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
  emulator.faults.clear();
  clicks = await createQueue('clicks');
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
});

async function createQueue(QueueName: string, Attributes?: Record<string, string>): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
}

const take = (from: SampleOrigin, more: object = {}) =>
  studio.peer.request('samples.take', { folder: folder.path, from, limit: 100, name: 'taken', ...more });
const cost = (from: SampleOrigin) => studio.peer.request('samples.cost', { folder: folder.path, from });
const queues = async (all = false) => (await studio.peer.request('cloud.queues', { folder: folder.path, all })).queues;

test('samples of a queue leave its messages there, and say that each was received once more', async () => {
  for (const id of [1, 2, 3]) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: clicks, MessageBody: `{"id": ${id}, "mail": "a@b.c"}\n{"id": 0}` }),
    );
  }
  expect((await cost({ type: 'queue', queue: 'clicks' })).warnings[0]).toMatch(/^The receive count .* goes up by one/);
  const from: SampleOrigin = { type: 'queue', queue: 'clicks' };
  const taken = await take(from, { redact: { fields: ['mail'] } });
  expect(taken).toMatchObject({ records: 6, redacted: 3 });
  expect(await readFile(taken.file, 'utf8')).toContain('"mail": "x@x.x"');
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: clicks,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  expect(Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2', '2', '2']);
  const { files } = await studio.peer.request('samples.list', { folder: folder.path });
  expect(files).toMatchObject([{ file: taken.file, records: 6 }]);
});

test('what the project redacts is redacted wherever samples come from, and what is asked for comes on top', async () => {
  const yaml = await readFile(`${folder.path}/pipeline.yaml`, 'utf8');
  const ruled = `${yaml}samples: { redact: [mail, user.phone, "tags.*"], how: remove }\n`;
  const overlay = (text: string | null) =>
    studio.peer.request('workspace.overlay', { file: `${folder.path}/pipeline.yaml`, text });
  await overlay(ruled);
  const record = '{"id": 1, "name": "Ann", "mail": "a@b.c", "user": {"phone": "1"}, "tags": ["x", "y"]}';
  await sqs.send(new SendMessageCommand({ QueueUrl: clicks, MessageBody: record }));
  await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'in.json', Body: record }));
  await writeFile(`${folder.path}/in.json`, record);
  const origins: SampleOrigin[] = [
    { type: 'queue', queue: 'clicks' },
    { type: 'object', uri: 's3://lake/in.json' },
    { type: 'file', file: `${folder.path}/in.json` },
  ];
  for (const from of origins) {
    const taken = await take(from);
    expect(await readFile(taken.file, 'utf8')).toBe('{"id": 1, "name": "Ann", "user": {}, "tags": []}\n');
    const redactedFields = [
      ['mail', 1],
      ['user.phone', 1],
      ['tags.*', 2],
    ];
    expect(taken).toMatchObject({ redacted: 4, redactedFields });
  }
  const more = await take(origins[2]!, { redact: { fields: ['name', 'mail'], how: 'mask' } });
  expect(await readFile(more.file, 'utf8')).toBe('{"id": 1, "name": "Xxx", "user": {}, "tags": []}\n');
  expect(more.redactedFields.at(-1)).toEqual(['name', 1]);
  await overlay(`${yaml}samples: { redact: ["user..phone"] }\n`);
  await expect(take(origins[2]!)).rejects.toMatchObject({ code: 'E_CONFIG' });
  await overlay(null);
});

test('a FIFO queue says that its groups stand still meanwhile', async () => {
  const fifo = await createQueue('clicks.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  const group = { QueueUrl: fifo, MessageGroupId: 'g' };
  for (const id of [1, 2]) await sqs.send(new SendMessageCommand({ ...group, MessageBody: `{"id": ${id}}` }));
  const from: SampleOrigin = { type: 'queue', queue: 'clicks.fifo' };
  const stands = expect.stringMatching(/^A FIFO queue: their message groups stand still/);
  expect((await cost(from)).warnings).toContainEqual(stands);
  expect((await cost({ type: 'queue', queue: 'clicks' })).warnings).not.toContainEqual(stands);
  expect(await take(from)).toMatchObject({ records: 2 });
  // What was looked at is there again, in order: the group goes on.
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: fifo, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body }) => Body)).toEqual(['{"id": 1}', '{"id": 2}']);
});

test('a queue that would move messages to its dead-letter queue is refused, before and at the try', async () => {
  await createQueue('dlq');
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
    maxReceiveCount: 2,
  });
  const strict = await createQueue('strict', { RedrivePolicy });
  await sqs.send(new SendMessageCommand({ QueueUrl: strict, MessageBody: '{"id": 1}' }));
  const from: SampleOrigin = { type: 'queue', queue: 'strict' };
  expect((await cost(from)).refused).toMatch(/after 2 receives/);
  await expect(take(from)).rejects.toMatchObject({ code: 'E_CONFIG' });
  const found = await queues(true);
  expect(found.find(({ name }) => name === 'strict')).toMatchObject({
    messages: 1,
    inFlight: 0,
    deadLetterQueue: 'dlq',
    maxReceiveCount: 2,
  });
});

test('the head of an object is taken whatever it is packed in', async () => {
  const lines = Array.from({ length: 500 }, (_, id) => `{"id": ${id}}`).join('\n');
  const put = (Key: string, Body: Uint8Array) => s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body }));
  await put('in/a.gz', gzipSync(lines));
  await put('in/b.json', Buffer.from('[{"id": 9007199254740993}, {"id": 2}]'));
  const zipped = await take({ type: 'object', uri: 's3://lake/in/a.gz' });
  expect(zipped).toMatchObject({ records: 100, warnings: [] });
  const array = await take({ type: 'object', uri: 's3://lake/in/b.json' }, { name: '../b' });
  expect(await readFile(array.file, 'utf8')).toBe('{"id": 9007199254740993}\n{"id": 2}\n');
  const { objects, folders } = await studio.peer.request('cloud.objects', { folder: folder.path, bucket: 'lake' });
  expect({ objects, folders }).toEqual({ objects: [], folders: ['in/'] });
});

test('only what the pipeline names is listed unless all is asked for, and what is missing says so', async () => {
  await createQueue('others');
  await sqs.send(new SendMessageCommand({ QueueUrl: clicks, MessageBody: '{}' }));
  expect(await queues()).toMatchObject([
    { name: 'clicks', messages: 1, oldestS: expect.any(Number) },
    { name: 'clicks-errors', problem: expect.stringContaining('does not exist') },
  ]);
  expect((await queues(true)).map(({ name }) => name)).toEqual(['clicks', 'clicks-errors', 'others']);
  const buckets = await studio.peer.request('cloud.buckets', { folder: folder.path });
  expect(buckets).toEqual({ buckets: ['lake'] });
});

test('an expired login says so and what to do', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  vi.stubEnv('AWS_SESSION_TOKEN', tokenUntil(1));
  emulator.faults.add({ fault: { kind: 'expired-token' } });
  await expect(queues()).rejects.toMatchObject({ code: 'E_ACCESS', hint: expect.stringContaining('aws.profile') });
  vi.unstubAllEnvs();
});
