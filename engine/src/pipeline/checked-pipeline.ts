import type { AwsSettings } from '../core/component.ts';
import type { Schema } from '../core/schema.ts';
import type { Choice } from './components.ts';
import type { Problem } from './problems.ts';

/**
 * A pipeline file without mistakes, defaults filled in, units resolved, paths absolute. Plain data: it crosses threads, and every
 * thread makes its own components from it.
 */
export interface CheckedPipeline extends PipelinePlan {
  /** What does not forbid to run, but will hurt. */
  readonly warnings: readonly Problem[];
}

/** What a pipeline file says, by itself. */
export interface PipelinePlan {
  readonly name: string;
  /** Absolute path of the pipeline file, and of its folder: relative paths start there. */
  readonly file: string;
  readonly folder: string;
  /** Environment that was asked for. */
  readonly environment?: string;
  readonly source: Choice;
  readonly input: InputPlan;
  /** Absolute path of the user's transform; absent: records go through as the input schema says. */
  readonly transform?: string;
  readonly batch: BatchPlan;
  readonly sinks: readonly [SinkPlan, ...SinkPlan[]];
  readonly errors: ErrorsPlan;
  /** Worker threads: as many as the load asks for, within these. */
  readonly lanes: { readonly min: number; readonly max: number };
  readonly aws: AwsSettings | 'embedded';
  readonly shutdown: { readonly mode: 'auto' | 'flush' | 'return'; readonly graceMs: number };
  readonly delivery: 'exactly-once' | 'at-least-once';
  readonly telemetry: TelemetryPlan;
  /** How samples are taken; nothing to a run. */
  readonly samples: SamplesPlan;
}

export interface SamplesPlan {
  /** Fields by dotted path, with `*` for one step. */
  readonly redact: readonly string[];
  readonly how: 'mask' | 'hash' | 'remove';
}

export interface TelemetryPlan {
  readonly listen?: string;
  readonly samplePayloads: number;
  /** Who may look at records of the run. */
  readonly tap: 'off' | 'loopback' | 'token';
}

export interface InputPlan {
  /** Type of the format that reads bodies. */
  readonly format: string;
  /** The frozen input schema: the highest version. */
  readonly schema: Schema;
  /** Absolute path of the folder that it was read from. */
  readonly schemaFolder: string;
  /** Keep unknown keys in `_rest`. */
  readonly rest: boolean;
  /** Longer records are bad. */
  readonly maxRecordBytes: number;
}

export interface BatchPlan {
  readonly targetSizeBytes: number;
  readonly maxAgeMs: number;
  readonly maxRows?: number;
  readonly memoryBytes: number;
  readonly maxOpenPartitions: number;
  /** Absolute folder; absent: the one for temporary files, unless it lies in memory. */
  readonly spool: { readonly folder?: string; readonly maxBytes: number };
}

export interface SinkPlan {
  readonly sink: Choice;
  readonly encoder: Choice;
  /** Templates, one a path level; empty: no partitions. */
  readonly partitionBy: readonly string[];
}

export interface ErrorsPlan {
  readonly record: 'dead-letter' | 'drop' | 'passthrough' | 'fail';
  /** Where dead letters go, given or by default. */
  readonly to: DeadLetterTarget;
  readonly nackDelay: { readonly baseMs: number; readonly maxMs: number };
  readonly maxReceives: number;
  readonly storm: { readonly share: number; readonly window: number };
  /** Longest time of user code on one record. */
  readonly transformTimeoutMs: number;
}

export type DeadLetterTarget =
  | { readonly type: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly type: 'sqs'; readonly queue: string }
  /** Absolute path. */
  | { readonly type: 'file'; readonly path: string };
