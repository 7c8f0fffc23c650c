import type { Method } from './method.ts';
import type { Fix, Place, Target } from './places.ts';
import type { Count } from './rows.ts';

export interface ProfileParams extends Target {
  /** Absolute paths. Default: those of the pipeline's `samples/`. They are repeated until there is enough to measure. */
  readonly samples?: readonly string[];
  /** Measures also what was measured last and is as it was then: times are never twice the same. */
  readonly isAgain?: boolean;
}

export interface ProfileResult {
  readonly records: number;
  readonly rows: number;
  /** Records that gave no row, by reason. */
  readonly dropped: readonly Count[];
  readonly deadLettered: readonly Count[];
  /** Of the records, as they were read. */
  readonly inputBytes: number;
  /** Of the rows, as the pipeline's encoder writes them. */
  readonly encodedBytes: number;
  /** Rows a partition of the first sink, the largest first, at most 100; and how many partitions the rows have. */
  readonly partitions: readonly Count[];
  readonly partitionCount: number;
  /** Of the output, as it is now. */
  readonly columns: readonly ColumnProfile[];
  /** All columns in one codec, each encoded as it is now. */
  readonly codecs: readonly CodecTrial[];
  readonly rowGroups: readonly RowGroupTrial[];
  readonly speed: SpeedProfile;
  /** Where user code spends its time, the hottest first; empty without user code. */
  readonly lines: readonly LineCost[];
  readonly advice: readonly Advice[];
  /** What to know of the figures: "50 rows are too few to say how large columns become". */
  readonly notes: readonly string[];
}

export interface CodecTrial {
  readonly codec: string;
  readonly bytes: number;
  /** The pipeline's choice now. */
  readonly isCurrent: boolean;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: string;
  readonly nulls: number;
  /** Among the rows that were looked at. */
  readonly distinct: number;
  /** It is part of the folder's name and not in the file. */
  readonly isInPath: boolean;
  /** As text, exact; absent where all are null or the type has no order. */
  readonly min?: string;
  readonly max?: string;
  readonly top: readonly Count[];
  /** Of numbers, times and dates; lengths of strings and binaries. Absent for nested types. */
  readonly histogram?: Histogram;
  /** Bytes of the values before encoding, in Arrow's layout. */
  readonly plainBytes: number;
  /** As the pipeline writes it now. */
  readonly encodedBytes: number;
  readonly trials: readonly EncodingTrial[];
}

export interface Histogram {
  readonly of: 'value' | 'length';
  /** Edges as text, one more than counts. */
  readonly edges: readonly string[];
  readonly counts: readonly number[];
}

/** One column under one encoding and codec. */
export interface EncodingTrial {
  readonly encoding: string;
  readonly codec: string;
  readonly bytes: number;
  /** The pipeline's choice now. */
  readonly isCurrent: boolean;
}

/** How well rows compress by how many lie in a row group. */
export interface RowGroupTrial {
  readonly rows: number;
  readonly bytes: number;
  readonly bytesPerRow: number;
}

export interface SpeedProfile {
  readonly rowsPerSPerCore: number;
  /** MB (10⁶ bytes) of input. */
  readonly mbPerSPerCore: number;
  /** Share of the time: scan, user code, encode; they add up to 1. */
  readonly shares: { readonly scan: number; readonly transform: number; readonly encode: number };
}

export interface LineCost extends Place {
  /** Share of the samples that hit user code. */
  readonly share: number;
  readonly selfMs: number;
}

/** Something that would make files smaller, runs faster, or tables better to read. */
export interface Advice {
  /** Closed list, for tests and telemetry of one's own. */
  readonly id: string;
  readonly title: string;
  /** Why, with the figures that were measured. */
  readonly why: string;
  /** Where in the user's code, or in the pipeline file. */
  readonly place?: Place;
  readonly fix?: Fix;
}

export interface ProfileMethods {
  'profile.run': Method<ProfileParams, ProfileResult, { readonly step: string; readonly share: number }>;
}
