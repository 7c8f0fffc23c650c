import { Readable } from 'node:stream';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BufferPool } from '../../engine/src/core/buffer-pool.ts';
import { freeBuffer } from '../../engine/src/core/free-buffer.ts';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { totalBytes } from '../../engine/src/core/total-bytes.ts';
import { threadKernel } from '../../engine/src/kernel/kernel.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { Lane } from '../../engine/src/runtime/lane.ts';
import { buildLane, contextOf, type LaneJob } from '../../engine/src/runtime/lane-job.ts';
import type { LandingMessage, LaneMessage } from '../../engine/src/runtime/messages.ts';
import { Pulse } from '../../engine/src/runtime/pulse.ts';
import { cutLines } from '../../engine/src/sources/lines/cut-lines.ts';
import { createPieceSource, type NamedPiece } from '../../engine/src/sources/lines/piece-source.ts';
import { readAhead } from '../../engine/src/sources/lines/read-ahead.ts';
import { unpack, unpackedOnce } from '../../engine/src/sources/lines/unpack.ts';
import { compileTransform } from '../../engine/src/transforms/compile.ts';

/*
 * As a program, with a pipeline's folder as its argument: one lane over the .ndjson.gz on standard input, or over the source of a
 * pipeline that has another than stdin. What it seals is counted and forgotten. Prints its memory as a line of JSON; see
 * rss-ndjson.ts and rss-parquet.ts.
 */

/** Above the idle process. */
const LIMIT_MB = 100;
/** What a run may end above what it had in its second third: a heap is never quite the same. */
const FLAT_MB = 15;
/** A shorter run is a few row groups: it says nothing of growth. */
const MIN_FLAT_RECORDS = 2_500_000;
const SAMPLE_MS = 50;
/** Of what the default memory gives to all lanes, the share of one of eight. */
const LANE_BYTES = 32 << 20;

/** What the lane told the port that stands for the landing. */
interface Counted {
  records: number;
  rows: number;
  bytesOut: number;
  rowGroups: number;
  failure?: string;
}

interface Sample {
  readonly records: number;
  readonly rss: number;
}

const [folder = '.'] = process.argv.slice(2);
let bytesIn = 0;

const pipeline = await loadPipeline(folder);
const transform = pipeline.transform ? await compileTransform(pipeline.transform) : undefined;
const job: LaneJob = {
  pipeline,
  ...{ aws: {}, runId: 'rss', lane: 0, lanes: 1, transform, own: {}, laneBytes: LANE_BYTES, looksUp: false },
};
const context = contextOf(job, { logger: silentLogger, metrics: silentMetrics });
await import('esbuild').then(({ stop }) => stop()); // what compiled the transform is no part of a lane
const idle = process.memoryUsage.rss();

const counted: Counted = { records: 0, rows: 0, bytesOut: 0, rowGroups: 0 };
const samples: Sample[] = [];
const sampling = setInterval(
  () => samples.push({ records: counted.records, rss: process.memoryUsage.rss() }),
  SAMPLE_MS,
);
const startMs = performance.now();
const isPiped = 'config' in pipeline.source && pipeline.source.type === 'stdin';
const pool = new BufferPool(threadKernel().bodies);
const parts = await buildLane(job, context, new Pulse(), {
  source: isPiped ? createPieceSource(standardInput, 'stdin', pool) : undefined,
});
const { port1, port2 } = new MessageChannel();
const stopped = listen(port2);
await new Lane(parts, port1).run();
await stopped; // what was sealed last is still on its way
clearInterval(sampling);
report((performance.now() - startMs) / 1000);
port1.close();

/** As the file source reads a .gz. */
async function* standardInput(): AsyncGenerator<NamedPiece> {
  // A file comes in chunks of a MB; iterating a pipe would copy its small ones together, and leave them as garbage.
  const input = Readable.from(readAhead(process.stdin));
  for await (const { offset, bytes } of cutLines(unpackedOnce(unpack(input, 'gzip', 'stdin')), { pool })) {
    bytesIn += bytes.byteLength;
    yield { id: `${offset}`, body: bytes, attributes: {} };
  }
}

/** Stands for the landing: counts, and ends the lane when there is nothing more to come. Resolves when the lane has stopped. */
function listen(port: MessagePort): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  port.on('message', (message: LaneMessage) => {
    if (message.type === 'exhausted') port.postMessage({ type: 'stop' });
    else if (message.type === 'stopped') resolve();
    else if (message.type === 'failed') counted.failure = message.error.message;
    else if (message.type === 'sealed') {
      counted.rowGroups++;
      counted.rows += message.segment.rows;
      const { parts } = message.segment;
      const bytes = totalBytes(parts);
      counted.bytesOut += bytes;
      for (const part of parts) freeBuffer(part);
      port.postMessage({ type: 'taken', bytes } satisfies LandingMessage); // or the lane waits for it
    } else if (message.type === 'processed') {
      for (const { outcome } of message.deliveries) counted.records += outcome.found;
    }
  });
  return promise;
}

function report(seconds: number): void {
  const peak = process.resourceUsage().maxRSS * 1024 - idle;
  const [begun, ended] = [peakBetween(1 / 3, 2 / 3), peakBetween(2 / 3, 1)];
  const isFlat = ended - begun <= FLAT_MB * 1e6 || counted.records < MIN_FLAT_RECORDS;
  const line = {
    ...counted,
    inMb: isPiped ? mb(bytesIn) : undefined,
    outMb: mb(counted.bytesOut),
    seconds: Math.round(seconds),
    cpuSeconds: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1e5) / 10,
    idleMb: mb(idle),
    peakAboveIdleMb: mb(peak),
    secondThirdMb: mb(begun - idle),
    lastThirdMb: mb(ended - idle),
    isFlat,
  };
  console.log(JSON.stringify(line));
  if (counted.failure !== undefined || peak > LIMIT_MB * 1e6 || !isFlat) process.exitCode = 1;
}

/** The highest of the samples taken while this share of the records was read. */
function peakBetween(from: number, to: number): number {
  const { records: all } = counted;
  const within = samples.filter(({ records }) => records >= all * from && records <= all * to);
  return Math.max(idle, ...within.map(({ rss }) => rss));
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6);
}
