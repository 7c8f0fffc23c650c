import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { DeadLetterMethods } from '../../protocol/dead-letters.ts';
import type { Method, NoMethods } from '../../protocol/method.ts';
import type { RunEntry, RunView } from '../../protocol/run.ts';
import type { ReplayOrder } from '../dead-letters/replay-letters.ts';

/** What a run shows of itself; the rest of a `RunView` is known to whoever started it. */
export type RunProgress = Omit<RunView, keyof RunEntry | 'failure' | 'isEmbedded'>;

export interface RunOrder {
  readonly pipeline: CheckedPipeline;
  readonly runId: string;
  readonly drain: boolean;
  /** Where the embedded AWS of the studio listens. */
  readonly embeddedEndpoint?: string;
}

/** What the process of a run answers; spoken over its IPC channel. */
export interface RunProcessMethods {
  /** Runs to the end; rejects if nothing could be received at all. `failure`: it ended, but not as it should. */
  'process.run': Method<
    RunOrder,
    { readonly progress: RunProgress; readonly failure?: { readonly message: string; readonly hint?: string } },
    RunProgress
  >;
  /** See `replayLetters`; user code runs. */
  'process.replay': Method<ReplayOrder, DeadLetterMethods['deadLetters.replay']['result'], { readonly sent: number }>;
  /** Asks for an orderly end. */
  'process.stop': Method<NoMethods, void>;
  /** Until so many lines came, the run ends, or it is cancelled; snapshots hold lines since the last one. */
  'process.tap': Method<
    { readonly at: 'source' | 'output' | 'dead-letters'; readonly limit: number },
    { readonly lines: number },
    { readonly lines: readonly string[]; readonly missed: number }
  >;
}
