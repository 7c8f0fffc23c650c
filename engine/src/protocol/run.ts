import type { Method, NoMethods } from './method.ts';
import type { Place, Target } from './places.ts';
import type { Count } from './rows.ts';

/** A run that a studio started. */
export interface RunEntry {
  readonly run: string;
  readonly pipeline: string;
  readonly folder: string;
  readonly environment?: string;
  readonly startedAtMs: number;
  readonly state: RunState;
}

export type RunState = 'starting' | 'running' | 'draining' | 'ended' | 'failed';

/** How a run stands; whole, at most four a second. */
export interface RunView extends RunEntry {
  /** On the embedded AWS of the studio: it can be fed. */
  readonly isEmbedded: boolean;
  /** Why it failed. */
  readonly failure?: { readonly message: string; readonly hint?: string; readonly place?: Place };
  readonly ledger: LedgerView;
  /** Newest last, one a second, at most 300. */
  readonly history: readonly RunSecond[];
  readonly lanes: readonly { readonly lane: number; readonly state: string; readonly utilisation: number }[];
  /** Newest last, at most 50. */
  readonly laneDecisions: readonly { readonly atMs: number; readonly lanes: number; readonly reason: string }[];
  /** What the autoscaler thinks now; absent before its first look. `isSaturated`: more is to be done than one process can. */
  readonly scaling?: { readonly wanted: number; readonly reason: string; readonly isSaturated: boolean };
  /** Of the source; absent where it does not say. `behindS`: time to work it off at the present rate. */
  readonly lag?: { readonly messages: number; readonly inFlight?: number; readonly behindS?: number };
  /** Files that are open, those nearest to being written first, at most 200; `openFiles` says how many there are. */
  readonly openFiles: number;
  readonly batches: readonly BatchView[];
  /** Files that were written, newest first, at most 200. */
  readonly files: readonly FileView[];
  /** Newest last, at most 500. */
  readonly logs: readonly LogLine[];
  /** Address of its pages. */
  readonly url?: string;
}

/** Counts of input records, but for `rows`. */
export interface LedgerView {
  readonly received: number;
  readonly delivered: number;
  readonly dropped: readonly Count[];
  readonly deadLettered: readonly Count[];
  readonly returned: number;
  readonly leaseLost: number;
  readonly inFlight: number;
  readonly rows: number;
  readonly files: number;
  readonly isClosed: boolean;
}

export interface RunSecond {
  readonly atMs: number;
  readonly recordsPerS: number;
  /** Of messages received. */
  readonly bytesPerS: number;
  /** Made durable: files come in one piece. */
  readonly rowsPerS: number;
  readonly lanes: number;
  readonly lagMessages?: number;
}

export interface BatchView {
  readonly sink: string;
  /** `dt=2026-02-03/country=DE`; empty without partitions. */
  readonly partition: string;
  /** Rows that are sealed; lanes hold more. */
  readonly rows: number;
  /** Encoded, what lanes hold included as far as it can be foreseen. */
  readonly bytes: number;
  /** A file is written when it has that size, or that age. */
  readonly targetBytes: number;
  readonly ageMs: number;
  readonly maxAgeMs: number;
}

export interface FileView {
  /** `s3://…` or an absolute path. */
  readonly uri: string;
  readonly partition: string;
  readonly rows: number;
  readonly bytes: number;
  readonly atMs: number;
  /** `size`, `age`, `drain`, … */
  readonly closedBy: string;
}

export interface LogLine {
  readonly atMs: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Closed event name; `stdout` and `stderr` for what the process printed, `warning` for what the pipeline file warns of. */
  readonly event: string;
  readonly text: string;
}

export interface RunMethods {
  /** On the embedded AWS where the pipeline says `aws: embedded`: one for the studio, whose queues and buckets stay until it ends. */
  'run.start': Method<Target & { readonly drain?: boolean }, { readonly run: string }>;
  /** Until the run ends or the request is cancelled; the result is the last view. */
  'run.watch': Method<{ readonly run: string }, RunView, RunView>;
  /** `isHard`: exits at once, as a second signal does. */
  'run.stop': Method<{ readonly run: string; readonly isHard?: boolean }, void>;
  'run.list': Method<NoMethods, { readonly runs: readonly RunEntry[] }>;
  /** Records of a run as they pass, as lines of JSON; snapshots hold those since the last one. */
  'run.tap': Method<
    { readonly run: string; readonly at: 'source' | 'output' | 'dead-letters'; readonly limit: number },
    { readonly lines: number },
    { readonly lines: readonly string[]; readonly missed: number }
  >;
  /** Puts the pipeline's samples into its queue on the embedded AWS, over and over, at a rate. */
  'run.feed': Method<
    Target & { readonly records: number; readonly recordsPerS?: number },
    { readonly sent: number },
    { readonly sent: number }
  >;
}
