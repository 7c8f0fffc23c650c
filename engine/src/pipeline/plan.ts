import os from 'node:os';
import path from 'node:path';
import type { Schema } from '../core/schema.ts';
import type { DeadLetterTarget, PipelinePlan, SinkPlan } from './checked-pipeline.ts';
import type { Choice, ComponentSet } from './components.ts';
import { defaultEncoder, encoderKeys, type PipelineConfig } from './schema.ts';

/** More lanes than this must be asked for: each holds its own code and buffers. */
const MAX_DEFAULT_LANES = 4;

export interface PlanFacts {
  readonly file: string;
  readonly environment?: string;
  readonly components: ComponentSet;
  readonly inputSchema: Schema;
}

/** A parsed file to a plan: names become choices, paths absolute, defaults that depend on other keys are filled in. Pure. */
export function planPipeline(config: PipelineConfig, facts: PlanFacts): PipelinePlan {
  const folder = path.dirname(facts.file);
  const source = sourceChoice(config.source, folder);
  const [first, ...more] = config.sinks.map((sink) => planSink(sink, folder, facts.components));
  if (!first) throw new TypeError('the schema lets no pipeline without sinks through');
  const { maxRows, maxOpenPartitions } = config.batch;
  return {
    name: config.name,
    file: facts.file,
    folder,
    environment: facts.environment,
    source,
    input: {
      format: formatOf(source),
      schema: facts.inputSchema,
      schemaFolder: path.resolve(folder, config.input.schema),
      rest: config.input.rest,
      maxRecordBytes: config.input.maxRecordSize,
    },
    transform: config.transform === undefined ? undefined : path.resolve(folder, config.transform),
    batch: {
      targetSizeBytes: config.batch.targetSize,
      maxAgeMs: config.batch.maxAge,
      memoryBytes: config.batch.memory,
      maxRows,
      maxOpenPartitions,
      spool: spoolOf(config.batch.spool, folder),
    },
    sinks: [first, ...more],
    errors: {
      record: config.errors.record,
      to: deadLetterTarget(config, folder),
      nackDelay: { baseMs: config.errors.nackDelay.base, maxMs: config.errors.nackDelay.max },
      maxReceives: config.errors.maxReceives,
      storm: config.errors.storm,
      transformTimeoutMs: config.errors.transformTimeout,
    },
    lanes: lanesOf(config.lanes),
    aws: config.aws,
    shutdown: { mode: config.shutdown.mode, graceMs: config.shutdown.grace },
    delivery: config.delivery,
    telemetry: config.telemetry,
    samples: config.samples,
  };
}

/** A fixed number is a range of one. */
function lanesOf(lanes: PipelineConfig['lanes'] = { mode: 'adaptive', min: 1 }): PipelinePlan['lanes'] {
  if (typeof lanes === 'number') return { min: lanes, max: lanes };
  if (lanes.mode === 'fixed') return { min: lanes.count, max: lanes.count };
  const { min, max = Math.max(min, Math.min(MAX_DEFAULT_LANES, os.availableParallelism())) } = lanes;
  return { min, max };
}

function spoolOf(
  { path: given, max }: PipelineConfig['batch']['spool'],
  folder: string,
): PipelinePlan['batch']['spool'] {
  return { folder: given && path.resolve(folder, given), maxBytes: max };
}

function sourceChoice({ module, options, ...builtIn }: Record<string, unknown>, folder: string): Choice {
  if (typeof module === 'string') return { module: path.resolve(folder, module), options };
  return onlyChoice(builtIn);
}

/** The one key that is set. choices.ts has made sure that there is exactly one. */
function onlyChoice(config: Record<string, unknown>): Extract<Choice, { type: string }> {
  const chosen = Object.entries(config).find(([, value]) => value !== undefined);
  if (!chosen) throw new TypeError('a choice without an alternative chosen');
  return { type: chosen[0], config: chosen[1] as Record<string, unknown> };
}

/** Sources say in their config how bodies are written; one that does not has JSON. */
function formatOf(source: Choice): string {
  const format = 'type' in source ? source.config.format : undefined;
  return typeof format === 'string' ? format : 'json';
}

function planSink(config: Record<string, unknown>, folder: string, components: ComponentSet): SinkPlan {
  const { module, options, ...keys } = config;
  if (typeof module === 'string') {
    const { partitionBy, encoder } = takeAddedKeys(keys, 'module', folder, components);
    return { sink: { module: path.resolve(folder, module), options }, partitionBy, encoder };
  }
  const { type, config: own } = onlyChoice(keys);
  const { rest, partitionBy, encoder } = takeAddedKeys(own, type, folder, components);
  return { sink: { type, config: rest }, partitionBy, encoder };
}

/** Parts the keys that the pipeline gave a sink from the sink's own. */
function takeAddedKeys(
  config: Readonly<Record<string, unknown>>,
  sink: string,
  folder: string,
  components: ComponentSet,
) {
  const { partitionBy, ...keys } = config;
  const names = encoderKeys(components);
  const rest = Object.fromEntries(Object.entries(keys).filter(([name]) => !names.includes(name)));
  const named = names.find((name) => keys[name] !== undefined);
  const encoder = named === undefined ? defaultChoice(sink, components) : encoderChoice(named, keys[named], folder);
  return { rest, encoder, partitionBy: Array.isArray(partitionBy) ? partitionBy.map(String) : [] };
}

function encoderChoice(name: string, config: unknown, folder: string): Choice {
  const { module, options } = config as { module?: unknown; options?: unknown };
  if (name === 'encoder') return { module: path.resolve(folder, String(module)), options };
  return { type: name, config: config as Record<string, unknown> };
}

function defaultChoice(sink: string, components: ComponentSet): Choice {
  const type = defaultEncoder(sink);
  return { type, config: components.encoder.get(type)?.config.parse({}) ?? {} };
}

/** Never below a table's prefix: a reader of the table would take dead letters for data. */
function deadLetterTarget(config: PipelineConfig, folder: string): DeadLetterTarget {
  const { s3, sqs, file } = config.errors.to ?? {};
  if (s3) return { type: 's3', ...s3 };
  if (sqs) return { type: 'sqs', ...sqs };
  if (file) return { type: 'file', path: path.resolve(folder, file.path) };
  const bucket = config.sinks
    .map((sink) => (sink.s3 as { bucket?: unknown } | undefined)?.bucket)
    .find((name) => name !== undefined);
  if (typeof bucket === 'string') return { type: 's3', bucket, prefix: '_errors' };
  return { type: 'file', path: path.join(folder, 'errors') };
}
