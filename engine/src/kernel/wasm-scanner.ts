import { isUtf8 } from 'node:buffer';
import { createBuilder, finishBatch } from '../columns/builder.ts';
import type { ScannedBatch, Scanner, ScannerOptions } from '../columns/format.ts';
import type { BadRecord, RecordBatch } from '../columns/record-batch.ts';
import type { BodyMemory } from '../core/body-memory.ts';
import type { Schema } from '../core/schema.ts';
import { PADDING_BYTES } from './json/ascii.ts';
import { readBody } from './json/framing.ts';
import { type PaddedBody, type RecordLog, RecordReader, type Refusal } from './json/record-reader.ts';
import { RowIndex } from './json/row-index.ts';
import { type Kernel, threadKernel } from './kernel.ts';
import { KernelScan } from './wasm-scan/kernel-scan.ts';
import { LearnedKeys } from './wasm-scan/learned-keys.ts';

/**
 * A scanner of JSON bodies, just as `createJsonScanner` makes it, that reads in the kernel whatever is usual: its columns are
 * views of the kernel's memory. What the kernel does not take, errors first of all, its plain-JS twin reads record by record.
 * Throws E_SCHEMA if the schema cannot be scanned, E_INTERNAL if the kernel's memory is exhausted.
 */
export function createKernelScanner(
  schema: Schema,
  options: ScannerOptions,
  kernel: Kernel = threadKernel(),
): KernelScanner {
  return new KernelScanner(schema, options, kernel);
}

/**
 * **Invariant:** rows are in order: those in the kernel, then those the twin has read since, which are appended before the kernel
 * reads on. Once the kernel's memory is exhausted (`spilled`), all rows up to the next take are the twin's.
 */
export class KernelScanner implements Scanner, RecordLog {
  readonly schema: Schema;
  readonly bodyMemory: BodyMemory;
  private readonly reader: RecordReader;
  private readonly scan: KernelScan;
  private readonly learned: LearnedKeys;
  /** Where the rows came from, once they have left the kernel. */
  private spilled: RowIndex | undefined;
  /** Where the kernel stopped: there is no use in trying again. */
  private refusedAt = -1;
  private bodies: Uint8Array[] = [];
  private bad: BadRecord[] = [];
  private isTaken = false;

  constructor(schema: Schema, options: ScannerOptions, kernel: Kernel) {
    this.reader = new RecordReader(schema, options, this);
    this.bodyMemory = kernel.bodies;
    this.schema = { ...schema, fields: this.reader.fields };
    const { rest, maxRecordBytes = Number.POSITIVE_INFINITY } = options;
    this.scan = new KernelScan(kernel, this.reader.fields, { rest, maxRecordBytes });
    const learned = new LearnedKeys(kernel, this.scan.plan);
    this.learned = learned;
    this.reader.unknown.onCount = (prefix, key, names) => learned.learn(prefix, key, names);
  }

  get rows(): number {
    if (this.isTaken) return 0;
    return this.spilled === undefined ? this.scan.rows + this.reader.rows : this.reader.rows;
  }

  add(body: Uint8Array): number {
    if (this.isTaken) this.reset();
    this.bodies.push(body);
    const padded = this.load(body);
    this.reader.attach(padded);
    this.refusedAt = -1;
    // Which records are not UTF-8 the twin finds out.
    readBody(this.reader, padded.isUtf8 && this.spilled === undefined ? this.readAhead : undefined);
    return this.scan.ordinal;
  }

  take(): ScannedBatch {
    if (this.isTaken) this.reset();
    this.flush();
    this.isTaken = true;
    const unknownKeys = this.learned.take(this.reader.unknown.take());
    return { records: { ...this.takeRows(), bodies: this.bodies }, bad: this.bad, unknownKeys };
  }

  /** Gives back the scanner's memory at once; what it handed out is invalid from then on. Otherwise that is left to the garbage collector. */
  close(): void {
    this.scan.close();
  }

  accept(start: number, end: number): void {
    const { scan, reader } = this;
    const ordinal = scan.nextOrdinal();
    const row = scan.rows + reader.rows - 1;
    if (this.spilled === undefined && !scan.place(row, ordinal, start, end)) this.spill(1);
    this.spilled?.push(this.bodies.length - 1, ordinal, start, end);
  }

  refuse(record: Refusal): void {
    this.bad.push({ delivery: this.bodies.length - 1, ordinal: this.scan.nextOrdinal(), ...record });
  }

  private takeRows(): Omit<RecordBatch, 'bodies'> {
    const { reader, scan, spilled } = this;
    const { fields } = reader;
    if (spilled !== undefined) return { rows: finishBatch(fields, reader.builders, reader.rows), ...spilled.views() };
    const { rows } = scan;
    return { rows: { fields, length: rows, columns: scan.finish() }, ...scan.index(rows) };
  }

  private reset(): void {
    this.reader.clear();
    this.scan.reset();
    this.spilled = undefined;
    this.bodies = [];
    this.bad = [];
    this.isTaken = false;
  }

  private load(body: Uint8Array): PaddedBody {
    const padded = this.scan.load(body, this.bodies.length - 1);
    if (padded !== undefined) return padded;
    if (this.spilled === undefined) this.spill(0);
    const bytes = Buffer.alloc(body.length + PADDING_BYTES);
    bytes.set(body);
    return { bytes, end: body.length, isUtf8: isUtf8(body) };
  }

  private readonly readAhead = (at: number, isElement: boolean): number => {
    if (at === this.refusedAt) return at;
    this.flush();
    if (this.spilled !== undefined) return at;
    const end = this.scan.readAhead(at, isElement);
    if (this.scan.isExhausted) this.spill(0);
    if (!isElement) this.refusedAt = end;
    return end;
  };

  /** Appends the twin's rows to those of the kernel. */
  private flush(): void {
    const { reader, scan } = this;
    if (reader.rows === 0 || this.spilled !== undefined) return;
    const columns = reader.builders.map((builder) => builder.finish());
    if (scan.append(columns, reader.rows)) reader.clear();
    else this.spill(0);
  }

  /** Moves all rows to the twin, because the kernel has no memory left. The last `unplaced` rows are not in the index yet. */
  private spill(unplaced: number): void {
    const { reader, scan } = this;
    const kept = scan.rows;
    const columns = scan.finish();
    this.spilled = RowIndex.from(scan.index(kept + reader.rows - unplaced));
    const joined = reader.fields.map((field, i) => {
      const builder = createBuilder(field.type);
      builder.appendRange(columns[i]!, 0, kept);
      builder.appendSelection(reader.builders[i]!.finish(), undefined);
      return builder;
    });
    const rows = kept + reader.rows;
    reader.clear();
    for (const [i, builder] of reader.builders.entries()) builder.appendRange(joined[i]!.finish(), 0, rows);
    reader.rows = rows;
    scan.reset();
  }
}
