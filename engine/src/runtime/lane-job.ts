import { openSync } from 'node:fs';
import path from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { compilePartitioner } from '../columns/partition.ts';
import type { AwsSettings, ComponentContext } from '../core/component.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { createComponent } from '../pipeline/components.ts';
import type { CompiledTransform } from '../transforms/compile.ts';
import { createTransformRunner } from '../transforms/runner.ts';
import { makeComponent, type OwnModules } from './components.ts';
import type { LaneParts } from './lane.ts';
import { openLaneTap } from './lane-tap.ts';
import type { LiveComponents } from './live.ts';
import { sampled } from './payload-sampling.ts';
import { notedProgress, type Progress, pulseProgress } from './progress.ts';
import type { Pulse } from './pulse.ts';
import { RowGroups } from './row-groups.ts';
import { TrialEncoder } from './trial-encoder.ts';

/** What a lane is told to do. Plain data: it crosses threads. */
export interface LaneJob {
  readonly pipeline: CheckedPipeline;
  readonly aws: AwsSettings;
  readonly runId: string;
  readonly lane: number;
  readonly transform?: CompiledTransform;
  readonly own: OwnModules;
  /** Lanes that the run may have at once. */
  readonly lanes: number;
  /** Column bytes that the lane's open row groups may hold, all sinks together. */
  readonly laneBytes: number;
  /** Whether the landing looks up deliveries that came again. */
  readonly looksUp: boolean;
  /** Folder for a CPU profile of the lane's thread. Absent: none is taken. */
  readonly profileFolder?: string;
  /** Old-generation heap of a lane's thread. Default: 2 GiB. */
  readonly heapBytes?: number;
  /** Folder in which lanes note what they are at, for whoever finds the process dead. Absent: nobody would look. */
  readonly notes?: string;
  /** Somebody in this process may look at records, though the engine listens nowhere. Default: false. */
  readonly isTapped?: boolean;
}

/** Added to the batch's age when a source is told how long to lease: retries of a write (two minutes) queue behind others'. */
const UPLOAD_ALLOWANCE_MS = 420_000;
const DEFAULT_ROW_GROUP_BYTES = 16 << 20;
const DEFAULT_ROW_GROUP_ROWS = 1_000_000;
const MIN_CHUNK_BYTES = 16 << 10;
/** Chunks to fill a file of incompressible rows: a file can end only between chunks, and is to end near its target. */
const CHUNKS_A_FILE = 32;
/** Reports of how large its row group has become, by each lane and for each file. */
const REPORTS_A_FILE = 64;
/** Of a lane's bytes, what of it may be on its way to the landing: a row group of the largest, or many small ones. */
const CREDIT_SHARE = 1 / 2;

/** The context that a pipeline's components are made with. */
export function contextOf(
  { pipeline, aws, runId }: Pick<LaneJob, 'pipeline' | 'aws' | 'runId'>,
  telemetry: { logger: Logger; metrics: Metrics },
): ComponentContext {
  const { name, folder, batch, input } = pipeline;
  const expectedHoldMs = batch.maxAgeMs + UPLOAD_ALLOWANCE_MS;
  const { schema, rest } = input;
  return { pipeline: name, runId, folder, aws, input: { schema, rest }, expectedHoldMs, ...telemetry };
}

/** Builds a lane's parts on the thread that calls. Live components, where given, take the place of the configured ones. */
export async function buildLane(
  job: LaneJob,
  context: ComponentContext,
  pulse: Pulse,
  live: LiveComponents = {},
): Promise<LaneParts> {
  const { pipeline, own } = job;
  const { schema, rest, maxRecordBytes, format } = pipeline.input;
  const scanner = (await createComponent('format', { type: format, config: {} }, context)).createScanner(schema, {
    rest,
    maxRecordBytes,
  });
  const sourceContext = { ...context, bodyMemory: scanner.bodyMemory };
  const source = live.source ?? (await makeComponent('source', pipeline.source, sourceContext, own));
  const runner = await createTransformRunner(job.transform, scanner.schema, {
    pipeline: pipeline.name,
    folder: pipeline.folder,
    passthrough: pipeline.errors.record === 'passthrough',
    position: pulse.position,
  });
  const sinks: RowGroups[] = [];
  const trials: TrialEncoder[] = [];
  const probes: TrialEncoder[] = [];
  let chunkBytes = Number.POSITIVE_INFINITY;
  for (const plan of pipeline.sinks) {
    const encoder = live.encoder ?? (await makeComponent('encoder', plan.encoder, context, own));
    const partitioner = compilePartitioner(plan.partitionBy, runner.output);
    const { encodedBytes = DEFAULT_ROW_GROUP_BYTES, rows = DEFAULT_ROW_GROUP_ROWS } = encoder.rowGroup ?? {};
    const { targetSizeBytes, maxRows = rows } = pipeline.batch;
    const laneBytes = job.laneBytes / pipeline.sinks.length;
    const limits = {
      // A row group that is sealed exists twice for a moment.
      encodedBytes: equalShare(targetSizeBytes / job.lanes, Math.min(encodedBytes, laneBytes / 2)),
      // A file is closed by the rows that are sealed, so a row group must not outgrow it.
      rows: Math.min(rows, maxRows),
      laneBytes,
      maxOpen: pipeline.batch.maxOpenPartitions,
      reportBytes: targetSizeBytes / REPORTS_A_FILE,
    };
    sinks.push(new RowGroups(encoder, partitioner, limits));
    chunkBytes = Math.min(chunkBytes, targetSizeBytes / CHUNKS_A_FILE);
    const probe = new TrialEncoder(encoder, (batch) => partitioner.fileBatch(batch));
    probes.push(probe);
    if (encoder.mayRefuse) trials.push(probe);
  }
  const { logger, metrics } = context;
  const port = { logger, metrics, random: Math.random };
  const reader = sampled(await source.createReader(), pipeline.telemetry.samplePayloads, port);
  return {
    reader,
    pollers: source.pollers ?? 1,
    scanner,
    runner,
    policy: pipeline.errors.record,
    // Row groups are measured between chunks: where they are to be small, chunks are, too.
    chunkBytes: Math.max(MIN_CHUNK_BYTES, chunkBytes),
    sinks,
    trials,
    probes,
    progress: progressOf(job, pulse),
    heapShare: heapMeter(),
    creditBytes: job.laneBytes * CREDIT_SHARE,
    looksUp: job.looksUp,
    openedTap: maybeTapped(job) ? openLaneTap(job.runId, job.lane) : undefined,
  };
}

/** Whether anybody may come to look at records. */
function maybeTapped({ pipeline: { telemetry }, isTapped = false }: LaneJob): boolean {
  return telemetry.tap !== 'off' && (isTapped || telemetry.listen !== undefined);
}

function progressOf({ notes, lane }: LaneJob, pulse: Pulse): Progress {
  const shared = pulseProgress(pulse);
  return notes === undefined ? shared : notedProgress(shared, openSync(path.join(notes, `lane-${lane}`), 'w'));
}

/** What the calling thread holds from now on, as a share of its heap's limit; with the buffers outside of it, which count as well. */
function heapMeter(): () => number {
  const base = getHeapStatistics().external_memory;
  return () => {
    const { used_heap_size: used, heap_size_limit: limit, external_memory: external } = getHeapStatistics();
    return (used + Math.max(0, external - base)) / limit;
  };
}

/** Equal parts, whichever lane seals them, add up to a file's target without waiting for word from the landing. */
function equalShare(bytes: number, mostBytes: number): number {
  return bytes / Math.ceil(bytes / mostBytes);
}
