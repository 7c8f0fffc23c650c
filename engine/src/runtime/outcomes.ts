import type { BadRecord, RecordBatch } from '../columns/record-batch.ts';
import type { FailedRecord, TransformResult } from '../columns/transform.ts';
import type { DeadLetter, Delivery } from '../core/delivery.ts';
import { ParquetryError } from '../core/errors.ts';
import { addReason, noReasons, type Reasons } from '../core/ledger.ts';
import type { ProcessedDelivery } from './messages.ts';
import type { Poison } from './poison-list.ts';

/** What happens to a record that is bad: `errors.record` of the pipeline file. */
export type ErrorPolicy = 'dead-letter' | 'drop' | 'passthrough' | 'fail';

/** A delivery with its number in the lane. */
export interface NumberedDelivery {
  readonly seq: number;
  readonly delivery: Delivery;
}

interface Tally {
  found: number;
  rows: number;
  placements: number;
  dropped: Reasons;
  deadLettered: Reasons;
}

/** Keeps the accounts of the deliveries of one chunk while they go through the lane. */
export class Outcomes {
  readonly deadLetters: DeadLetter[] = [];
  readonly #policy: ErrorPolicy;
  readonly #chunk: readonly NumberedDelivery[];
  readonly #tallies: Tally[];
  readonly #positions: ReadonlyMap<number, number>;
  /** Rows come delivery by delivery: the last one is asked for again and again. */
  #lastSeq = -1;
  #last: Tally | undefined;

  constructor(policy: ErrorPolicy, chunk: readonly NumberedDelivery[]) {
    this.#policy = policy;
    this.#chunk = chunk;
    this.#positions = new Map(chunk.map(({ seq }, position) => [seq, position]));
    this.#tallies = chunk.map(() => ({
      found: 0,
      rows: 0,
      placements: 0,
      dropped: noReasons(),
      deadLettered: noReasons(),
    }));
  }

  found(position: number, records: number): void {
    this.#tallies[position]!.found += records;
  }

  placed(seq: number): void {
    this.#tallyOf(seq).placements++;
  }

  rows(seq: number): void {
    this.#tallyOf(seq).rows++;
  }

  dropped(position: number, reason: string): void {
    addReason(this.#tallies[position]!.dropped, reason, 1);
  }

  /** The body as a whole could not be had: it counts as one record, with its original bytes. */
  faulty(position: number): void {
    const { delivery } = this.#chunk[position]!;
    this.found(position, 1);
    const { code, message } = delivery.fault!;
    const whole = { ordinal: -1, start: 0, end: delivery.body.byteLength, offset: 0 };
    this.#refuse(position, whole, { stage: 'receive', reason: code, message });
  }

  /** Nothing of the delivery may be looked at: it counts as one record, with its original bytes. */
  poisoned(position: number, { reason, message }: Poison): void {
    this.found(position, 1);
    const whole = { ordinal: -1, start: 0, end: this.#chunk[position]!.delivery.body.byteLength };
    this.#refuse(position, whole, { stage: 'transform', reason, message });
  }

  bad(position: number, record: BadRecord): void {
    const { reason, message, field, original } = record;
    this.#refuse(
      position,
      { ...record, original: original && (() => original) },
      { stage: 'parse', reason, message, field },
    );
  }

  failed(position: number, records: RecordBatch, failure: FailedRecord): void {
    const { row, reason, message, field, stack } = failure;
    const stage = reason === 'unencodable' ? 'encode' : 'transform';
    this.#refuse(position, spanOf(records, row), { stage, reason, message, field, stack });
  }

  /** The encoder cannot take a row of this record; it is refused before any of its rows is sealed. */
  unencodable(position: number, records: RecordBatch, row: number, message: string): void {
    this.#refuse(position, spanOf(records, row), { stage: 'encode', reason: 'unencodable', message });
  }

  processed(): ProcessedDelivery[] {
    return this.#chunk.map(({ seq }, position) => {
      const { placements, ...outcome } = this.#tallies[position]!;
      return { seq, outcome, placements };
    });
  }

  #tallyOf(seq: number): Tally {
    if (seq !== this.#lastSeq || !this.#last) {
      this.#lastSeq = seq;
      this.#last = this.#tallies[this.#positions.get(seq)!]!;
    }
    return this.#last;
  }

  #refuse(position: number, span: Span, why: Why): void {
    const { delivery } = this.#chunk[position]!;
    if (this.#policy === 'fail') {
      throw new ParquetryError('E_RECORD', `record ${span.ordinal} of delivery ${delivery.id}: ${why.message}`, {
        hint: 'errors.record is `fail`; `dead-letter` would set the record aside and go on.',
      });
    }
    if (this.#policy === 'drop') {
      this.dropped(position, why.reason);
      return;
    }
    addReason(this.#tallies[position]!.deadLettered, why.reason, 1);
    this.deadLetters.push({
      deliveryId: delivery.id,
      record: span.ordinal,
      offset: span.start,
      // A copy, which a Buffer's slice() is not: a letter must not hold on to the whole body.
      original: span.original?.() ?? new Uint8Array(delivery.body.subarray(span.start, span.end)),
      receiveCount: delivery.receiveCount,
      attributes: delivery.attributes,
      ...why,
    });
  }
}

interface Span {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /** The record's text, where it is no span of the body. */
  readonly original?: () => Uint8Array;
}
type Why = Pick<DeadLetter, 'stage' | 'reason' | 'message' | 'field' | 'stack'>;

function spanOf(records: RecordBatch, row: number): Span {
  const original = records.original && (() => records.original!(row));
  return { ordinal: records.ordinal[row]!, start: records.start[row]!, end: records.end[row]!, original };
}

/** For each output row, the number of the delivery it came from. */
export function deliveriesOfRows(result: TransformResult, records: RecordBatch, seqs: Uint32Array): Uint32Array {
  const owners = new Uint32Array(result.output.length);
  for (let row = 0; row < owners.length; row++) owners[row] = seqs[records.delivery[result.origin[row]!]!]!;
  return owners;
}
