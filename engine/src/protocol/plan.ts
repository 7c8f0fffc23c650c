import type { Method } from './method.ts';
import type { Diagnosis, Target } from './places.ts';

export interface PlanParams extends Target {
  readonly samples?: readonly string[];
  /** Records that arrive each second. */
  readonly recordsPerS: number;
  /** Default: 1. */
  readonly recordsPerMessage?: number;
  /** Distinct partitions that are open at a time. Default: as many as the samples have. */
  readonly partitions?: number;
  /** Whether the account may be asked what stands in the way, as `parquetry doctor` does; nothing is changed. Default: true. */
  readonly asksAccount?: boolean;
}

/** What ends a file: its size, its age, rows, memory, or that the queue lends no more messages. */
export type FileEnd = 'size' | 'age' | 'rows' | 'memory' | 'in-flight';

/** Files of one partition of the first sink. */
export interface PlanPartition {
  readonly path: string;
  /** Of the rows. */
  readonly share: number;
  readonly filesPerHour: number;
  readonly fileBytes: number;
  readonly closedBy: FileEnd;
}

export interface PlanResult {
  readonly recordsPerS: number;
  readonly recordsPerMessage: number;
  /** Of all sinks together. */
  readonly filesPerHour: number;
  /** On average: bytes an hour by files an hour. */
  readonly fileBytes: number;
  readonly rowsPerFile: number;
  readonly rowsPerS: number;
  readonly openPartitions: number;
  /** What ends most bytes' files. */
  readonly closedBy: FileEnd;
  /** Of the first sink, the largest first, at most 50. */
  readonly partitions: readonly PlanPartition[];
  /** From a record's arrival until its row can be read, at most. */
  readonly delayMs: number;
  /** Of the process, when all is open. */
  readonly memoryBytes: number;
  /** Lanes that keep up with the rate, and what one of them takes at most; receiving is not in it. */
  readonly lanes: number;
  readonly recordsPerSPerLane: number;
  /** At most; 0 where the source is no queue. */
  readonly inFlightMessages: number;
  readonly gbPerMonth: number;
  readonly costs: readonly CostLine[];
  readonly usdPerMonth: number;
  /** The same records through Firehose with format conversion. */
  readonly firehose: { readonly costs: readonly CostLine[]; readonly usdPerMonth: number };
  /** Prices are of this region and day. */
  readonly prices: { readonly region: string; readonly asOf: string };
  /** The reachable file size, in words. */
  readonly reachable: string;
  /** What `validate` and `doctor` find. */
  readonly diagnoses: readonly Diagnosis[];
  /** What to know of the figures. */
  readonly notes: readonly string[];
}

export interface CostLine {
  /** "S3 PUT", "SQS requests", "S3 storage". */
  readonly what: string;
  /** "1.3 million at $0.40 a million". */
  readonly how: string;
  readonly usdPerMonth: number;
}

export interface PlanMethods {
  'plan.run': Method<PlanParams, PlanResult, { readonly step: string; readonly share: number }>;
}
