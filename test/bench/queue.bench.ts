import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Metrics } from '../../engine/src/core/telemetry.ts';
import { startEmulatorThread } from '../../engine/src/emulator/thread.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { provision } from '../../engine/src/studio/cloud/provision.ts';
import { eventFields, events, eventTransform } from './events.ts';
import type { Benchmark, Figure } from './main.ts';

/** The whole path: queue → lanes → Parquet in S3, against the embedded AWS in a thread of its own on the same two cores. */
export const benchmark: Benchmark = {
  about:
    'Through the whole path: the embedded SQS (in a thread of the same machine, so it takes its share of the cores) → lanes with user code → ' +
    'Parquet in the embedded S3, until drained. `single`: one event a message; `packed`: about 200 KB of NDJSON a message. Latency is from ' +
    'receive to ack, with batch.maxAge 1s. `rssMbPerLane`: resident memory of the process above that before the run, divided by lanes.',
  run: async (emit) => {
    for (const lanes of [1, 2]) {
      emit(await measure('packed', lanes, 300_000));
      emit(await measure('single', lanes, 20_000));
    }
  },
};

async function measure(load: 'single' | 'packed', lanes: number, records: number): Promise<Figure> {
  const folder = await writePipeline(lanes);
  const emulator = await startEmulatorThread({ port: 0 });
  try {
    const pipeline = await loadPipeline(folder, { set: [`aws.endpoint=${emulator.endpoint}`] });
    await provision(pipeline, emulator.endpoint);
    const bytes = await send(emulator.endpoint, load, records);
    const rssBefore = process.memoryUsage.rss();
    let rssPeak = 0;
    const look = setInterval(() => (rssPeak = Math.max(rssPeak, process.memoryUsage.rss())), 50);
    const latencies: number[] = [];
    const metrics: Metrics = {
      count: () => {},
      gauge: () => {},
      observe: (name, value) => void (name === 'parquetry_receive_to_settled_seconds' && latencies.push(value)),
    };
    // The run goes on for a few looks at the empty queue; the clock stops at the last ack.
    const last = { ms: 0, acked: 0 };
    const start = performance.now();
    const onStart = (engine: Run) => {
      const watch = setInterval(() => {
        const { acked } = engine.snapshot().ledger.messages;
        if (acked !== last.acked) Object.assign(last, { ms: performance.now(), acked });
      }, 20);
      watch.unref();
    };
    const summary = await runPipeline(pipeline, { drain: true, metrics, backlogEveryMs: 100, onStart });
    clearInterval(look);
    if (!summary.ledger.closed || summary.ledger.records.received !== records) throw new Error('the run is not whole');
    const seconds = (last.ms - start) / 1000;
    latencies.sort((a, b) => a - b);
    return {
      load,
      lanes,
      messagesPerS: Math.round(summary.ledger.messages.received / seconds),
      messagesPerSPerLane: Math.round(summary.ledger.messages.received / seconds / lanes),
      mbPerS: bytes / seconds / 1e6,
      mbPerSPerLane: bytes / seconds / 1e6 / lanes,
      latencyP50Ms: Math.round(latencies[Math.floor(latencies.length * 0.5)]! * 1000),
      latencyP99Ms: Math.round(latencies[Math.floor(latencies.length * 0.99)]! * 1000),
      rssMbPerLane: Math.round((rssPeak - rssBefore) / lanes / 1e6),
    };
  } finally {
    await emulator.stop();
    await rm(folder, { recursive: true });
  }
}

async function writePipeline(lanes: number): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
  await mkdir(path.join(folder, 'schema'));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: eventFields }));
  await writeFile(path.join(folder, 'transform.ts'), eventTransform);
  const config = {
    name: 'bench',
    source: { sqs: { queue: 'bench', waitTime: '100ms', pollers: 4 } },
    transform: './transform.ts',
    batch: { maxAge: '1s' },
    sinks: [{ s3: { bucket: 'lake', prefix: 'events' } }],
    lanes,
    aws: {},
  };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
  return folder;
}

async function send(endpoint: string, load: 'single' | 'packed', records: number): Promise<number> {
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'bench' }));
  const perCall = load === 'single' ? 10 : 4;
  let bytes = 0;
  let bodies: string[] = [];
  let body = '';
  const flush = async () => {
    if (bodies.length === 0) return;
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody })),
      }),
    );
    bodies = [];
  };
  const push = async () => {
    bodies.push(body);
    bytes += Buffer.byteLength(body);
    body = '';
    if (bodies.length === perCall) await flush();
  };
  for (const event of events(records)) {
    body += load === 'single' ? event : `${event}\n`;
    if (load === 'single' || body.length > 200_000) await push();
  }
  if (body) await push();
  await flush();
  sqs.destroy();
  return bytes;
}
