import { isUtf8 } from 'node:buffer';
import type { Column } from '../../columns/column.ts';
import type { RecordBatch } from '../../columns/record-batch.ts';
import type { Field } from '../../core/schema.ts';
import { PADDING_BYTES } from '../json/ascii.ts';
import type { PaddedBody } from '../json/record-reader.ts';
import type { Kernel } from '../kernel.ts';
import { appendColumn } from './append.ts';
import { viewColumn } from './columns.ts';
import { KernelDictionary } from './dictionary.ts';
import { SCAN } from './layout.ts';
import { type PlannedColumn, planScan, type ScanPlan } from './plan.ts';
import { POWERS_BYTES, powersOfFive } from './powers-of-five.ts';

/** Columns may take several times what the body does: a larger one would not leave them enough of the kernel's memory. */
const MAX_BODY_BYTES = 1 << 26;
const SMALLEST_BODY_BYTES = 1 << 16;
/** Fits the second-level cache together with its copy. */
const SLICE_BYTES = 1 << 18;
const LONGEST_CHARACTER = 4;

/** What a scan holds of the kernel's memory. */
interface Holdings {
  readonly kernel: Kernel;
  readonly plan: ScanPlan;
  /** The block that bodies are copied to; 0 if there is none. */
  body: number;
  bodyBytes: number;
}

/** Gives back what scanners held that nobody has any more: they have no end of their own. */
const abandoned = new FinalizationRegistry<Holdings>(releaseHoldings);
/** Keeps a scan as long as columns that view its memory. */
const owners = new WeakMap<Column, KernelScan>();
/** Kernels that have their table of powers. */
const prepared = new WeakSet<Kernel>();

/** One scanner's part of the kernel: the plan of its schema, the rows it has read, and where they came from. */
export class KernelScan {
  readonly plan: ScanPlan;
  private readonly kernel: Kernel;
  private readonly holdings: Holdings;
  private readonly dictionaries = new Map<PlannedColumn, KernelDictionary>();

  /** `rest`: the last field keeps unknown members. Throws E_INTERNAL if memory is exhausted. */
  constructor(kernel: Kernel, fields: readonly Field[], options: { rest: boolean; maxRecordBytes: number }) {
    prepare(kernel);
    this.kernel = kernel;
    this.plan = planScan(kernel, fields, options.rest);
    this.holdings = { kernel, plan: this.plan, body: 0, bodyBytes: 0 };
    this.setWord(SCAN.maxRecordBytes, Math.min(options.maxRecordBytes, 0xffff_ffff) | 0);
    abandoned.register(this, this.holdings, this);
  }

  get rows(): number {
    return this.word(SCAN.rows);
  }

  /** Whether memory ran out while columns grew. */
  get isExhausted(): boolean {
    return this.word(SCAN.isExhausted) !== 0;
  }

  /** Takes the number that the next record has in its body. */
  nextOrdinal(): number {
    const ordinal = this.ordinal;
    this.setWord(SCAN.ordinal, ordinal + 1);
    return ordinal;
  }

  get ordinal(): number {
    return this.word(SCAN.ordinal);
  }

  /** Has records read from a body: where it lies, or from a copy. Undefined if there is no memory for that. */
  load(body: Uint8Array, delivery: number): PaddedBody | undefined {
    const { kernel, holdings } = this;
    this.setWord(SCAN.delivery, delivery);
    this.setWord(SCAN.ordinal, 0);
    const needed = body.length + PADDING_BYTES;
    const own = kernel.bodies.addressOf(body);
    if (own === undefined && !this.reserveBody(needed)) return undefined;
    const at = own ?? holdings.body;
    const isText = own === undefined ? copyText(body, kernel.bytes, at) : isUtf8(body);
    kernel.bytes.fill(0, at + body.length, at + needed);
    this.setWord(SCAN.body, at);
    this.setWord(SCAN.bodyEnd, at + body.length);
    return { bytes: kernel.bytes.subarray(at, at + needed), end: body.length, isUtf8: isText };
  }

  /** Reads records from byte `at` of the body on: see `ReadAhead`. */
  readAhead(at: number, isElement: boolean): number {
    const { exports } = this.kernel;
    const read = isElement ? exports.jsonScanElements : exports.jsonScanRecords;
    const body = this.word(SCAN.body);
    return read(this.plan.scan, body + at) - body;
  }

  /** Notes where row number `row` came from, be it there or still to be appended; false if there is no memory. */
  place(row: number, ordinal: number, start: number, end: number): boolean {
    const { words, exports } = this.kernel;
    if (exports.jsonReserveRows(this.plan.scan, row + 1) === 0) return false;
    words[(this.word(SCAN.deliveries) >> 2) + row] = this.word(SCAN.delivery);
    words[(this.word(SCAN.ordinals) >> 2) + row] = ordinal;
    words[(this.word(SCAN.starts) >> 2) + row] = start;
    words[(this.word(SCAN.ends) >> 2) + row] = end;
    return true;
  }

  /** Appends rows that were read elsewhere; false, with none of them appended, if there is no memory. */
  append(columns: readonly Column[], rows: number): boolean {
    const { kernel, plan } = this;
    const isAppended = plan.columns.every((planned, i) => appendColumn(kernel, plan.scan, planned, columns[i]!));
    if (isAppended) this.setWord(SCAN.rows, this.rows + rows);
    return isAppended;
  }

  /** The columns so far, valid until anything is added. */
  finish(): Column[] {
    const { kernel, plan, rows } = this;
    kernel.exports.jsonFinish(plan.scan);
    const columns = plan.columns.map((planned) => viewColumn(kernel, planned, rows, this.dictionaryOf));
    for (const column of columns) owners.set(column, this);
    return columns;
  }

  /** Where the first `rows` rows came from. */
  index(rows: number): Pick<RecordBatch, 'delivery' | 'ordinal' | 'start' | 'end'> {
    const view = (offset: number) =>
      rows === 0 ? new Int32Array(0) : new Int32Array(this.kernel.buffer, this.word(offset), rows);
    return {
      delivery: view(SCAN.deliveries),
      ordinal: view(SCAN.ordinals),
      start: view(SCAN.starts),
      end: view(SCAN.ends),
    };
  }

  /** Empties the columns. */
  reset(): void {
    this.kernel.exports.jsonReset(this.plan.scan);
  }

  /** Gives back all memory. The scan and what it handed out must not be used any more. */
  close(): void {
    abandoned.unregister(this);
    releaseHoldings(this.holdings);
  }

  private readonly dictionaryOf = (column: PlannedColumn): KernelDictionary => {
    let dictionary = this.dictionaries.get(column);
    if (dictionary === undefined) {
      dictionary = new KernelDictionary(this.kernel, column.address);
      this.dictionaries.set(column, dictionary);
    }
    dictionary.refresh();
    return dictionary;
  };

  /** Makes the block for bodies fit: large enough, and not much larger than this one needs. */
  private reserveBody(needed: number): boolean {
    const { kernel, holdings } = this;
    if (needed > MAX_BODY_BYTES) return false;
    const bytes = Math.max(needed, SMALLEST_BODY_BYTES);
    if (bytes <= holdings.bodyBytes && bytes >= holdings.bodyBytes / 16) return true;
    kernel.release(holdings.body);
    holdings.body = kernel.exports.allocate(bytes);
    holdings.bodyBytes = holdings.body === 0 ? 0 : bytes;
    return holdings.body !== 0;
  }

  private word(offset: number): number {
    return this.kernel.words[(this.plan.scan + offset) >> 2]!;
  }

  private setWord(offset: number, value: number): void {
    this.kernel.words[(this.plan.scan + offset) >> 2] = value;
  }
}

/** Copies a body; answers whether it is UTF-8. A slice at a time, which the check then finds in the cache. */
function copyText(body: Uint8Array, target: Buffer, at: number): boolean {
  let isText = true;
  for (let start = 0; start < body.length; ) {
    const end = characterEnd(body, start + SLICE_BYTES);
    target.set(body.subarray(start, end), at + start);
    isText &&= isUtf8(target.subarray(at + start, at + end));
    start = end;
  }
  return isText;
}

/** The end of a slice at `end`, or up to three bytes before, so that it cuts no character. */
function characterEnd(body: Uint8Array, end: number): number {
  if (end >= body.length) return body.length;
  for (let at = end; at > end - LONGEST_CHARACTER; at--) if ((body[at]! & 0xc0) !== 0x80) return at;
  return end; // no UTF-8, wherever it is cut
}

function prepare(kernel: Kernel): void {
  if (prepared.has(kernel)) return;
  const table = kernel.allocate(POWERS_BYTES);
  new BigUint64Array(kernel.buffer, table).set(powersOfFive());
  kernel.exports.jsonSetPowersOfFive(table);
  prepared.add(kernel);
}

function releaseHoldings({ kernel, plan, body }: Holdings): void {
  kernel.exports.jsonRelease(plan.scan);
  kernel.release(body);
  for (const block of plan.blocks) kernel.release(block);
}
