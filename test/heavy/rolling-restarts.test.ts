import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test, vi } from 'vitest';
import { type EngineProcess, startEngine } from '../integration/engine-process.ts';
import { readRows } from '../integration/harness.ts';

/* Deployments: engines come and go while messages come in, on a queue that gives a message up after three receives. */

const RESTARTS = 10;
const RECORDS_PER_RESTART = 2_000;
const MAX_RECEIVES = 3;
const patiently = { timeout: 60_000, interval: 50 };
/** Of twelve engines that start one after the other, beside another dozen and other tests; a busy machine took 140 s. */
const TIMEOUT_MS = 900_000;
/** Of an engine that was told to stop: its grace, and what a busy machine takes for the rest. */
const ENDING_MS = 90_000;

/** An emulator in a process of its own, with a queue, its dead-letter queue and a bucket. */
async function startAws() {
  const script = path.join(import.meta.dirname, '..', 'integration', 'engine-child.ts');
  const child = spawn(process.execPath, [script, 'emulator', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  const { endpoint } = JSON.parse(String(chunk)) as { endpoint: string };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const dead = (await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }))).QueueUrl!;
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  const created = await sqs.send(new CreateQueueCommand({ QueueName: 'live', Attributes: { RedrivePolicy } }));
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  return {
    endpoint,
    sqs,
    s3,
    dead,
    live: created.QueueUrl!,
    [Symbol.dispose]() {
      sqs.destroy();
      s3.destroy();
      child.kill('SIGKILL');
    },
  };
}
type Aws = Awaited<ReturnType<typeof startAws>>;

const COUNTS = ['', 'NotVisible', 'Delayed'].map((of) => `ApproximateNumberOfMessages${of}` as QueueAttributeName);

async function depthOf({ sqs }: Aws, QueueUrl: string): Promise<number[]> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: COUNTS }));
  return COUNTS.map((name) => Number(Attributes![name]));
}

/**
 * Sends numbered records until told to stop, so many after each restart at the most: engines of a machine that is starved would have
 * more to drain at every one of them.
 */
function load({ sqs, live }: Aws) {
  let going = true;
  let next = 0;
  let limit = RECORDS_PER_RESTART;
  const sending = (async () => {
    while (going) {
      if (next < limit) {
        const Entries = Array.from({ length: 10 }, (_, i) => ({
          Id: String(i),
          MessageBody: JSON.stringify({ id: next++ }),
        }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: live, Entries }));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return next;
  })();
  return {
    get sent() {
      return next;
    },
    restarted() {
      limit = next + RECORDS_PER_RESTART;
    },
    stop() {
      going = false;
      return sending;
    },
  };
}

async function idsIn({ s3 }: Aws): Promise<number[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'table/' }));
  const files = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
      return readRows(await Body!.transformToByteArray());
    }),
  );
  return files
    .flat()
    .map(({ id }) => Number(id))
    .sort((a, b) => a - b);
}

async function pipelineFor({ endpoint }: Aws, folder: string, mode: string): Promise<void> {
  await mkdir(path.join(folder, 'schema'));
  const pipeline = {
    name: 'rolling',
    source: { sqs: { queue: 'live', waitTime: '1s' } },
    batch: { maxAge: '1m' },
    sinks: [{ s3: { bucket: 'lake', prefix: 'table' } }],
    shutdown: { mode },
    telemetry: { listen: '127.0.0.1:0' },
    lanes: 1,
    aws: { endpoint },
  };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(pipeline));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: { id: 'int' } }));
}

async function ready(engine: EngineProcess): Promise<void> {
  await vi.waitFor(async () => {
    const [said] = engine.said('telemetry.listening');
    expect((await fetch(`http://${said?.address}/readyz`)).status).toBe(200);
  }, patiently);
}

/** How an engine ended that was told to; one that does not is killed, and what it said is the error. */
async function stopped(engine: EngineProcess) {
  engine.child.kill('SIGTERM');
  const overdue = setTimeout(() => engine.child.kill('SIGKILL'), ENDING_MS);
  return engine.ended.finally(() => clearTimeout(overdue));
}

test.concurrent.each(['return', 'auto'])(
  '10 rolling restarts with maxReceiveCount 3: DLQ empty, and every record in the files exactly once (shutdown.mode %s)',
  { timeout: TIMEOUT_MS },
  async (mode) => {
    using aws = await startAws();
    using engines = new DisposableStack();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-rolling-'));
    try {
      await pipelineFor(aws, folder, mode);
      const sender = load(aws);
      const start = () => engines.use(startEngine(folder, '--no-guard', '--json', '--log-level', 'info'));
      let returned = 0;
      let running = start();
      await ready(running);
      for (let i = 0; i < RESTARTS; i++) {
        sender.restarted();
        const sent = sender.sent;
        const next = start();
        await ready(next);
        await vi.waitFor(() => expect(sender.sent).toBeGreaterThan(sent + 100), patiently);
        const { code, out, err } = await stopped(running);
        expect(code, err).toBe(0);
        const { ledger, shutdown } = JSON.parse(out);
        expect(ledger).toMatchObject({ closed: true, messages: { inFlight: 0, leaseLost: 0 } });
        expect(shutdown).toMatchObject({ mode, left: 0 });
        returned += shutdown.returned;
        running = next;
      }
      const sent = await sender.stop();
      await stopped(running);
      using last = startEngine(folder, '--drain', '--no-guard', '--json');
      expect((await last.ended).code).toBe(0);
      expect(await idsIn(aws)).toEqual(Array.from({ length: sent }, (_, id) => id));
      expect(await depthOf(aws, aws.live)).toEqual([0, 0, 0]);
      expect(await depthOf(aws, aws.dead)).toEqual([0, 0, 0]);
      if (mode === 'return') expect(returned).toBeGreaterThan(0);
      else expect(returned).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
