import { randomUUID } from 'node:crypto';
import { eventTimeField } from '../columns/event-time.ts';
import { compilePartitioner } from '../columns/partition.ts';
import { systemClock } from '../core/clock.ts';
import type { AwsSettings } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Source } from '../core/source.ts';
import { type Logger, type Metrics, silentLogger, silentMetrics } from '../core/telemetry.ts';
import { checkPipeline } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';
import { createDeadLetters } from '../pipeline/dead-letters.ts';
import { hasErrors, problemsError } from '../pipeline/problems.ts';
import { compileModule, compileTransform } from '../transforms/compile.ts';
import { CommitLog } from './commit-log.ts';
import { makeComponent, type OwnModules } from './components.ts';
import { createSpool } from './create-spool.ts';
import type { RunPlan } from './engine.ts';
import { thisHost } from './host.ts';
import type { GuardPort } from './isolation.ts';
import type { LandingSink } from './landing-parts.ts';
import { inlineLane, threadLane } from './lane-handles.ts';
import { contextOf, type LaneJob } from './lane-job.ts';
import type { ScalingPort } from './lane-scaler.ts';
import type { LeaseTerms } from './lease-keeper.ts';
import { isLive, type LiveComponents } from './live.ts';
import type { PoisonState } from './poison-list.ts';
import type { Run } from './run.ts';
import { sinkNames } from './sink-names.ts';

export interface RunOptions {
  /** End when the source has nothing left. Default: run until stopped. */
  readonly drain?: boolean;
  /** In logs, metrics, dead letters and the objects' metadata. Default: a random UUID. */
  readonly runId?: string;
  /** Gets events with closed names. Default: none. */
  readonly logger?: Logger;
  /** Is told everything that is counted, as it happens. Default: none. */
  readonly metrics?: Metrics;
  /**
   * Where `OTEL_EXPORTER_OTLP_ENDPOINT` and the like in here ask for it, metrics go to an OTLP endpoint; `process.env` is what the
   * command line gives, and what the exporter reads its other settings from. Default: none; a program has exporters of its own.
   */
  readonly otelEnv?: Readonly<Record<string, string | undefined>>;
  /** Folder for a CPU profile of each thread, from its start to its end; made where it is missing. Default: none is taken. */
  readonly profileFolder?: string;
  /** Where the embedded AWS listens; needed when the pipeline says `aws: embedded`. */
  readonly embeddedEndpoint?: string;
  /** Whoever started the run opens taps on it in this process, unless `telemetry.tap` is off. Default: false. */
  readonly isTapped?: boolean;
  /** What `telemetry.tap: token` asks of whoever looks at records. */
  readonly tapToken?: string;
  readonly live?: LiveComponents;
  /** Aborting asks for an orderly end: receive no more, flush, settle. A reason with `withinMs` shortens `shutdown.grace`. */
  readonly signal?: AbortSignal;
  /** Called once the run has begun, with a way to look at it. */
  readonly onStart?: (run: Run) => void;
  /** Whoever starts this process again if it ends abnormally. Default: nobody. */
  readonly guard?: GuardPort;
  /** Heap of a lane's thread. Default: 2 GiB. */
  readonly laneHeapBytes?: number;
  /** What the autoscaler sees of the machine, and when it looks. Default: this process and its container, every second. */
  readonly scaling?: ScalingPort;
  /** How often the source's backlog is asked for. Default: 1 s. */
  readonly backlogEveryMs?: number;
}

/** What an engine that takes over from another one goes on with. */
export interface Inheritance {
  /** Lanes are numbered on. */
  nextLane(): number;
  /** What is known of records that end lanes. */
  readonly known?: PoisonState;
}

/** An engine's plan, and what it was made from. */
export interface PlannedRun {
  readonly pipeline: CheckedPipeline;
  readonly plan: RunPlan;
  /** Absolute paths of the user's code that was compiled. */
  readonly inputs: readonly string[];
}

/** After a lease has run out, until a message is handed out again and processed. */
const COMES_AGAIN_ALLOWANCE_MS = 60_000;
/**
 * What of the memory is for rows that lanes have not sealed yet, and what for sealed bytes on their way. The rest is what both take
 * beside what can be counted: pages that are larger than what is in them so far, and garbage.
 */
const LANES_SHARE = 0.35;
const LANDING_SHARE = 0.35;

/** Compiles and makes everything that a run of the pipeline needs. Nothing is contacted. */
export async function planRun(
  pipeline: CheckedPipeline,
  options: RunOptions,
  { nextLane, known }: Inheritance,
): Promise<PlannedRun> {
  const { logger = silentLogger, metrics = silentMetrics, live = {}, runId = randomUUID(), guard } = options;
  const aws = awsOf(pipeline, options);
  const own = await compileOwn(pipeline);
  const transform = pipeline.transform ? await compileTransform(pipeline.transform) : undefined;
  const context = contextOf({ pipeline, aws, runId }, { logger, metrics });
  const source = live.source ?? (await makeComponent('source', pipeline.source, context, own));
  const scaling = options.scaling ?? { host: thisHost, clock: systemClock, everyMs: 1_000 };
  const { cpus } = await scaling.host.look();
  const lanes = laneLimits(pipeline.lanes, { source, live, cpus });
  const memory = pipeline.batch.memoryBytes;
  const exactlyOnce = pipeline.delivery === 'exactly-once' && source.replay === 'unordered';
  const sinks = await landingSinks(pipeline, options, own, aws, runId, exactlyOnce);
  const job: Omit<LaneJob, 'lane'> = {
    pipeline,
    aws,
    runId,
    transform,
    own,
    lanes: lanes.max,
    laneBytes: (memory * LANES_SHARE) / lanes.max,
    heapBytes: options.laneHeapBytes,
    profileFolder: options.profileFolder,
    looksUp: sinks.some(({ commits }) => commits !== undefined),
    notes: guard?.notes,
    isTapped: options.isTapped,
  };
  // A live component's lane runs on this thread, where nothing can end it; an ordered source hands out everything once a run.
  const comesAgain = source.replay === 'unordered' && !isLive(live);
  if (comesAgain) guard?.canRestart();
  const startLane = (lane: number) =>
    isLive(live) ? inlineLane({ ...job, lane }, live, { logger, metrics }) : threadLane({ ...job, lane });
  const plan: RunPlan = {
    source,
    lanes,
    nextLane,
    scaling,
    startLane,
    landing: {
      pipeline: pipeline.name,
      runId,
      replay: source.replay,
      settler: await source.createSettler(),
      sinks,
      deadLetters: await createDeadLetters(pipeline, context),
      storm: pipeline.errors.storm,
      memoryBytes: memory * LANDING_SHARE,
      spool: await createSpool(pipeline, logger),
      nackDelay: pipeline.errors.nackDelay,
      maxReceives: pipeline.errors.maxReceives,
      maxInFlight: source.maxInFlight,
      lease: leaseOf(source, sinks),
      clock: systemClock,
      logger,
      metrics,
    },
    drain: options.drain ?? false,
    shutdown: pipeline.shutdown.mode,
    graceMs: pipeline.shutdown.graceMs,
    transformTimeoutMs: pipeline.errors.transformTimeoutMs,
    isolation: {
      policy: pipeline.errors.record,
      comesAgain,
      comesAgainWithinMs: (source.leaseMs ?? 0) + COMES_AGAIN_ALLOWANCE_MS,
      guard,
      known,
    },
    stormPauseMs: 60_000,
    backlogEveryMs: options.backlogEveryMs ?? 1_000,
  };
  return { pipeline, plan, inputs: [transform, ...Object.values(own)].flatMap((module) => module?.inputs ?? []) };
}

/** Exactly once rests on leases that are certain: see `LeaseTerms`. */
function leaseOf({ leaseMs, leaseCeilingMs }: Source, sinks: readonly LandingSink[]): LeaseTerms | undefined {
  if (leaseMs === undefined) return undefined;
  return { leaseMs, ceilingMs: leaseCeilingMs, lapsesForGood: sinks.some(({ commits }) => commits !== undefined) };
}

/**
 * A live component cannot cross threads. A source that hands out the same deliveries in the same order keeps its lanes: a number
 * that changes with the load would change who reads what.
 */
function laneLimits(
  { min, max }: CheckedPipeline['lanes'],
  { source, live, cpus }: { source: Source; live: LiveComponents; cpus: number },
): RunPlan['lanes'] {
  const most = isLive(live) ? 1 : Math.min(max, source.maxLanes ?? max);
  const least = source.replay === 'ordered' ? most : Math.min(min, most);
  // With as many as there are CPUs, for a run often begins with a backlog; those that are not needed go.
  return { min: least, max: most, start: Math.max(least, Math.min(most, Math.ceil(cpus))) };
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
  const memoryBytes = (pipeline.batch.memoryBytes * LANDING_SHARE) / 2 / pipeline.sinks.length;
  const limits = { targetSizeBytes, maxAgeMs, maxRows, memoryBytes };
  const keyValues = {
    'parquetry.pipeline': pipeline.name,
    'parquetry.schema': String(pipeline.input.schema.version ?? 1),
  };
  const names = sinkNames(pipeline.sinks.map(({ sink }) => sink));
  return Promise.all(
    pipeline.sinks.map(async (plan, position): Promise<LandingSink> => {
      const fields = compilePartitioner(plan.partitionBy, output.fields).fileFields;
      const eventTime = eventTimeField(plan.partitionBy, output.fields, fields);
      const encoder = live.encoder ?? (await makeComponent('encoder', plan.encoder, context, own));
      const sink = live.sinks?.[position] ?? (await makeComponent('sink', plan.sink, context, own));
      const about = { fields, keyValues };
      const intents = exactlyOnce ? sink.intents?.(pipeline.name) : undefined;
      const commits = intents && new CommitLog(intents, systemClock, () => encoder.assemble([], about));
      return { name: names[position]!, sink, encoder, limits, about, commits, eventTime, maxOpenPartitions };
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
