import type { ErrorFacts } from '../../core/errors.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { WireError } from '../../protocol/frames.ts';
import type { PreviewResult } from '../../protocol/preview.ts';
import type { OwnModules } from '../../runtime/components.ts';
import type { CompiledTransform } from '../../transforms/compile.ts';

/** A sample file. `text` is what an editor has not saved yet. */
export interface SampleSource {
  /** Absolute path. */
  readonly file: string;
  readonly text?: string;
  /** What `ctx.attributes` says for records of `text`. Default: as for records of the file, its path. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What a preview's thread is to do. Plain data: it crosses threads. */
export interface PreviewJob {
  readonly pipeline: CheckedPipeline;
  readonly transform?: CompiledTransform;
  /** The user's own encoders, compiled. */
  readonly own: OwnModules;
  readonly samples: readonly SampleSource[];
  /** Records, at most. */
  readonly limit: number;
  /** The record whose text is wanted. */
  readonly textOf?: number;
}

/** What the thread makes of it; the rest of a result is known outside. */
export type PreviewOutcome = Omit<PreviewResult, 'elapsedMs'> & {
  readonly runMs: number;
  /** Of the record that was asked for, as it was read; absent if it was not. */
  readonly text?: string;
};

/** Why a thread came to no outcome, as it crosses. */
export type PreviewError = WireError & { readonly details?: ErrorFacts['details'] };

/** From the thread: `ready` once after its start, `running` when user code was loaded and set up, then one of the other two a job. */
export type PreviewMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'running' }
  | { readonly type: 'done'; readonly outcome: PreviewOutcome }
  | { readonly type: 'failed'; readonly error: PreviewError };
