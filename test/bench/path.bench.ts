import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import os from 'node:os';
import path from 'node:path';
import type { ColumnBatch } from '../../engine/src/columns/column.ts';
import type { Encoder } from '../../engine/src/columns/encoder.ts';
import { compilePartitioner } from '../../engine/src/columns/partition.ts';
import type { TransformRunner } from '../../engine/src/columns/transform.ts';
import type { ComponentContext } from '../../engine/src/core/component.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';
import { createJsonScanner } from '../../engine/src/kernel/json-scanner.ts';
import { createComponent, loadComponent } from '../../engine/src/pipeline/components.ts';
import { RowGroups } from '../../engine/src/runtime/row-groups.ts';
import { compileTransform } from '../../engine/src/transforms/compile.ts';
import { createTransformRunner } from '../../engine/src/transforms/runner.ts';
import { duckDbPeer } from './duckdb-peer.ts';
import { eventFields, events, eventTransform } from './events.ts';
import type { Benchmark } from './main.ts';

const RECORDS = 100_000;
const BODY_BYTES = 200_000;
const CHUNK_BODIES = 5;
const ROUNDS = 7;

/** One lane's work from bytes in memory to Parquet bytes, on this thread. */
export const benchmark: Benchmark = {
  about:
    'One lane without a queue: NDJSON bytes in memory → scanner → user function (drops, renames, lower-cases, derives 2 fields, one lookup; ' +
    '17 output columns) → row groups → Parquet bytes. 371 bytes a record. Medians of seven rounds. `none` has no user code. ' +
    '`ratioToDuckdb`: how much faster than DuckDB with one thread (`read_ndjson` with explicit columns → `COPY`, file to file, same codec, no user ' +
    'code), in interleaved pairs.',
  run: async (emit) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
    const file = path.join(folder, 'transform.ts');
    await writeFile(file, eventTransform);
    const bodies = makeBodies();
    const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0);
    const ndjson = path.join(folder, 'events.ndjson');
    await writeFile(ndjson, Buffer.concat(bodies));
    for (const codec of ['zstd', 'snappy']) {
      const duckDb = await duckDbPeer(ndjson, codec);
      for (const [userCode, transform] of [
        ['map', await compileTransform(file)],
        ['none', undefined],
      ] as const) {
        const lane = await createLane(transform, codec);
        let bytesOut = 0;
        const ours = async () => {
          bytesOut = await lane(bodies);
        };
        const { seconds, ratio } = await inPairs(ours, duckDb);
        const heapBytesPerRecord = Math.round((await allocatedBytes(ours)) / RECORDS);
        const facts = {
          mbPerS: bytes / seconds / 1e6,
          recordsPerS: Math.round(RECORDS / seconds),
          bytesOut,
          heapBytesPerRecord,
        };
        emit({ userCode, codec, ...facts, ratioToDuckdb: ratio });
      }
    }
    await rm(folder, { recursive: true });
  },
};

function makeBodies(): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  let text = '';
  for (const event of events(RECORDS)) {
    text += `${event}\n`;
    if (text.length >= BODY_BYTES) {
      bodies.push(Buffer.from(text));
      text = '';
    }
  }
  if (text) bodies.push(Buffer.from(text));
  return bodies;
}

async function createLane(transform: Parameters<typeof createTransformRunner>[0], compression: string) {
  const schema = { fields: Object.entries(eventFields).map(([name, text]) => ({ name, ...parseSlot(text) })) };
  const scanner = createJsonScanner(schema, { rest: false });
  const runner: TransformRunner = await createTransformRunner(transform, schema, { pipeline: 'bench', folder: '.' });
  const context: ComponentContext = {
    pipeline: 'bench',
    runId: 'bench',
    folder: '.',
    aws: {},
    expectedHoldMs: 0,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  const { config } = await loadComponent('encoder', 'parquet');
  const choice = { type: 'parquet', config: config.parse({ compression }) as Record<string, unknown> };
  const encoder = (await createComponent('encoder', choice, context)) as Encoder;
  const partitioner = compilePartitioner([], runner.output);
  return async (bodies: readonly Uint8Array[]): Promise<number> => {
    const limits = { encodedBytes: 16 << 20, rows: 1_000_000, laneBytes: 256 << 20 };
    const groups = new RowGroups(encoder, partitioner, limits);
    let bytesOut = 0;
    for (let i = 0; i < bodies.length; i += CHUNK_BODIES) {
      const chunk = bodies.slice(i, i + CHUNK_BODIES);
      for (const body of chunk) scanner.add(body);
      const { records } = scanner.take();
      const { output } = await runner.run(
        records,
        chunk.map((_, n) => ({ id: `d${i + n}`, attributes: {}, receivedAtMs: 0 })),
      );
      groups.add(output as ColumnBatch, new Uint32Array(output.length).fill(i + 1), 0, {
        placed: () => {},
        opened: () => {},
        sealed: () => {},
      });
      for (const partition of groups.full()) bytesOut += groups.seal(partition)!.segment.bytes.byteLength;
    }
    for (const partition of groups.partitions) bytesOut += groups.seal(partition)!.segment.bytes.byteLength;
    return bytesOut;
  };
}

/** Both in turn, so that the machine's moods hit both: the median time of ours, and the median of the pairs' ratios of speed. */
async function inPairs(
  ours: () => Promise<void>,
  peer: () => Promise<void>,
): Promise<{ seconds: number; ratio: number }> {
  await ours();
  await peer();
  const pairs: { own: number; other: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) pairs.push({ own: await timed(ours), other: await timed(peer) });
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return { seconds: median(pairs.map(({ own }) => own)), ratio: median(pairs.map(({ own, other }) => other / own)) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** JS heap bytes allocated, collected ones too, by V8's sampling heap profiler. */
async function allocatedBytes(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as never);
  await work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const sum = (node: typeof profile.head): number =>
    node.selfSize + node.children.reduce((total, child) => total + sum(child), 0);
  return sum(profile.head);
}
