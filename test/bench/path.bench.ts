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
import { eventFields, events, eventTransform } from './events.ts';
import type { Benchmark } from './main.ts';

const RECORDS = 100_000;
const BODY_BYTES = 200_000;
const CHUNK_BODIES = 5;
const ROUNDS = 5;

/** One lane's work from bytes in memory to Parquet bytes, on this thread. */
export const benchmark: Benchmark = {
  about:
    'One lane without a queue: NDJSON bytes in memory → scanner → user function (drops, renames, lower-cases, derives 2 fields, one lookup; ' +
    '17 output columns) → row groups → Parquet bytes. 371 bytes a record. Median of five rounds. `none` has no user code.',
  run: async (emit) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
    const file = path.join(folder, 'transform.ts');
    await writeFile(file, eventTransform);
    const bodies = makeBodies();
    const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0);
    for (const [user, transform] of [
      ['map', await compileTransform(file)],
      ['none', undefined],
    ] as const) {
      for (const compression of ['zstd', 'snappy']) {
        const lane = await createLane(transform, compression);
        await lane(bodies);
        const rounds: { seconds: number; bytesOut: number }[] = [];
        for (let i = 0; i < ROUNDS; i++) rounds.push(await timed(() => lane(bodies)));
        const { seconds, bytesOut } = rounds.sort((a, b) => a.seconds - b.seconds)[Math.floor(ROUNDS / 2)]!;
        const allocated = await allocatedBytes(() => lane(bodies));
        emit({
          userCode: user,
          codec: compression,
          mbPerS: bytes / seconds / 1e6,
          recordsPerS: Math.round(RECORDS / seconds),
          bytesOut,
          heapBytesPerRecord: Math.round(allocated / RECORDS),
        });
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
      });
      for (const partition of groups.full()) bytesOut += groups.seal(partition)!.segment.bytes.byteLength;
    }
    for (const partition of groups.partitions) bytesOut += groups.seal(partition)!.segment.bytes.byteLength;
    return bytesOut;
  };
}

async function timed(work: () => Promise<number>): Promise<{ seconds: number; bytesOut: number }> {
  const start = process.hrtime.bigint();
  const bytesOut = await work();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, bytesOut };
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
