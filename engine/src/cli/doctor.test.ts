import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Client, sqsClient } from '../aws/clients.ts';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { embeddedSettings } from '../studio/cloud/provision.ts';
import { checkIdentity, clockSkew } from '../studio/doctor/check-identity.ts';
import { checkMemory, checkNode } from '../studio/doctor/check-machine.ts';
import { type QueueFacts, type QueueNeeds, queueFindings } from '../studio/doctor/queue-findings.ts';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

const HOUR_MS = 3_600_000;
const healthy: QueueFacts = {
  name: 'clicks',
  fifo: false,
  visibleMessages: 10,
  inFlightMessages: 5,
  retentionMs: 96 * HOUR_MS,
  visibilityMs: 30_000,
  redrive: { maxReceiveCount: 5, queue: 'clicks-dlq' },
  deadLetters: { visibleMessages: 0, retentionMs: 336 * HOUR_MS },
};
const needs: QueueNeeds = { maxAgeMs: 300_000, holdMs: 720_000 };

describe('a queue', () => {
  test('that fits is all well', () => {
    expect(queueFindings(healthy, needs).map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test.each<[string, Partial<QueueFacts>, Partial<QueueNeeds>, string, string]>([
    ['loses messages while they are held', { retentionMs: 600_000 }, {}, 'queue.retention', 'failure'],
    ['loses messages in an outage', { retentionMs: HOUR_MS }, {}, 'queue.retention', 'warning'],
    ['has to renew', {}, { visibilityMs: 30_000 }, 'queue.visibility', 'warning'],
    ['stands still at the cap', { inFlightMessages: 120_000 }, {}, 'queue.in-flight', 'failure'],
    ['comes near the cap', { inFlightMessages: 100_000 }, {}, 'queue.in-flight', 'warning'],
    ['has no dead-letter queue', { redrive: undefined }, {}, 'queue.dead-letter-queue', 'warning'],
    ['gives up soon', { redrive: { maxReceiveCount: 2, queue: 'd' } }, {}, 'queue.dead-letter-queue', 'warning'],
    [
      'has dead letters',
      { deadLetters: { visibleMessages: 3, retentionMs: 336 * HOUR_MS } },
      {},
      'queue.dead-letters',
      'warning',
    ],
    [
      'keeps dead letters no longer',
      { deadLetters: { visibleMessages: 0, retentionMs: 96 * HOUR_MS } },
      {},
      'queue.dead-letter-retention',
      'warning',
    ],
  ])('%s', (_name, facts, asked, check, verdict) => {
    const findings = queueFindings({ ...healthy, ...facts }, { ...needs, ...asked });
    expect(findings.filter((one) => one.verdict !== 'ok')).toEqual([
      expect.objectContaining({ check, verdict, advice: expect.stringMatching(/\w/) }),
    ]);
  });
});

test.each([
  ['v22.14.0', 'failure'],
  ['v22.15.0', 'ok'],
  ['v24.0.0', 'ok'],
  ['v20.19.0', 'failure'],
])('Node %s: %s', (version, verdict) => {
  expect(checkNode(version).verdict).toBe(verdict);
});

test.each([
  [0, 'ok'],
  [-900, 'ok'],
  [29_000, 'ok'],
  [60_000, 'warning'],
  [-60_000, 'warning'],
  [301_000, 'failure'],
])('a clock that is %s ms off: %s', (offMs, verdict) => {
  const date = 'Tue, 03 Feb 2026 04:05:06 GMT';
  expect(clockSkew(date, Date.parse(date) + 500 + offMs).verdict).toBe(verdict);
});

test('memory is judged by the budget and the lanes', () => {
  const pipeline = { batch: { memoryBytes: 512 * 2 ** 20 } } as never;
  expect(checkMemory(pipeline, 2, 1024 * 2 ** 20).verdict).toBe('ok');
  expect(checkMemory(pipeline, 4, 1024 * 2 ** 20).verdict).toBe('warning');
});

describe('a pipeline', () => {
  let emulator: Emulator;
  let sqs: SQSClient;
  let s3: S3Client;
  beforeAll(async () => {
    emulator = await startEmulator();
    sqs = await sqsClient(embeddedSettings(emulator.endpoint));
    s3 = await s3Client(embeddedSettings(emulator.endpoint));
    await sqs.send(new CreateQueueCommand({ QueueName: 'clicks' }));
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  });
  afterAll(async () => {
    sqs.destroy();
    s3.destroy();
    await emulator.stop();
  });
  const yaml = (queue = 'clicks') => `name: clicks
source: { sqs: { queue: ${queue} } }
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
aws: { endpoint: '${emulator.endpoint}' }
`;
  const doctor = async (text: string, ...args: string[]) => {
    await using folder = await pipelineFolder(text, { 'samples/a.ndjson': '{"id":1}\n' });
    const context = captureContext({ cwd: folder.path });
    const code = await main(['doctor', ...args], context);
    return { code, out: context.out(), err: context.err() };
  };

  test('is looked at without a trace, each finding with what to do', async () => {
    const { code, out } = await doctor(yaml());
    expect(code).toBe(0);
    expect(out).toMatch(/ok {7}source +sqs clicks: may be read and deleted from/);
    expect(out).toMatch(/ok {7}sinks\[0\] +s3:\/\/lake\/clicks: may be written/);
    expect(out).toMatch(/warning {2}queue\.dead-letter-queue +clicks has none\n +→ A message that kills/);
    expect(out).toMatch(/skipped {2}credentials +no STS behind the endpoint/);
    expect(out).toMatch(/ok {7}clock +as the service has it/);
    expect(out).toMatch(/skipped {2}sinks\[0\]\.conditional-writes/);
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'lake' }))).Contents ?? []).toEqual([]);
    expect((await doctor(yaml(), '--strict')).code).toBe(1);
  });

  test('--write tries conditional writes and cleans up', async () => {
    const { out } = await doctor(yaml(), '--write', '--json');
    const { findings } = JSON.parse(out) as { findings: { check: string; verdict: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ check: 'sinks[0].conditional-writes', verdict: 'ok' }));
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'lake' }))).Contents ?? []).toEqual([]);
  });

  test('a queue that is not there is a failure with the name that was meant', async () => {
    const { code, out } = await doctor(yaml('click'));
    expect(code).toBe(1);
    expect(out).toMatch(/failure {2}source +queue click does not exist/);
    expect(out).toContain('Did you mean clicks?');
  });

  test('a refusal is a failure with the permission that is missing', async () => {
    emulator.faults.add({ service: 's3', fault: { kind: 'error', code: 'AccessDenied', status: 403 } });
    const { code, out } = await doctor(yaml());
    emulator.faults.clear();
    expect(code).toBe(1);
    expect(out).toMatch(/failure {2}sinks\[0\] +s3:\/\/lake\S* refuses access/);
    expect(out).toContain('Grant s3:PutObject');
  });
});

describe('credentials', () => {
  const answering = async (status: number, body: string, look: (endpoint: string) => Promise<void>) => {
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      asked.push(`${request.headers.authorization?.split('/').slice(2, 4).join(' ')} ${await text(request)}`);
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await look(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    return asked;
  };
  const context = captureContext({ cwd: '/' });

  test('are named by a signed GetCallerIdentity', async () => {
    const arn = 'arn:aws:sts::123456789012:assumed-role/ingest/session';
    const body = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const asked = await answering(200, body, async (endpoint) => {
      const [identity, clock] = await checkIdentity({ endpoint, region: 'eu-west-1' }, context.env);
      expect(identity).toEqual({ check: 'credentials', verdict: 'ok', evidence: `${arn} in eu-west-1` });
      expect(clock).toMatchObject({ check: 'clock', verdict: 'ok' });
    });
    expect(asked).toEqual(['eu-west-1 sts Action=GetCallerIdentity&Version=2011-06-15']);
  });

  test('behind an endpoint without STS are left alone', async () => {
    await answering(501, '<Error><Code>NotImplemented</Code></Error>', async (endpoint) => {
      const [identity] = await checkIdentity({ endpoint, region: 'eu-west-1' }, context.env);
      expect(identity).toMatchObject({ verdict: 'skipped', evidence: expect.stringContaining('NotImplemented') });
    });
  });
});
