import { randomUUID } from 'node:crypto';
import { type ColumnBuilder, createBuilder, finishBatch } from '../../columns/builder.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import { systemClock } from '../../core/clock.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Field } from '../../core/schema.ts';
import type { Source } from '../../core/source.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { type ChunkParts, type ChunkResult, workChunk } from '../../runtime/chunk-work.ts';
import type { LaneParts } from '../../runtime/lane.ts';
import { buildLane, contextOf, type LaneJob } from '../../runtime/lane-job.ts';
import type { NumberedDelivery } from '../../runtime/outcomes.ts';
import { PoisonList } from '../../runtime/poison-list.ts';
import { Pulse } from '../../runtime/pulse.ts';
import { cpuMs } from './cpu-time.ts';
import type { ProfileJob } from './profile-job.ts';
import type { SampleBody } from './sample-bodies.ts';

/** CPU time of a lane's stages. */
export interface StageTimes {
  scanMs: number;
  transformMs: number;
  encodeMs: number;
}

/** A lane as runs have them, fed with samples instead of by a source. */
export interface SampleLane {
  readonly context: ComponentContext;
  readonly output: readonly Field[];
  readonly times: StageTimes;
  /** Scans and transforms; the rows are valid until the next call. */
  work(chunk: readonly NumberedDelivery[]): Promise<ChunkResult>;
  /** Puts the rows into row groups, and seals those that are full. */
  place(result: ChunkResult): void;
  /** Seals all row groups. */
  seal(): void;
}

/** Builds the lane on this thread: user code runs here. Throws as `buildLane`. */
export async function openSampleLane(job: ProfileJob): Promise<SampleLane> {
  // A record's end is not the measurement's.
  const policy = job.pipeline.errors.record === 'fail' ? 'dead-letter' : job.pipeline.errors.record;
  const pipeline = { ...job.pipeline, telemetry: { ...job.pipeline.telemetry, listen: undefined } };
  const lanes = pipeline.lanes.max;
  const laneJob: LaneJob = {
    ...{ pipeline, aws: {}, runId: randomUUID(), lane: 0, lanes, looksUp: false },
    ...{ transform: job.transform, own: job.own, laneBytes: pipeline.batch.memoryBytes / 3 / lanes },
  };
  const context = contextOf(laneJob, { logger: silentLogger, metrics: silentMetrics });
  const parts = await buildLane(laneJob, context, new Pulse(job.pulse), { source: noSource });
  const times: StageTimes = { scanMs: 0, transformMs: 0, encodeMs: 0 };
  const chunkParts = { ...timedParts(parts, times), policy };
  const encode = (act: () => void) => {
    const startMs = cpuMs();
    act();
    times.encodeMs += cpuMs() - startMs;
  };
  const listen = { placed: () => {}, opened: () => {}, sealed: () => {} };
  const sealed = (group: LaneParts['sinks'][number], partitions: readonly string[]) => {
    for (const partition of partitions) for (const _ of group.seal(partition));
  };
  return {
    context,
    output: parts.runner.output,
    times,
    work: (chunk) => workChunk(chunkParts, chunk, false),
    place({ result, owners }) {
      encode(() => {
        for (const group of parts.sinks) {
          group.add(result.output, owners, 0, listen);
          sealed(group, group.full());
        }
      });
    },
    seal() {
      encode(() => {
        for (const group of parts.sinks) sealed(group, group.partitions);
      });
    },
  };
}

/** The scanner and the runner, with a look at the clock before and after. */
function timedParts(parts: LaneParts, times: StageTimes): ChunkParts {
  const { scanner, runner, probes = [], progress = NO_PROGRESS } = parts;
  const scan = <Result>(act: () => Result): Result => {
    const startMs = cpuMs();
    const result = act();
    times.scanMs += cpuMs() - startMs;
    return result;
  };
  return {
    ...parts,
    tap: undefined,
    probes,
    progress,
    poison: new PoisonList(),
    clock: systemClock,
    random: Math.random,
    scanner: {
      schema: scanner.schema,
      get rows() {
        return scanner.rows;
      },
      add: (body) => scan(() => scanner.add(body)),
      take: () => scan(() => scanner.take()),
    },
    runner: {
      ...runner,
      async run(records, deliveries) {
        const startMs = cpuMs();
        const result = await runner.run(records, deliveries);
        times.transformMs += cpuMs() - startMs;
        return result;
      },
    },
  };
}

/** Deliveries of sample bodies, about as many bytes a chunk as lanes take; small samples come again until a chunk is full. */
export function chunksOf(
  bodies: readonly SampleBody[],
  leastBytes: number,
  chunkBytes = CHUNK_BYTES,
): NumberedDelivery[][] {
  const chunks: NumberedDelivery[][] = [];
  let [seq, total] = [0, 0];
  for (let chunk: NumberedDelivery[] = [], bytes = 0; total < leastBytes || seq < bodies.length; seq++) {
    const { bytes: body } = bodies[seq % bodies.length]!;
    chunk.push({ seq, delivery: deliveryOf(seq, body) });
    bytes += body.byteLength;
    total += body.byteLength;
    if (bytes < chunkBytes && chunk.length < MAX_CHUNK_BODIES && (total < leastBytes || seq < bodies.length - 1))
      continue;
    chunks.push(chunk);
    chunk = [];
    bytes = 0;
  }
  return chunks;
}

const CHUNK_BYTES = 1 << 20;
const NO_PROGRESS = { enter: () => {}, at: () => {}, leave: () => {} };
const MAX_CHUNK_BODIES = 4_096;

function deliveryOf(seq: number, body: Uint8Array): Delivery {
  return { id: `sample-${seq}`, body, attributes: {}, receiveCount: 1, receivedAtMs: Date.now(), receipt: '' };
}

/** Gathers the rows of several chunks into one batch. */
export function rowGatherer(fields: readonly Field[]): { add(batch: ColumnBatch): void; finish(): ColumnBatch } {
  const builders: ColumnBuilder[] = fields.map(({ type }) => createBuilder(type));
  let rows = 0;
  return {
    add({ columns, length }) {
      for (const [i, builder] of builders.entries()) builder.appendRange(columns[i]!, 0, length);
      rows += length;
    },
    finish: () => finishBatch(fields, builders, rows),
  };
}

/** Samples are handed in. */
const noSource: Source = {
  replay: 'ordered',
  createReader: async () => ({ receive: async () => undefined, close: async () => {} }),
  createSettler: () => Promise.reject(new TypeError('samples are not settled')),
};
