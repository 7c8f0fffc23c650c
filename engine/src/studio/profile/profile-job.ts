import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { CodecTrial, ColumnProfile, LineCost, RowGroupTrial, SpeedProfile } from '../../protocol/profile.ts';
import type { Count } from '../../protocol/rows.ts';
import type { OwnModules } from '../../runtime/components.ts';
import type { CompiledTransform } from '../../transforms/compile.ts';
import type { SampleBody } from './sample-bodies.ts';

/** What the thread that measures is told. Plain data. */
export interface ProfileJob {
  readonly pipeline: CheckedPipeline;
  readonly transform?: CompiledTransform;
  readonly own: OwnModules;
  readonly bodies: readonly SampleBody[];
  /** `sizes`: what a forecast needs, without trials and lines. */
  readonly depth: 'all' | 'sizes';
  /** CPU time for each measurement of speed; more is steadier. Default: 1,000 ms. */
  readonly effortMs?: number;
  /** Shared words that show which record user code is at. */
  readonly pulse: SharedArrayBuffer;
}

/** What was measured; advice is drawn from it. Plain data. */
export interface Measures {
  readonly records: number;
  readonly rows: number;
  readonly inputBytes: number;
  /** Rows as the pipeline's encoder writes them, a row group a partition, metadata included. */
  readonly encodedBytes: number;
  readonly dropped: readonly Count[];
  readonly deadLettered: readonly Count[];
  /** Rows and encoded bytes of each partition of each sink, the largest first. */
  readonly sinks: readonly SinkMeasures[];
  readonly columns: readonly ColumnProfile[];
  readonly codecs: readonly CodecTrial[];
  /** Of a file of the rows, as it is and for a reader that is named. Absent where one is, or where no reader but generic takes it. */
  readonly named?: NamedReaderTrial;
  readonly rowGroups: readonly RowGroupTrial[];
  readonly speed: SpeedProfile;
  readonly lines: readonly LineCost[];
  /** Rows of the file sorted by a column: encoded bytes. */
  readonly sorted: readonly SortTrial[];
  /** Columns of JSON that always has the same shape. */
  readonly shapes: readonly JsonShape[];
  readonly notes: readonly string[];
}

export interface SinkMeasures {
  readonly partitions: readonly PartitionMeasures[];
  /** Bytes of this sink's files, all partitions together. */
  readonly encodedBytes: number;
  /** Bytes a row by how many rows share a row group, ascending; empty where there are no rows. */
  readonly rowGroups: readonly RowGroupTrial[];
  /** What a file has besides its row groups: the footer with the schema. */
  readonly fileOverheadBytes: number;
}

export interface PartitionMeasures {
  readonly path: string;
  readonly rows: number;
}

export interface NamedReaderTrial {
  readonly bytes: number;
  readonly genericBytes: number;
}

export interface SortTrial {
  readonly column: string;
  readonly bytes: number;
}

export interface JsonShape {
  readonly column: string;
  /** As `t.struct` would be written: `{ city: string, zip: string? }`. */
  readonly type: string;
}

/** What the thread says. */
export type ProfileMessage =
  | { readonly type: 'step'; readonly step: string; readonly share: number }
  | { readonly type: 'measured'; readonly measures: Measures }
  | {
      readonly type: 'failed';
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly hint?: string;
        readonly file?: string;
        readonly line?: number;
        readonly column?: number;
      };
    };
