import { randomUUID } from 'node:crypto';
import { compilePartitioner } from '../columns/partition.ts';
import { systemClock } from '../core/clock.ts';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import { type Logger, type Metrics, silentLogger, silentMetrics } from '../core/telemetry.ts';
import { checkPipeline } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';
import { createDeadLetters } from '../pipeline/dead-letters.ts';
import { hasErrors, problemsError } from '../pipeline/problems.ts';
import { compileModule, compileTransform } from '../transforms/compile.ts';
import { CommitLog } from './commit-log.ts';
import { makeComponent, type OwnModules } from './components.ts';
import { Engine, type RunPlan, type RunSummary } from './engine.ts';
import type { LandingSink } from './landing-parts.ts';
import { inlineLane, threadLane } from './lane-handles.ts';
import { contextOf, type LaneJob } from './lane-job.ts';
import { isLive, type LiveComponents } from './live.ts';
import { createRunTelemetry } from './run-telemetry.ts';

export interface RunOptions {
  /** End when the source has nothing left. Default: run until stopped. */
  readonly drain?: boolean;
  /** In logs, metrics, dead letters and the objects' metadata. Default: a random UUID. */
  readonly runId?: string;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** Where the embedded AWS listens; needed when the pipeline says `aws: embedded`. */
  readonly embeddedEndpoint?: string;
  readonly live?: LiveComponents;
  /** Aborting asks for an orderly end: receive no more, flush, settle. */
  readonly signal?: AbortSignal;
  /** Called once the run has begun, with a way to look at it. */
  readonly onStart?: (engine: Engine) => void;
  /** Time for one chunk in user code. Default: 60 s. */
  readonly transformTimeoutMs?: number;
  /** How often the source's backlog is asked for. Default: 1 s. */
  readonly backlogEveryMs?: number;
}

/** Half of the memory is for sealed bytes on their way, half for what lanes have not sealed yet. */
const LANES_SHARE = 0.5;

/**
 * Runs a checked pipeline to its end. Rejects with a ParquetryError before anything was received if the transform does not
 * compile or a queue or bucket cannot be used; later failures are in the summary, with the accounts.
 */
export async function runPipeline(pipeline: CheckedPipeline, options: RunOptions = {}): Promise<RunSummary> {
  const { logger = silentLogger, metrics = silentMetrics } = options;
  const telemetry = await createRunTelemetry(pipeline.telemetry.listen, { pipeline: pipeline.name }, metrics);
  const plan = await planRun(pipeline, { ...options, metrics: telemetry.metrics });
  const engine = new Engine(plan);
  await using _listening = await telemetry.serve(engine, logger);
  const stop = () => engine.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  options.onStart?.(engine);
  try {
    return await engine.run();
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

async function planRun(pipeline: CheckedPipeline, options: RunOptions): Promise<RunPlan> {
  const { logger = silentLogger, metrics = silentMetrics, live = {}, runId = randomUUID() } = options;
  const aws = awsOf(pipeline, options);
  const own = await compileOwn(pipeline);
  const transform = pipeline.transform ? await compileTransform(pipeline.transform) : undefined;
  const context = contextOf({ pipeline, aws, runId }, { logger, metrics });
  const source = live.source ?? (await makeComponent('source', pipeline.source, context, own));
  // A live component cannot cross threads.
  const lanes = isLive(live) ? 1 : Math.min(pipeline.lanes, source.maxLanes ?? pipeline.lanes);
  const memory = pipeline.batch.memoryBytes;
  const exactlyOnce = pipeline.delivery === 'exactly-once' && source.replay === 'unordered';
  const sinks = await landingSinks(pipeline, options, own, aws, runId, exactlyOnce);
  const job: Omit<LaneJob, 'lane'> = {
    pipeline,
    aws,
    runId,
    transform,
    own,
    laneBytes: (memory * LANES_SHARE) / lanes,
    looksUp: sinks.some(({ commits }) => commits !== undefined),
  };
  const startLane = (lane: number) =>
    isLive(live) ? inlineLane({ ...job, lane }, live, { logger, metrics }) : threadLane({ ...job, lane });
  return {
    source,
    lanes,
    startLane,
    landing: {
      pipeline: pipeline.name,
      runId,
      replay: source.replay,
      settler: await source.createSettler(),
      sinks,
      deadLetters: await createDeadLetters(pipeline, context),
      storm: pipeline.errors.storm,
      memoryBytes: memory * (1 - LANES_SHARE),
      maxInFlight: source.maxInFlight,
      lease: source.leaseMs === undefined ? undefined : { leaseMs: source.leaseMs, ceilingMs: source.leaseCeilingMs },
      clock: systemClock,
      logger,
      metrics,
    },
    drain: options.drain ?? false,
    graceMs: pipeline.shutdown.graceMs,
    transformTimeoutMs: options.transformTimeoutMs ?? 60_000,
    stormPauseMs: 60_000,
    backlogEveryMs: options.backlogEveryMs ?? 1_000,
  };
}

async function landingSinks(
  pipeline: CheckedPipeline,
  { live = {}, logger = silentLogger, metrics = silentMetrics }: RunOptions,
  own: OwnModules,
  aws: AwsSettings,
  runId: string,
  exactlyOnce: boolean,
): Promise<LandingSink[]> {
  const context = contextOf({ pipeline, aws, runId }, { logger, metrics });
  const { output, problems } = await checkPipeline(pipeline);
  if (hasErrors(problems)) throw problemsError(problems);
  const { targetSizeBytes, maxAgeMs, maxRows, maxOpenPartitions } = pipeline.batch;
  const memoryBytes = (pipeline.batch.memoryBytes * (1 - LANES_SHARE)) / 2 / pipeline.sinks.length;
  const limits = { targetSizeBytes, maxAgeMs, maxRows, memoryBytes, maxOpenFiles: maxOpenPartitions };
  const keyValues = {
    'parquetry.pipeline': pipeline.name,
    'parquetry.schema': String(pipeline.input.schema.version ?? 1),
  };
  return Promise.all(
    pipeline.sinks.map(async (plan, position): Promise<LandingSink> => {
      const fields = compilePartitioner(plan.partitionBy, output.fields).fileFields;
      const encoder = live.encoder ?? (await makeComponent('encoder', plan.encoder, context, own));
      const sink = live.sinks?.[position] ?? (await makeComponent('sink', plan.sink, context, own));
      const name = 'type' in plan.sink ? plan.sink.type : 'module';
      const about = { fields, keyValues };
      const intents = exactlyOnce ? sink.intents?.(pipeline.name) : undefined;
      const commits = intents && new CommitLog(intents, systemClock, () => encoder.assemble([], about));
      return { name, sink, encoder, limits, about, commits };
    }),
  );
}

function awsOf({ aws }: CheckedPipeline, { embeddedEndpoint }: RunOptions): AwsSettings {
  if (aws !== 'embedded') return aws;
  if (embeddedEndpoint === undefined) {
    throw new ParquetryError('E_CONFIG', 'the pipeline says `aws: embedded`, but no embedded AWS is running', {
      hint: 'Start one with startEmulator() and hand its endpoint on as embeddedEndpoint; `parquetry run` does so by itself.',
    });
  }
  return { endpoint: embeddedEndpoint, region: 'us-east-1', forcePathStyle: true };
}

async function compileOwn(pipeline: CheckedPipeline): Promise<OwnModules> {
  const choices: Choice[] = [pipeline.source, ...pipeline.sinks.flatMap(({ sink, encoder }) => [sink, encoder])];
  const files = new Set(choices.flatMap((choice) => ('module' in choice ? [choice.module] : [])));
  const compiled = await Promise.all([...files].map(async (file) => [file, await compileModule(file)] as const));
  return Object.fromEntries(compiled);
}
