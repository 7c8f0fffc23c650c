import type { Encoder, FileAbout } from '../columns/encoder.ts';
import type { BatchLimits } from '../core/batcher.ts';
import type { Clock } from '../core/clock.ts';
import type { ParquetryError } from '../core/errors.ts';
import type { Sink } from '../core/sink.ts';
import type { Replay, SourceSettler } from '../core/source.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import type { NackDelay } from './back-off.ts';
import type { CommitLog } from './commit-log.ts';
import type { DeadLetterWriter } from './dead-letter-desk.ts';
import type { LeaseTerms } from './lease-keeper.ts';
import type { LandingMessage } from './messages.ts';
import type { Spool } from './spool.ts';
import type { StormLimits } from './storm-watch.ts';

/** One sink as the landing uses it. */
export interface LandingSink {
  readonly name: string;
  readonly sink: Sink;
  readonly encoder: Encoder;
  readonly about: FileAbout;
  readonly limits: BatchLimits;
  /** The timestamp field whose range the audit line of a file says; absent where rows have none. */
  readonly eventTime?: string;
  /** Partitions for which a lane keeps a row group of its own; said when there are more. Default: any number. */
  readonly maxOpenPartitions?: number;
  /** Where delivery is exactly once. */
  readonly commits?: CommitLog;
}

export interface LandingParts {
  readonly pipeline: string;
  readonly runId: string;
  readonly replay: Replay;
  readonly settler: SourceSettler;
  readonly sinks: readonly LandingSink[];
  /** Absent where no record is ever dead-lettered. */
  readonly deadLetters?: DeadLetterWriter;
  readonly storm: StormLimits;
  /** Sealed bytes that may be held in memory, open and under way, before lanes are paused. */
  readonly memoryBytes: number;
  /** Absent: what is sealed stays in memory. */
  readonly spool?: Spool;
  readonly nackDelay: NackDelay;
  /** Receipts of a delivery after which what a sink refuses of it makes it a dead letter. Absent: it comes again for ever. */
  readonly maxReceives?: number;
  /** Leases that may be open before everything held is flushed: the service stalls silently at its cap. */
  readonly maxInFlight?: number;
  /** Absent where deliveries are not leased. */
  readonly lease?: LeaseTerms;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A file that was made durable. */
export interface WrittenFile {
  readonly sink: string;
  readonly uri: string;
  readonly partition: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly rowGroups: number;
  readonly messages: number;
  /** Of its rows, in ISO 8601, where statistics say. */
  readonly firstEventAt?: string;
  readonly lastEventAt?: string;
  readonly closedBy: string;
}

/** What the landing tells its owner. */
export interface LandingListener {
  /** Nothing more can be delivered: the run must end. */
  fatal(error: ParquetryError): void;
  /** Too many misfits: lanes are paused. */
  storm(error: ParquetryError): void;
  wrote(file: WrittenFile): void;
}

/** The lane's end as the landing sees it: a Worker or a MessagePort. */
export interface LanePort {
  postMessage(message: LandingMessage): void;
}
