import { isUtf8 } from 'node:buffer';
import { finishBatch } from '../columns/builder.ts';
import type { ScannedBatch, Scanner, ScannerOptions } from '../columns/format.ts';
import type { BadRecord } from '../columns/record-batch.ts';
import type { Schema } from '../core/schema.ts';
import { PADDING_BYTES } from './json/ascii.ts';
import { readBody } from './json/framing.ts';
import { type RecordLog, RecordReader, type Refusal } from './json/record-reader.ts';
import { RowIndex } from './json/row-index.ts';

/**
 * A scanner of JSON bodies: NDJSON, one object, an array of objects, objects one after the other; whitespace and a BOM
 * wherever they may be. Throws E_SCHEMA if the schema cannot be scanned. In plain JavaScript, code generated for the schema.
 */
export function createJsonScanner(schema: Schema, options: ScannerOptions): Scanner {
  return new JsonScanner(schema, options);
}

class JsonScanner implements Scanner, RecordLog {
  readonly schema: Schema;
  private readonly reader: RecordReader;
  /** Holds the body that is being scanned, with its padding: reused, so that the generated code sees one kind of array. */
  private bytes = Buffer.alloc(0);
  private ordinal = 0;
  private index = new RowIndex();
  private bodies: Uint8Array[] = [];
  private bad: BadRecord[] = [];
  private isTaken = false;

  constructor(schema: Schema, options: ScannerOptions) {
    this.reader = new RecordReader(schema, options, this);
    this.schema = { ...schema, fields: this.reader.fields };
  }

  get rows(): number {
    return this.isTaken ? 0 : this.index.length;
  }

  add(body: Uint8Array): number {
    if (this.isTaken) this.reset();
    this.bodies.push(body);
    this.load(body);
    this.ordinal = 0;
    readBody(this.reader, undefined);
    return this.ordinal;
  }

  take(): ScannedBatch {
    if (this.isTaken) this.reset();
    this.isTaken = true;
    const rows = finishBatch(this.reader.fields, this.reader.builders, this.index.length);
    const records = { rows, ...this.index.views(), bodies: this.bodies };
    return { records, bad: this.bad, unknownKeys: this.reader.unknown.take() };
  }

  accept(start: number, end: number): void {
    this.index.push(this.bodies.length - 1, this.ordinal++, start, end);
  }

  refuse(record: Refusal): void {
    this.bad.push({ delivery: this.bodies.length - 1, ordinal: this.ordinal++, ...record });
  }

  private reset(): void {
    this.reader.clear();
    this.index.length = 0;
    this.bodies = [];
    this.bad = [];
    this.isTaken = false;
  }

  private load(body: Uint8Array): void {
    const needed = body.length + PADDING_BYTES;
    if (this.bytes.length < needed) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, 64 * 1024));
    }
    this.bytes.set(body);
    this.bytes.fill(0, body.length, needed);
    this.reader.attach({ bytes: this.bytes, end: body.length, isUtf8: isUtf8(body) });
  }
}
