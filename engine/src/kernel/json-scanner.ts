import { isUtf8 } from 'node:buffer';
import { type ColumnBuilder, createBuilder, finishBatch } from '../columns/builder.ts';
import type { BytesBuilder } from '../columns/builders/bytes.ts';
import type { ScannedBatch, Scanner, ScannerOptions } from '../columns/format.ts';
import type { BadRecord } from '../columns/record-batch.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Field, Schema } from '../core/schema.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  FAILED,
  NEWLINE,
  OPEN_LIST,
  OPEN_OBJECT,
  PADDING_BYTES,
  skipSpace,
} from './json/ascii.ts';
import { type CompiledScan, compileScan, type ScanState } from './json/compile.ts';
import { malformedMessage, misfitMessage, valueText } from './json/messages.ts';
import { RowIndex } from './json/row-index.ts';
import { MAX_DEPTH, mismatch, skipValue, wanted } from './json/skip.ts';
import { UnknownKeys } from './json/unknown-keys.ts';

/** Column that keeps unknown keys. */
const REST: Field = { name: '_rest', type: { kind: 'json' }, optional: true };

/**
 * A scanner of JSON bodies: NDJSON, one object, an array of objects, objects one after the other; whitespace and a BOM
 * wherever they may be. Throws E_SCHEMA if the schema cannot be scanned. In plain JavaScript, code generated for the schema.
 */
export function createJsonScanner(schema: Schema, options: ScannerOptions): Scanner {
  if (options.rest && schema.fields.some((field) => field.name === REST.name)) {
    throw new ParquetryError('E_SCHEMA', `field ${REST.name} must not be declared where unknown keys are kept in it`, {
      hint: 'Rename the field, or do not ask for the rest.',
    });
  }
  return new JsonScanner(schema, options);
}

class JsonScanner implements Scanner {
  readonly schema: Schema;
  private readonly fields: readonly Field[];
  private readonly builders: readonly ColumnBuilder[];
  private readonly state: ScanState;
  private readonly compiled: CompiledScan;
  private readonly maxRecordBytes: number;
  /** The body that is being scanned, with its padding: reused, so that the generated code sees one kind of array. */
  private bytes = Buffer.alloc(0);
  private end = 0;
  private isUtf8 = true;
  private ordinal = 0;
  private index = new RowIndex();
  private bodies: Uint8Array[] = [];
  private bad: BadRecord[] = [];
  private isTaken = false;

  constructor(schema: Schema, options: ScannerOptions) {
    this.fields = options.rest ? [...schema.fields, REST] : schema.fields;
    this.schema = { ...schema, fields: this.fields };
    this.builders = this.fields.map((field) => createBuilder(field.type));
    const rest = options.rest ? (this.builders.at(-1) as BytesBuilder) : undefined;
    this.maxRecordBytes = options.maxRecordBytes ?? Number.POSITIVE_INFINITY;
    this.state = { site: -1, offset: 0, unknown: new UnknownKeys(rest) };
    this.compiled = compileScan(schema.fields, this.builders, this.state);
  }

  get rows(): number {
    return this.isTaken ? 0 : this.index.length;
  }

  add(body: Uint8Array): number {
    if (this.isTaken) this.reset();
    this.bodies.push(body);
    this.load(body);
    let at = hasBom(body) ? 3 : 0;
    for (;;) {
      at = skipSpace(this.bytes, at);
      if (at >= this.end) return this.ordinal;
      const next = this.bytes[at] === OPEN_LIST ? this.scanList(at) : this.scanRecord(at);
      at = next >= 0 ? next : this.refuseMalformed(at, this.nextLine(at));
    }
  }

  take(): ScannedBatch {
    if (this.isTaken) this.reset();
    this.isTaken = true;
    const rows = finishBatch(this.fields, this.builders, this.index.length);
    const records = { rows, ...this.index.views(), bodies: this.bodies };
    return { records, bad: this.bad, unknownKeys: this.state.unknown.take() };
  }

  private reset(): void {
    for (const builder of this.builders) builder.clear();
    this.index.length = 0;
    this.bodies = [];
    this.bad = [];
    this.isTaken = false;
  }

  private load(body: Uint8Array): void {
    const needed = body.length + PADDING_BYTES;
    if (this.bytes.length < needed) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, 64 * 1024));
      const { buffer } = this.bytes;
      this.compiled.attach(this.bytes, new DataView(buffer));
    }
    this.bytes.set(body);
    this.bytes.fill(0, body.length, needed);
    this.end = body.length;
    this.isUtf8 = isUtf8(body);
    this.ordinal = 0;
  }

  /** The elements of the array at `at`, each a record. Broken grammar costs the remainder: no element can be told from its parts. */
  private scanList(at: number): number {
    let p = skipSpace(this.bytes, at + 1);
    if (this.bytes[p] === CLOSE_LIST) return p + 1;
    for (;;) {
      const next = this.scanRecord(p);
      if (next < 0) return this.refuseMalformed(p, this.end);
      p = skipSpace(this.bytes, next);
      if (this.bytes[p] === CLOSE_LIST) return p + 1;
      if (this.bytes[p] !== COMMA) {
        wanted('"," or "]"', p);
        return this.refuseMalformed(p, this.end);
      }
      p = skipSpace(this.bytes, p + 1);
    }
  }

  /** Reads one record, or refuses it; answers where it ends. FAILED if it has no end because it is no JSON: see `mismatch`. */
  private scanRecord(start: number): number {
    const { state, index } = this;
    state.site = -1;
    const next = this.bytes[start] === OPEN_OBJECT ? this.scanObject(start) : FAILED;
    if (next - start > this.maxRecordBytes) return this.refuseTooLarge(start, next);
    if (next >= 0) {
      index.push(this.bodies.length - 1, this.ordinal++, start, next);
      return next;
    }
    for (const builder of this.builders) builder.truncate(index.length);
    const end = skipValue(this.bytes, start);
    if (end < 0) return FAILED;
    if (mismatch.depth > MAX_DEPTH) this.refuseDepth(start, end);
    else if (state.site >= 0) this.refuseMisfit(start, end);
    else this.refuseOther(start, end);
    return end;
  }

  private scanObject(start: number): number {
    const { state } = this;
    state.unknown.beginRecord();
    const next = this.compiled.scan(start + 1, this.index.length);
    if (next < 0 || (!this.isUtf8 && !isUtf8(this.bytes.subarray(start, next)))) return FAILED;
    state.unknown.endRecord(this.bytes);
    return next;
  }

  /** Refuses what lies before `next`, where scanning goes on, for the reason in `mismatch`. */
  private refuseMalformed(start: number, next: number): number {
    const { offset } = mismatch;
    this.refuse({
      start,
      end: this.trimmed(start, next),
      offset,
      reason: 'malformed',
      message: malformedMessage(this.bytes, this.end),
    });
    return next;
  }

  private refuseTooLarge(start: number, end: number): number {
    for (const builder of this.builders) builder.truncate(this.index.length);
    const message = `a record must have at most ${this.maxRecordBytes} bytes, got ${end - start}`;
    this.refuse({ start, end, offset: start, reason: 'too-large', message });
    return end;
  }

  private refuseDepth(start: number, end: number): void {
    const message = `a record must not be nested deeper than ${MAX_DEPTH}, got ${mismatch.depth}`;
    this.refuse({ start, end, offset: start, reason: 'malformed', message });
  }

  private refuseMisfit(start: number, end: number): void {
    const { offset } = this.state;
    const site = this.compiled.sites[this.state.site]!;
    const message = misfitMessage(this.bytes, site, offset);
    this.refuse({ start, end, offset: offset < 0 ? start : offset, reason: 'misfit', message, field: site.path });
  }

  /** A record that is JSON, but not an object, or not in UTF-8. */
  private refuseOther(start: number, end: number): void {
    if (this.bytes[start] !== OPEN_OBJECT) {
      const message = `a record must be an object, got ${valueText(this.bytes, start)}`;
      this.refuse({ start, end, offset: start, reason: 'misfit', message });
    } else this.refuse({ start, end, offset: start, reason: 'malformed', message: 'a record must be valid UTF-8' });
  }

  private refuse(record: Omit<BadRecord, 'delivery' | 'ordinal'>): void {
    this.bad.push({ delivery: this.bodies.length - 1, ordinal: this.ordinal++, ...record });
  }

  /**
   * Start of the line after a record that is no JSON. Lines that begin with whitespace or a closing bracket still belong
   * to it: the inside of a broken pretty-printed object must not be taken for records.
   */
  private nextLine(start: number): number {
    for (let p = start; p < this.end; p++) {
      if (this.bytes[p] !== NEWLINE) continue;
      const next = this.bytes[p + 1]!;
      if (next > 0x20 && next !== CLOSE_OBJECT && next !== CLOSE_LIST) return p + 1;
    }
    return this.end;
  }

  /** End of a span without the whitespace at its end. Only JSON's: other control characters are part of what is wrong. */
  private trimmed(start: number, end: number): number {
    while (end > start && skipSpace(this.bytes, end - 1) >= end) end--;
    return end;
  }
}

function hasBom(body: Uint8Array): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
