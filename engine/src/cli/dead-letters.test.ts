import { Readable } from 'node:stream';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { s3Client, sqsClient } from '../aws/clients.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { pipelineFolder, type TestFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { createDeadLetterWriter } from '../sinks/dead-letters/dead-letter-writer.ts';
import type { DeadLetterTarget } from '../sinks/dead-letters/target.ts';
import { embeddedSettings } from '../studio/cloud/provision.ts';
import { captureContext } from './captured-context.ts';
import type { CliContext } from './context.ts';
import { main } from './main.ts';

let emulator: Emulator;
let sqs: SQSClient;
let s3: S3Client;
let folder: TestFolder;

beforeAll(async () => {
  emulator = await startEmulator();
  sqs = await sqsClient(embeddedSettings(emulator.endpoint));
  s3 = await s3Client(embeddedSettings(emulator.endpoint));
});
afterAll(async () => {
  sqs.destroy();
  s3.destroy();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.faults.clear();
  emulator.s3.reset();
  emulator.sqs.reset();
  await sqs.send(new CreateQueueCommand({ QueueName: 'clicks' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
});

const yaml = (more: string) => `name: clicks
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
aws: { endpoint: '${emulator.endpoint}' }
${more}`;
const sqsYaml = () => yaml('source: { sqs: { queue: clicks } }');

const letter = (original: string | Uint8Array, more: Partial<DeadLetter> = {}): DeadLetter => ({
  deliveryId: 'm-1',
  record: 0,
  offset: 0,
  original: Buffer.from(original),
  stage: 'parse',
  reason: 'misfit',
  message: 'id must be an int, got "x"',
  field: 'id',
  receiveCount: 1,
  attributes: { kind: 'click', SentTimestamp: '1' },
  ...more,
});

async function writeLetters(target: DeadLetterTarget, letters: DeadLetter[], where = folder.path): Promise<void> {
  const context = {
    pipeline: 'clicks',
    version: '1',
    runId: 'run-1',
    folder: where,
    aws: embeddedSettings(emulator.endpoint),
    expectedHoldMs: 1_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  const writer = await createDeadLetterWriter(target, context);
  await writer.write(letters, new AbortController().signal);
  await writer.close();
}

const inS3: DeadLetterTarget = { s3: { bucket: 'lake', prefix: '_errors' } };

async function deadLetters(args: string[], change: Partial<CliContext> = {}) {
  const context = captureContext({ cwd: folder.path });
  const code = await main(['dead-letters', ...args], { ...context, ...change });
  return { code, out: context.out(), err: context.err() };
}

async function bodies(queue = 'clicks'): Promise<{ body: string; attributes: object }[]> {
  const QueueUrl = `${emulator.endpoint}/000000000000/${queue}`;
  const got = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  );
  return (got.Messages ?? []).map(({ Body = '', MessageAttributes = {} }) => ({
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

async function visible(queue: string): Promise<number> {
  const QueueUrl = `${emulator.endpoint}/000000000000/${queue}`;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: prefix }));
  return Contents.map(({ Key }) => Key!);
}

describe('letters in a bucket', () => {
  beforeEach(async () => {
    folder = await pipelineFolder(sqsYaml());
    await writeLetters(inS3, [
      letter('{"id":"x"}'),
      letter('{"id":"y"}', { record: 1 }),
      letter('{"id":3}', {
        record: 2,
        reason: 'thrown',
        stage: 'transform',
        message: 'no three',
        stack: 'Error: no three\n    at map (transform.ts:4:7)',
      }),
    ]);
    return () => folder[Symbol.asyncDispose]();
  });

  test('are counted by day and reason, with an example', async () => {
    const { code, out } = await deadLetters(['list']);
    expect(code).toBe(0);
    expect(out).toContain('dead letters in s3://lake/_errors/clicks');
    expect(out).toMatch(/\d{4}-\d\d-\d\d {2}misfit {8}2 {9}0 {2}\d\d:\d\d:\d\d {2}\d\d:\d\d:\d\d {2}id must be an int/);
    expect(out).toMatch(/thrown {8}1 {9}0 .*no three/);
    expect(out).toContain('3 letters, 0 replayed');
    const data = JSON.parse((await deadLetters(['list', '--json', '--reason', 'thrown'])).out);
    expect(data).toMatchObject({
      letters: 1,
      groups: [{ reason: 'thrown', letters: 1, example: { original: '{"id":3}' } }],
    });
  });

  test('are selected by time', async () => {
    expect((await deadLetters(['list', '--until', '1h'])).out).toContain('no dead letters in');
    expect((await deadLetters(['list', '--since', '1h'])).out).toContain('3 letters');
    const wrong = await deadLetters(['list', '--since', 'yesterday']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('--since must be a time, got "yesterday"');
  });

  test('are shown with error, stack, attributes and bytes', async () => {
    const { out } = await deadLetters(['show', '--reason', 'thrown']);
    expect(out).toContain('thrown no three');
    expect(out).toContain('at map (transform.ts:4:7)');
    expect(out).toContain('"kind":"click"');
    expect(out).toContain('| {"id":3}');
    expect((await deadLetters(['show', '--raw', '--reason', 'misfit'])).out).toBe('{"id":"x"}\n{"id":"y"}\n');
  });

  test('a dry run names what and where to, and changes nothing', async () => {
    const { code, err } = await deadLetters(['replay', '--dry-run']);
    expect(code).toBe(0);
    expect(err).toContain('would replay 3 letters (2 misfit, 1 thrown) from s3://lake/_errors/clicks to queue clicks');
    expect(await visible('clicks')).toBe(0);
    expect(await keys('_errors/clicks/_replayed/')).toEqual([]);
  });

  test('go back to the queue with their attributes, once', async () => {
    const first = await deadLetters(['replay', '--yes']);
    expect(first.err).toContain('3 letters of 3 replayed to queue clicks');
    expect(first.code).toBe(0);
    expect((await bodies()).sort((a, b) => a.body.localeCompare(b.body))).toEqual([
      { body: '{"id":"x"}', attributes: { kind: 'click' } },
      { body: '{"id":"y"}', attributes: { kind: 'click' } },
      { body: '{"id":3}', attributes: { kind: 'click' } },
    ]);
    const second = await deadLetters(['replay', '--yes']);
    expect(second.err).toContain('nothing to replay');
    expect(second.err).toContain('3 letters replayed already');
    expect(await visible('clicks')).toBe(0);
    expect((await deadLetters(['list'])).out).toContain('3 letters, 3 replayed');
  });

  test('go back a few at a time', async () => {
    expect((await deadLetters(['replay', '--yes', '--limit', '1', '--reason', 'misfit'])).err).toContain(
      '1 letter of 1 replayed',
    );
    expect((await deadLetters(['list', '--json'])).out).toContain('"replayed": 1');
    expect((await deadLetters(['replay', '--yes'])).err).toContain('2 letters of 2 replayed');
    expect(await visible('clicks')).toBe(3);
  });

  test('one that is interrupted goes on where it was', async () => {
    const many = Array.from({ length: 300 }, (_, i) => letter(`{"id":"z${i}"}`, { record: i, reason: 'many' }));
    await writeLetters(inS3, many);
    emulator.faults.add({ service: 'sqs', action: 'SendMessageBatch', fault: { kind: 'latency', ms: 20 } });
    const stopped = new AbortController();
    const interrupted = deadLetters(['replay', '--yes', '--reason', 'many'], { signal: stopped.signal });
    await expect.poll(() => visible('clicks'), { interval: 1 }).toBeGreaterThan(0);
    stopped.abort();
    const first = await interrupted;
    emulator.faults.clear();
    expect(first.code).toBe(130);
    const sent = await visible('clicks');
    expect(sent).toBeLessThan(300);
    expect(first.err).toContain(`${sent} letters of 300 replayed`);
    expect((await deadLetters(['replay', '--yes', '--reason', 'many'])).err).toContain(
      `${300 - sent} letters of ${300 - sent}`,
    );
    expect(await visible('clicks')).toBe(300);
  });

  test('what SQS refuses stays open, and the exit code says so', async () => {
    emulator.faults.add({
      service: 'sqs',
      action: 'SendMessageBatch',
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    const refused = await deadLetters(['replay', '--yes']);
    emulator.faults.clear();
    expect(refused.code).toBe(1);
    expect((await deadLetters(['replay', '--yes'])).err).toContain('3 letters of 3 replayed');
  });

  test('a file that another replay has in hand is left to it', async () => {
    const [file] = (await keys('_errors/clicks/')).filter((key) => key.includes('misfit'));
    const mark = (updatedAt: string) =>
      fetch(`${emulator.endpoint}/lake/${file!.replace('clicks/', 'clicks/_replayed/')}.json`, {
        method: 'PUT',
        body: JSON.stringify({ version: 1, state: 'running', claim: 'c', updatedAt, replayed: [[0, 0]] }),
      });
    await mark(new Date().toISOString());
    const { err } = await deadLetters(['replay', '--yes']);
    expect(err).toMatch(/skipped dt=.*: another replay has it in hand/);
    expect(await visible('clicks')).toBe(1);
    await mark('2026-01-01T00:00:00.000Z');
    await deadLetters(['replay', '--yes']);
    expect((await bodies()).map(({ body }) => body)).toContain('{"id":"y"}');
    expect(await visible('clicks')).toBe(0);
  });

  test('a claim whose answer is lost is still ours', async () => {
    emulator.faults.add({ service: 's3', action: 'PutObject', times: 1, fault: { kind: 'lose-answer' } });
    const { err } = await deadLetters(['replay', '--yes', '--reason', 'thrown']);
    expect(err).toContain('1 letter of 1 replayed');
    expect(err).not.toContain('skipped');
  });

  test('a person is asked; nobody to ask is an error', async () => {
    const nobody = await deadLetters(['replay']);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain('hint: Look first with --dry-run, then give --yes.');
    const answer = (text: string) => ({ stdin: Object.assign(Readable.from([Buffer.from(text)]), { isTTY: true }) });
    const no = await deadLetters(['replay'], answer('n\n'));
    expect(no.err).toContain('Replay 3 letters (2 misfit, 1 thrown)');
    expect(no.err).toContain('nothing was replayed');
    expect((await deadLetters(['replay'], answer('y\n'))).err).toContain('3 letters of 3 replayed');
  });
});

test('payloads cannot command the terminal', async () => {
  folder = await pipelineFolder(sqsYaml());
  await writeLetters(inS3, [letter('{"id":"\u001b]0;gone\u0007"}', { message: 'bad \u001b[2Jvalue' })]);
  const { out } = await deadLetters(['show']);
  expect(out).not.toContain('\u001b');
  expect(out).toContain('bad \\u001b[2Jvalue');
  await folder[Symbol.asyncDispose]();
});

test('without a queue the records go through the pipeline; those still bad become new letters', async () => {
  folder = await pipelineFolder(
    yaml('source: { file: { path: in.ndjson } }\nerrors: { to: { file: { path: errors } } }').replace(
      's3: { bucket: lake, prefix: clicks }',
      's3: { bucket: lake, prefix: clicks, ndjson: {} }',
    ),
    { 'in.ndjson': '' },
  );
  const good = '{"id":5,"event_time":"2026-02-03T04:05:06"}';
  await writeLetters({ file: { path: 'errors' } }, [letter(good), letter('{"id":"x"}', { record: 1 })]);
  const { code, err } = await deadLetters(['replay', '--yes']);
  expect(err).toContain('2 letters of 2 replayed to pipeline clicks, run here');
  expect(err).toContain('1 record became dead letters again');
  expect(code).toBe(0);
  const [key] = await keys('clicks/');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key }));
  expect(await Body!.transformToString()).toContain('"id":5');
  expect((await deadLetters(['list', '--json'])).out).toContain('"replayed": 2');
  expect(JSON.parse((await deadLetters(['list', '--json'])).out)).toMatchObject({ letters: 3, replayed: 2 });
  await folder[Symbol.asyncDispose]();
});

describe('letters in a queue', () => {
  beforeEach(async () => {
    folder = await pipelineFolder(`${sqsYaml()}\nerrors: { to: { sqs: { queue: bad } } }`);
    for (const QueueName of ['bad', 'dlq']) await sqs.send(new CreateQueueCommand({ QueueName }));
    return () => folder[Symbol.asyncDispose]();
  });

  test('are looked at and given back, then replayed and gone', async () => {
    await writeLetters({ sqs: { queue: 'bad' } }, [
      letter('{"id":"x"}'),
      letter('{"id":3}', { record: 1, reason: 'thrown' }),
    ]);
    const listed = await deadLetters(['list']);
    expect(listed.out).toContain('dead letters in queue bad');
    expect(listed.out).toContain('2 letters, 0 replayed');
    expect(await visible('bad')).toBe(2);
    expect((await deadLetters(['replay', '--yes', '--reason', 'misfit'])).err).toContain('1 letter of 1 replayed');
    expect(await bodies()).toEqual([{ body: '{"id":"x"}', attributes: { kind: 'click' } }]);
    expect(await visible('bad')).toBe(1);
  });

  test("of SQS's own are replayed with body and attributes as they were", async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: `${emulator.endpoint}/000000000000/dlq`,
        MessageBody: '{"id":1}',
        MessageAttributes: { n: { DataType: 'Number', StringValue: '5' } },
      }),
    );
    const { err } = await deadLetters(['replay', '--queue', 'dlq', '--yes']);
    expect(err).toContain('1 letter (1 max-receives) from queue dlq to queue clicks');
    expect(await bodies()).toEqual([{ body: '{"id":1}', attributes: { n: '5' } }]);
    expect(await visible('dlq')).toBe(0);
  });

  test('are not sent to the queue they are in', async () => {
    const { code, err } = await deadLetters(['replay', '--queue', 'clicks', '--yes']);
    expect(code).toBe(2);
    expect(err).toContain('letters cannot be replayed to where they are');
  });
});
