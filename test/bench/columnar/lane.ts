import path from 'node:path';
import type { Encoder, Segment } from '../../../engine/src/columns/encoder.ts';
import type { Scanner } from '../../../engine/src/columns/format.ts';
import { compilePartitioner } from '../../../engine/src/columns/partition.ts';
import type { Delivery } from '../../../engine/src/core/delivery.ts';
import { freeBuffer } from '../../../engine/src/core/free-buffer.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import type { Source } from '../../../engine/src/core/source.ts';
import { silentLogger, silentMetrics } from '../../../engine/src/core/telemetry.ts';
import { parquetOptions } from '../../../engine/src/encoders/parquet/options.ts';
import { ParquetEncoder } from '../../../engine/src/encoders/parquet/writer.ts';
import { createJsonScanner } from '../../../engine/src/kernel/json-scanner.ts';
import { threadKernel } from '../../../engine/src/kernel/kernel.ts';
import type { CheckedPipeline } from '../../../engine/src/pipeline/checked-pipeline.ts';
import { loadPipeline } from '../../../engine/src/pipeline/file.ts';
import { makeComponent } from '../../../engine/src/runtime/components.ts';
import type { LaneParts } from '../../../engine/src/runtime/lane.ts';
import { buildLane, contextOf, type LaneJob } from '../../../engine/src/runtime/lane-job.ts';
import { ownedParts } from '../../../engine/src/runtime/owned-parts.ts';
import { Pulse } from '../../../engine/src/runtime/pulse.ts';
import type { SealedRowGroup } from '../../../engine/src/runtime/row-groups.ts';
import { compileTransform } from '../../../engine/src/transforms/compile.ts';
import { type LaneSetup, writeParts } from './workspace.ts';

/** What a lane spends its time with; `wait` is for the file's next piece. */
export const STAGES = ['wait', 'scan', 'run', 'append', 'seal', 'write'] as const;
export type Stage = (typeof STAGES)[number];

/** One pass over the file. */
export interface LaneRun {
  readonly records: number;
  readonly rows: number;
  readonly bytesOut: number;
  readonly stageMs: Readonly<Record<Stage, number>>;
}

const LANE_BYTES = 256 << 20;

/**
 * A lane as `buildLane` makes it for a pipeline, without the port: what it seals is put into files here, as the landing does,
 * not transferred to another thread.
 */
export class BenchLane {
  readonly #setup: LaneSetup;
  readonly #parts: LaneParts;
  readonly #source: Source;
  readonly #encoder: Encoder;
  readonly #fileFields: readonly Field[];
  #stageMs: Record<Stage, number> = noTime();
  #segments = new Map<string, Segment[]>();
  #seq = 0;

  constructor(setup: LaneSetup, parts: LaneParts, source: Source, encoder: Encoder, partitionBy: readonly string[]) {
    this.#setup = setup;
    this.#parts = parts;
    this.#source = source;
    this.#encoder = encoder;
    this.#fileFields = compilePartitioner(partitionBy, parts.runner.output).fileFields;
  }

  /** Reads the file, writes the files. Throws if a record is bad or fails: the data is made to fit. */
  async run(): Promise<LaneRun> {
    this.#stageMs = noTime();
    this.#segments = new Map();
    const reader = await this.#source.createReader();
    const { signal } = new AbortController();
    let records = 0;
    let rows = 0;
    // A receive is always under way, as a lane's pollers have it.
    let next = reader.receive(signal);
    while (true) {
      const deliveries = await this.#timed('wait', () => next);
      if (!deliveries) break;
      next = reader.receive(signal);
      const done = await this.#process(deliveries);
      records += done.records;
      rows += done.rows;
      reader.release?.(deliveries);
    }
    await reader.close();
    const groups = this.#parts.sinks[0]!;
    for (const partition of groups.partitions) this.#seal(partition);
    const bytesOut = await this.#timed('write', () => this.#writeFiles());
    return { records, rows, bytesOut, stageMs: this.#stageMs };
  }

  async #process(deliveries: readonly Delivery[]): Promise<{ records: number; rows: number }> {
    const { scanner, runner, sinks } = this.#parts;
    const { records, bad } = await this.#timed('scan', () => {
      for (const { body } of deliveries) scanner.add(body);
      return scanner.take();
    });
    const { output, failed } = await this.#timed('run', () => runner.run(records, deliveries));
    const [failure] = [...bad, ...failed];
    if (failure) throw new Error(`a record of the benchmark ${failure.reason}: ${failure.message}`);
    const groups = sinks[0]!;
    const owners = new Uint32Array(output.length).fill(++this.#seq);
    const full = await this.#timed('append', () => {
      const sealed = (group: SealedRowGroup) => this.#keep(group);
      groups.add(output, owners, 0, { placed: () => {}, opened: () => {}, sealed });
      return groups.full();
    });
    for (const partition of full) this.#seal(partition);
    return { records: records.rows.length, rows: output.length };
  }

  #seal(partition: string): void {
    const start = performance.now();
    for (const sealed of this.#parts.sinks[0]!.seal(partition)) this.#keep(sealed);
    this.#stageMs.seal += performance.now() - start;
  }

  #keep({ partition, segment }: SealedRowGroup): void {
    const kept = { ...segment, parts: ownedParts(segment) };
    const segments = this.#segments.get(partition);
    if (segments) segments.push(kept);
    else this.#segments.set(partition, [kept]);
  }

  #writeFiles(): number {
    let bytes = 0;
    for (const [partition, segments] of this.#segments) {
      const parts = this.#encoder.assemble(segments, { fields: this.#fileFields, keyValues: {} });
      bytes += writeParts(path.join(this.#setup.target, partition, this.#setup.fileName), parts);
      for (const part of segments.flatMap((segment) => segment.parts)) freeBuffer(part); // as the landing does once they are written
    }
    return bytes;
  }

  async #timed<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.#stageMs[stage] += performance.now() - start;
    return result;
  }
}

/** Builds a lane on this thread. */
export async function openLane(setup: LaneSetup): Promise<BenchLane> {
  const pipeline = await loadPipeline(setup.pipeline, { set: [`source.file.path=${setup.source}`] });
  const transform = pipeline.transform ? await compileTransform(pipeline.transform) : undefined;
  const job: LaneJob = {
    pipeline,
    aws: {},
    runId: 'bench',
    lane: 0,
    lanes: 1,
    transform,
    own: {},
    laneBytes: LANE_BYTES,
    looksUp: false,
  };
  const context = contextOf(job, { logger: silentLogger, metrics: silentMetrics });
  const bodyMemory = setup.twin ? undefined : threadKernel().bodies; // as a lane's source has it
  const source = await makeComponent('source', pipeline.source, { ...context, bodyMemory }, {});
  const [{ encoder: choice, partitionBy }] = pipeline.sinks;
  const encoder = setup.twin ? twinEncoder(pipeline) : await makeComponent('encoder', choice, context, {});
  const parts = await buildLane(job, context, new Pulse(), { source, encoder });
  await parts.reader.close();
  const scanner = setup.twin ? twinScanner(pipeline) : parts.scanner;
  return new BenchLane(setup, { ...parts, scanner }, source, encoder, partitionBy);
}

function twinScanner({ input: { schema, rest, maxRecordBytes } }: CheckedPipeline): Scanner {
  return createJsonScanner(schema, { rest, maxRecordBytes });
}

function twinEncoder({ sinks: [{ encoder }] }: CheckedPipeline): Encoder {
  return new ParquetEncoder(parquetOptions.parse('config' in encoder ? encoder.config : {}));
}

function noTime(): Record<Stage, number> {
  return { wait: 0, scan: 0, run: 0, append: 0, seal: 0, write: 0 };
}
