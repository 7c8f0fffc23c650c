import type { ScannedBatch } from '../../columns/format.ts';
import type { TransformResult } from '../../columns/transform.ts';
import type { DeadLetter } from '../../core/delivery.ts';
import type { Place } from '../../protocol/places.ts';
import {
  type PreviewDeadLetter,
  type PreviewResult,
  type RecordOutcome,
  recordOutcomes,
} from '../../protocol/preview.ts';
import type { Count } from '../../protocol/rows.ts';
import type { ErrorPolicy } from '../../runtime/outcomes.ts';

/** One delivery that went through the engine. */
export interface WorkedDelivery {
  /** Number of its first record among all that were read. */
  readonly firstRecord: number;
  readonly records: number;
  /** Rows of the input, and of the output, before it. */
  readonly inputRows: number;
  readonly scanned: ScannedBatch;
  readonly result: TransformResult;
  readonly deadLetters: readonly DeadLetter[];
  readonly unknownKeys: Iterable<Count>;
  /** Where a byte of the delivery stands in its sample. */
  placeOf(offset: number): Place | undefined;
}

type Accounts = Pick<
  PreviewResult,
  'inputRow' | 'outcomes' | 'origin' | 'dropped' | 'deadLetters' | 'passedThrough' | 'stopsAt' | 'unknownKeys'
>;

/** Longer texts of records are cut. */
const MAX_ORIGINAL_BYTES = 64 << 10;

/**
 * What became of each record. `policy` is the pipeline's; the engine is to have run with `engineWith(policy)`, which says of every
 * bad record why.
 */
export class RecordAccounts {
  readonly #policy: ErrorPolicy;
  readonly #placeOf: (stack: string) => Place | undefined;
  readonly #inputRow: number[] = [];
  readonly #outcomes: number[] = [];
  readonly #origin: number[] = [];
  readonly #dropped: { record: number; reason: string }[] = [];
  readonly #deadLetters: PreviewDeadLetter[] = [];
  readonly #passedThrough: PreviewDeadLetter[] = [];
  readonly #unknownKeys = new Map<string, number>();

  /** `placeOf` finds the user's place in a stack. */
  constructor(policy: ErrorPolicy, placeOf: (stack: string) => Place | undefined) {
    this.#policy = policy;
    this.#placeOf = placeOf;
  }

  add(worked: WorkedDelivery): void {
    const { firstRecord, records, inputRows, scanned, result } = worked;
    for (let i = 0; i < records; i++) {
      this.#inputRow.push(-1);
      this.#outcomes.push(codeOf('kept'));
    }
    const recordOf = (row: number) => firstRecord + scanned.records.ordinal[row]!;
    for (let row = 0; row < scanned.records.rows.length; row++) this.#inputRow[recordOf(row)] = inputRows + row;
    for (const row of result.origin) this.#origin.push(recordOf(row));
    for (const { row, reason } of result.dropped) this.#drop(recordOf(row), reason);
    for (const letter of worked.deadLetters) this.#refuse(firstRecord + Math.max(0, letter.record), letter, worked);
    for (const failure of result.passedThrough ?? []) {
      this.#passedThrough.push(
        this.#show(recordOf(failure.row), { stage: 'transform', ...failure }, textOf(scanned, failure.row)),
      );
    }
    for (const [key, count] of worked.unknownKeys)
      this.#unknownKeys.set(key, (this.#unknownKeys.get(key) ?? 0) + count);
  }

  finish(): Accounts {
    const byRecord = (a: { record: number }, b: { record: number }) => a.record - b.record;
    const deadLetters = this.#deadLetters.sort(byRecord);
    const stopsAt = this.#policy === 'fail' ? deadLetters[0]?.record : undefined;
    return {
      inputRow: Int32Array.from(this.#inputRow),
      outcomes: Uint8Array.from(this.#outcomes),
      origin: Int32Array.from(this.#origin),
      dropped: this.#dropped.sort(byRecord),
      deadLetters,
      ...(this.#passedThrough.length > 0 && { passedThrough: this.#passedThrough }),
      ...(stopsAt !== undefined && { stopsAt }),
      unknownKeys: [...this.#unknownKeys].sort(([, a], [, b]) => b - a),
    };
  }

  #drop(record: number, reason: string): void {
    this.#outcomes[record] = codeOf('dropped');
    this.#dropped.push({ record, reason });
  }

  #refuse(record: number, letter: DeadLetter, worked: WorkedDelivery): void {
    if (this.#policy === 'drop') {
      this.#drop(record, letter.reason);
      return;
    }
    this.#outcomes[record] = codeOf('dead-lettered');
    const shown = this.#show(record, letter, letter.original);
    const place = shown.place ?? (letter.stage === 'parse' ? worked.placeOf(letter.offset) : undefined);
    this.#deadLetters.push({ ...shown, place });
  }

  #show(record: number, why: Why, original: Uint8Array): PreviewDeadLetter {
    const { stage, reason, message, field, stack } = why;
    const place = stack === undefined ? undefined : this.#placeOf(stack);
    return { record, stage, reason, message, field, stack, place, original: shortText(original) };
  }
}

type Why = Pick<DeadLetter, 'stage' | 'reason' | 'message' | 'field' | 'stack'>;

/** The policy for the engine under which each bad record is accounted for with its cause, whatever the pipeline's is. */
export function engineWith(policy: ErrorPolicy): ErrorPolicy {
  return policy === 'passthrough' ? policy : 'dead-letter';
}

function codeOf(outcome: RecordOutcome): number {
  return recordOutcomes.indexOf(outcome);
}

function textOf({ records }: ScannedBatch, row: number): Uint8Array {
  return (
    records.original?.(row) ?? records.bodies[records.delivery[row]!]!.subarray(records.start[row], records.end[row])
  );
}

function shortText(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return Buffer.from(buffer, byteOffset, Math.min(byteLength, MAX_ORIGINAL_BYTES)).toString();
}
