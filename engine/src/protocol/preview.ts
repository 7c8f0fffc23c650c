import type { Method } from './method.ts';
import type { Place, Target, TextEdit } from './places.ts';
import type { Count, Rows } from './rows.ts';

export interface PreviewParams extends Target {
  /** Absolute paths. Default: those of the pipeline's `samples/`. */
  readonly samples?: readonly string[];
  /** Records, at most, over all samples. Default: 1,000. */
  readonly limit?: number;
}

/** What became of each record, as `PreviewResult.outcomes` numbers it. */
export const recordOutcomes = ['kept', 'dropped', 'dead-lettered'] as const;
export type RecordOutcome = (typeof recordOutcomes)[number];

/** Samples through the engine: the same rows, drops and errors as `parquetry run` makes of them. */
export interface PreviewResult {
  readonly pipeline: string;
  readonly samples: readonly PreviewSample[];
  /** Records that were read; those beyond the limit are not. */
  readonly records: number;
  /** More records were there. */
  readonly isCut: boolean;
  /** Records that fit the input schema. */
  readonly input: Rows;
  readonly output: Rows;
  /** For each record, in the order of the samples: its row of `input`, -1 where it is none. */
  readonly inputRow: Int32Array;
  /** For each record: the position of its outcome in `recordOutcomes`. */
  readonly outcomes: Uint8Array;
  /** For each output row: the record it came from; ascending. */
  readonly origin: Int32Array;
  readonly dropped: readonly { readonly record: number; readonly reason: string }[];
  readonly deadLetters: readonly PreviewDeadLetter[];
  /** With `errors.record: passthrough`: records that failed, of which the fields that fit are in the output all the same. */
  readonly passedThrough?: readonly PreviewDeadLetter[];
  /** With `errors.record: fail`: the record at which a run would end; those behind it are shown as if it went on. */
  readonly stopsAt?: number;
  /** Keys of records that the input schema does not declare, and keys of returned rows that the output does not. */
  readonly unknownKeys: readonly Count[];
  /** Rows a partition, the largest first, of each sink; empty where a sink has none. */
  readonly partitions: readonly (readonly Count[])[];
  /** What user code printed, cut at 64 Ki characters; absent where it printed nothing. */
  readonly printed?: string;
  readonly elapsedMs: { readonly compile: number; readonly run: number; readonly total: number };
}

export interface PreviewSample {
  /** Absolute path. */
  readonly file: string;
  readonly records: number;
}

export interface PreviewDeadLetter {
  readonly record: number;
  readonly stage: 'receive' | 'parse' | 'transform' | 'encode';
  readonly reason: string;
  readonly message: string;
  /** Dotted path of the value to blame. */
  readonly field?: string;
  readonly stack?: string;
  /** Where in the user's source it was thrown; of a record that could not be read, where it stands in its sample. */
  readonly place?: Place;
  /** The record's text, cut at 64 KiB. */
  readonly original: string;
}

/** How a watched preview stands. `result` stays that of the last good run while a new one fails or is under way. */
export interface PreviewState {
  /** Counts up with each change that was seen. */
  readonly revision: number;
  readonly isRunning: boolean;
  readonly result?: PreviewResult;
  /** Why the newest run gave no result: it does not compile, never returns, the file has mistakes. */
  readonly failure?: PreviewFailure;
}

export interface PreviewFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly place?: Place;
  /** For a record that user code did not come back from, or that ate its memory. */
  readonly record?: number;
}

export interface PreviewMethods {
  'preview.run': Method<PreviewParams, PreviewResult>;
  /** Runs now, and again 40 ms after the last change of the pipeline's files, overlays or samples. Lasts until it is cancelled. */
  'preview.watch': Method<PreviewParams, void, PreviewState>;
  /** A case of `transform.test.yaml` that expects what the record gives now. */
  'preview.saveTest': Method<
    PreviewParams & { readonly record: number; readonly name: string },
    { readonly file: string; readonly line: number; readonly edits: readonly TextEdit[] }
  >;
}
