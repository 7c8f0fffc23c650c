import type { ParquetOptions } from '../../encoders/parquet/options.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { SetPath } from '../../pipeline/set-in-file.ts';
import type { Place } from '../../protocol/places.ts';
import { codecAdvice, encodingAdvice, readerAdvice } from './advice-encoding.ts';
import { rowGroupAdvice, sortAdvice } from './advice-layout.ts';
import { badRecordsAdvice, hotLineAdvice } from './advice-run.ts';
import { bloomAdvice, jsonAdvice, nullAdvice, partitionAdvice, targetSizeAdvice } from './advice-table.ts';
import type { Measures } from './profile-job.ts';

/** Closed list of what can be advised. */
export const adviceIds = [
  'bad-records',
  'codec',
  'reader',
  'encoding',
  'dictionary',
  'row-group',
  'sort',
  'partition-values',
  'target-size',
  'bloom-filter',
  'json-shape',
  'all-null',
  'hot-line',
] as const;
export type AdviceId = (typeof adviceIds)[number];

/** Advice as it is drawn from measures: a setting of the pipeline file becomes edits where the file is known. */
export interface Suggestion {
  readonly id: AdviceId;
  readonly title: string;
  /** Why, with the figures that were measured. */
  readonly why: string;
  /** What it is worth, to put the most worthwhile first: a share of bytes or of time, 0 to 1; 1 where data is lost. */
  readonly gain: number;
  readonly place?: Place;
  readonly setting?: { readonly title: string; readonly path: SetPath; readonly value: unknown };
}

/** What advice is drawn from. */
export interface AdviceFacts {
  readonly measures: Measures;
  readonly pipeline: CheckedPipeline;
  /** Where the first sink's files are Parquet. */
  readonly parquet?: { readonly options: ParquetOptions; readonly path: SetPath };
  /** Enough rows to judge sizes by. */
  readonly hasManyRows: boolean;
}

/** All advice, the most worthwhile first. Pure. */
export function suggest(facts: AdviceFacts): Suggestion[] {
  const found = [
    ...badRecordsAdvice(facts),
    ...(facts.hasManyRows ? [...codecAdvice(facts), ...readerAdvice(facts), ...encodingAdvice(facts)] : []),
    ...(facts.hasManyRows ? [...rowGroupAdvice(facts), ...sortAdvice(facts), ...bloomAdvice(facts)] : []),
    ...partitionAdvice(facts),
    ...targetSizeAdvice(facts),
    ...jsonAdvice(facts),
    ...nullAdvice(facts),
    ...hotLineAdvice(facts),
  ];
  return found.sort((a, b) => b.gain - a.gain);
}

/** Where the options of a sink's encoder are in the pipeline file. */
export function encoderPath({ sinks }: CheckedPipeline, index: number): SetPath {
  const { sink, encoder } = sinks[index]!;
  const own = 'type' in sink ? ['sinks', index, sink.type] : ['sinks', index];
  return [...own, 'type' in encoder ? encoder.type : 'encoder'];
}

/** Where a sink's partition templates are in the pipeline file. */
export function partitionPath({ sinks }: CheckedPipeline, index: number): SetPath {
  const { sink } = sinks[index]!;
  return 'type' in sink ? ['sinks', index, sink.type, 'partitionBy'] : ['sinks', index, 'partitionBy'];
}

/** 0.234 → 23 % */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return 'more than 99 %';
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`;
}
