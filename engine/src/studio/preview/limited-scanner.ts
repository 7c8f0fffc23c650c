import type { ScannedBatch, Scanner } from '../../columns/format.ts';
import { sliceRecords } from '../../columns/slice-records.ts';
import type { Schema } from '../../core/schema.ts';

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const FIRST_VISIBLE = 0x21;

/**
 * A lane's scanner, one delivery at a time, that takes no more records than are wanted and shows what it found. What is behind the
 * last of them is as if it were not there.
 */
export class LimitedScanner implements Scanner {
  readonly schema: Schema;
  readonly #inner: Scanner;
  #body: Uint8Array = new Uint8Array();
  #found = 0;
  #limit: number;
  #last: ScannedBatch | undefined;
  #records = 0;
  #isCut = false;

  constructor(inner: Scanner) {
    this.schema = inner.schema;
    this.#inner = inner;
    this.#limit = Number.POSITIVE_INFINITY;
  }

  /** Records that the next delivery may have. */
  set limit(records: number) {
    this.#limit = records;
  }

  /** What the last `take` answered. */
  get last(): ScannedBatch {
    if (!this.#last) throw new TypeError('nothing was scanned yet');
    return this.#last;
  }

  /** Records of the last `take`, good and bad. */
  get records(): number {
    return this.#records;
  }

  /** The last delivery had more. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get rows(): number {
    return this.#inner.rows;
  }

  add(body: Uint8Array): number {
    this.#body = body;
    this.#found = this.#inner.add(body);
    return Math.min(this.#found, this.#limit);
  }

  take(): ScannedBatch {
    const all = this.#inner.take();
    this.#isCut = this.#found > this.#limit;
    this.#records = Math.min(this.#found, this.#limit);
    this.#last = this.#isCut ? this.#again(all) : all;
    return this.#last;
  }

  /** Of JSON the part that is wanted is scanned by itself, so that unknown keys are counted of those records only. */
  #again(all: ScannedBatch): ScannedBatch {
    const end = endOf(all, this.#limit - 1);
    if (end === undefined || all.records.original) return firstOf(all, this.#limit);
    const isList = this.#body.find((byte) => byte >= FIRST_VISIBLE) === OPEN_LIST;
    const part = this.#body.subarray(0, end);
    const found = this.#inner.add(isList ? Buffer.concat([part, Uint8Array.of(CLOSE_LIST)]) : part);
    const some = this.#inner.take();
    return found === this.#limit ? some : firstOf(some, this.#limit);
  }
}

/** Where a record ends in its body; undefined where that is not told. */
function endOf({ records, bad }: ScannedBatch, ordinal: number): number | undefined {
  const row = records.ordinal.indexOf(ordinal);
  return row >= 0 ? records.end[row] : bad.find((record) => record.ordinal === ordinal)?.end;
}

function firstOf(batch: ScannedBatch, limit: number): ScannedBatch {
  const beyond = batch.records.ordinal.findIndex((ordinal) => ordinal >= limit);
  const rows = beyond < 0 ? batch.records.rows.length : beyond;
  return {
    records: sliceRecords(batch.records, 0, rows),
    bad: batch.bad.filter(({ ordinal }) => ordinal < limit),
    unknownKeys: batch.unknownKeys,
  };
}
