import type { Field } from '../core/schema.ts';
import type { ColumnBatch } from './column.ts';
import type { RecordBatch } from './record-batch.ts';

/** A record the user's code dropped. */
export interface DroppedRecord {
  /** Row of the input batch. */
  readonly row: number;
  readonly reason: string;
}

/**
 * Why user code must not see a record again. `stuck`: it did not come back from it; `memory`: it ate the memory of its thread;
 * `crash`: it ended its thread or the process; `unencodable`: its rows break the encoder; `refused`: a sink refuses them.
 */
export type IsolationReason = 'stuck' | 'memory' | 'crash' | 'unencodable' | 'refused';

/** A record that threw, whose output breaks the contract, or that user code must not see. None of its rows is in the output. */
export interface FailedRecord {
  readonly row: number;
  /** `thrown`: user code threw; `misfit`: an output value does not fit its declared type. */
  readonly reason: 'thrown' | 'misfit' | IsolationReason;
  readonly message: string;
  /** Dotted output path where a value is to blame. */
  readonly field?: string;
  /** Mapped to the user's source file. */
  readonly stack?: string;
}

export interface TransformResult {
  /** Valid until the next `run`. */
  readonly output: ColumnBatch;
  /** Input row that each output row came from; ascending; rows of one record are adjacent. */
  readonly origin: Int32Array;
  readonly dropped: readonly DroppedRecord[];
  readonly failed: readonly FailedRecord[];
  /** Records that failed but are in the output all the same, as far as their input fits it; only if that was asked for. */
  readonly passedThrough?: readonly FailedRecord[];
  /** Keys of returned rows that the output does not declare, by name; at most 1,000 names. */
  readonly undeclaredKeys: ReadonlyMap<string, number>;
}

/** Facts about a delivery that user code may see in `ctx`. */
export interface DeliveryContext {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  readonly sentAtMs?: number;
}

/** The user's code, loaded in a lane. One instance a lane; not reentrant. */
export interface TransformRunner {
  readonly output: readonly Field[];
  /** Runs the code over all records. `deliveries[i]` belongs to `records.delivery === i`. Never rejects for a record. */
  run(records: RecordBatch, deliveries: readonly DeliveryContext[]): TransformResult | Promise<TransformResult>;
  /** The result for records that user code must not see: those that can be are passed through, the others fail for `why`. */
  refuse(records: RecordBatch, why: Omit<FailedRecord, 'row'>): TransformResult;
}
