import type { ColumnBatch } from './column.ts';

/** Records of several deliveries as input columns, with the way back to the bytes each came from. */
export interface RecordBatch {
  readonly rows: ColumnBatch;
  /** Position of each row's delivery in `bodies`. */
  readonly delivery: Int32Array;
  /** 0-based position of each row's record in its delivery (bad records count too). */
  readonly ordinal: Int32Array;
  /** Byte span of each row's record in its body. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly bodies: readonly Uint8Array[];
  /** A row's record as text, for formats whose records are no spans of the body: `start` and `end` say nothing then. */
  original?(row: number): Uint8Array;
}

/** A record that could not become a row. */
export interface BadRecord {
  readonly delivery: number;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /** Byte offset in the body at which it went wrong. */
  readonly offset: number;
  readonly reason: 'malformed' | 'misfit' | 'too-large';
  /** `misfit`: "delay must be an int, got \"late\""; `malformed`: what the grammar wanted. */
  readonly message: string;
  /** Dotted path, where a field is to blame. */
  readonly field?: string;
  /** The record as text, where it is no span of the body. */
  readonly original?: Uint8Array;
}
