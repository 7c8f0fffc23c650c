import { compilePartitioner } from '../columns/partition.ts';
import type { AwsSettings, ComponentContext } from '../core/component.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { createComponent } from '../pipeline/components.ts';
import type { CompiledTransform } from '../transforms/compile.ts';
import { createTransformRunner } from '../transforms/runner.ts';
import { makeComponent, type OwnModules } from './components.ts';
import type { LaneParts } from './lane.ts';
import type { LiveComponents } from './live.ts';
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
  /** Column bytes that the lane's open row groups may hold, all sinks together. */
  readonly laneBytes: number;
  /** Whether the landing looks up deliveries that came again. */
  readonly looksUp: boolean;
}

/** Added to the batch's age when a source is told how long to lease: retries of a write (two minutes) queue behind others'. */
const UPLOAD_ALLOWANCE_MS = 420_000;
const DEFAULT_ROW_GROUP_BYTES = 16 << 20;
const DEFAULT_ROW_GROUP_ROWS = 1_000_000;
const MIN_CHUNK_BYTES = 16 << 10;
/** A file of small target still gets several row groups, so that it ends near its target. */
const ROW_GROUPS_A_FILE = 8;

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
  const source = live.source ?? (await makeComponent('source', pipeline.source, context, own));
  const scanner = (await createComponent('format', { type: format, config: {} }, context)).createScanner(schema, {
    rest,
    maxRecordBytes,
  });
  const runner = await createTransformRunner(job.transform, scanner.schema, {
    pipeline: pipeline.name,
    folder: pipeline.folder,
    passthrough: pipeline.errors.record === 'passthrough',
  });
  const sinks: RowGroups[] = [];
  const trials: TrialEncoder[] = [];
  let chunkBytes = Number.POSITIVE_INFINITY;
  for (const plan of pipeline.sinks) {
    const encoder = live.encoder ?? (await makeComponent('encoder', plan.encoder, context, own));
    const partitioner = compilePartitioner(plan.partitionBy, runner.output);
    const { encodedBytes = DEFAULT_ROW_GROUP_BYTES, rows = DEFAULT_ROW_GROUP_ROWS } = encoder.rowGroup ?? {};
    const { targetSizeBytes, maxRows = rows } = pipeline.batch;
    const limits = {
      encodedBytes: Math.min(encodedBytes, Math.ceil(targetSizeBytes / ROW_GROUPS_A_FILE)),
      // A file is closed by the rows that are sealed, so a row group must not outgrow it.
      rows: Math.min(rows, maxRows),
      laneBytes: job.laneBytes / pipeline.sinks.length,
    };
    sinks.push(new RowGroups(encoder, partitioner, limits));
    chunkBytes = Math.min(chunkBytes, limits.encodedBytes);
    if (encoder.mayRefuse) trials.push(new TrialEncoder(encoder, (batch) => partitioner.fileBatch(batch)));
  }
  const reader = await source.createReader();
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
    pulse,
    looksUp: job.looksUp,
  };
}
