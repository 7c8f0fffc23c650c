import type { BodyMemory } from '../core/body-memory.ts';
import type { Schema } from '../core/schema.ts';
import type { BadRecord, RecordBatch } from './record-batch.ts';

/** Bytes to columns by a frozen input schema. One instance a lane; its memory is reused, so a batch is valid until the next `take`. */
export interface Scanner {
  readonly schema: Schema;
  /** Where bodies should lie, so that they need not be copied. Absent: anywhere. */
  readonly bodyMemory?: BodyMemory;
  /**
   * Appends all records of one delivery's body. Malformed or misfit records cost only themselves and are listed.
   * Returns the number of records found, good and bad.
   */
  add(body: Uint8Array): number;
  /** Rows waiting in the scanner. */
  readonly rows: number;
  /** Hands out what was added since the last take. The columns stay valid until the next `add`. */
  take(): ScannedBatch;
  /** Gives its memory back at once, which otherwise waits for the collector. Nothing of it is valid any more. */
  close?(): void;
}

export interface ScannedBatch {
  readonly records: RecordBatch;
  /** In order of delivery and ordinal. */
  readonly bad: readonly BadRecord[];
  /** Keys no schema field has, by dotted path; at most 1,000 names, the rest under `*`. */
  readonly unknownKeys: ReadonlyMap<string, number>;
}

export interface ScannerOptions {
  /** Keep unknown top-level keys as JSON text in a last column `_rest` (json, optional). */
  readonly rest: boolean;
  /** Longer records are bad (`too-large`). Default: no limit. */
  readonly maxRecordBytes?: number;
}

/** A format as a component: makes scanners. */
export interface Format {
  createScanner(schema: Schema, options: ScannerOptions): Scanner;
}
