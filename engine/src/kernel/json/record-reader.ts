import { isUtf8 } from 'node:buffer';
import { type ColumnBuilder, createBuilder } from '../../columns/builder.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { ScannerOptions } from '../../columns/format.ts';
import type { BadRecord } from '../../columns/record-batch.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field, Schema } from '../../core/schema.ts';
import { CLOSE_LIST, CLOSE_OBJECT, FAILED, NEWLINE, OPEN_OBJECT, skipSpace } from './ascii.ts';
import { type CompiledScan, compileScan, type ScanState } from './compile.ts';
import { malformedMessage, misfitMessage, valueText } from './messages.ts';
import { MAX_DEPTH, mismatch, skipValue } from './skip.ts';
import { UnknownKeys } from './unknown-keys.ts';

/** Column that keeps unknown keys. */
const REST: Field = { name: '_rest', type: { kind: 'json' }, optional: true };

/** Why a record is no row, without its place among the others. */
export type Refusal = Omit<BadRecord, 'delivery' | 'ordinal'>;

/** Told of each record, in order. */
export interface RecordLog {
  /** The record is the next row of the builders. */
  accept(start: number, end: number): void;
  refuse(record: Refusal): void;
}

/** A body to read from: at least PADDING_BYTES zeros follow its end. */
export interface PaddedBody {
  readonly bytes: Buffer;
  readonly end: number;
  readonly isUtf8: boolean;
}

const NO_BODY: PaddedBody = { bytes: Buffer.alloc(0), end: 0, isUtf8: true };

/**
 * Reads one record at a time into column builders, in plain JavaScript, by code generated for the schema; what is no row is
 * refused with its reason. Throws E_SCHEMA if the schema cannot be scanned.
 */
export class RecordReader {
  /** Those of the schema, and the one that keeps unknown keys. */
  readonly fields: readonly Field[];
  readonly builders: readonly ColumnBuilder[];
  readonly unknown: UnknownKeys;
  /** Rows in the builders. */
  rows = 0;
  body = NO_BODY;
  private readonly log: RecordLog;
  private readonly state: ScanState;
  private readonly compiled: CompiledScan;
  private readonly maxRecordBytes: number;

  constructor(schema: Schema, options: ScannerOptions, log: RecordLog) {
    if (options.rest && schema.fields.some((field) => field.name === REST.name)) {
      throw new ParquetryError(
        'E_SCHEMA',
        `field ${REST.name} must not be declared where unknown keys are kept in it`,
        {
          hint: 'Rename the field, or do not ask for the rest.',
        },
      );
    }
    this.fields = options.rest ? [...schema.fields, REST] : schema.fields;
    this.builders = this.fields.map((field) => createBuilder(field.type));
    this.unknown = new UnknownKeys(options.rest ? (this.builders.at(-1) as BytesBuilder) : undefined);
    this.maxRecordBytes = options.maxRecordBytes ?? Number.POSITIVE_INFINITY;
    this.log = log;
    this.state = { site: -1, offset: 0, unknown: this.unknown };
    this.compiled = compileScan(schema.fields, this.builders, this.state);
  }

  /** Gives the body that the next calls read from. */
  attach(body: PaddedBody): void {
    const { bytes } = body;
    if (bytes !== this.body.bytes) {
      this.compiled.attach(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    this.body = body;
  }

  /** Empties the builders. */
  clear(): void {
    for (const builder of this.builders) builder.clear();
    this.rows = 0;
  }

  /** Reads one record, or refuses it; answers where it ends. FAILED if it has no end because it is no JSON: see `mismatch`. */
  read(start: number): number {
    const { state, body } = this;
    state.site = -1;
    const next = body.bytes[start] === OPEN_OBJECT ? this.readObject(start) : FAILED;
    if (next - start > this.maxRecordBytes) return this.refuseTooLarge(start, next);
    if (next >= 0) {
      this.rows++;
      this.log.accept(start, next);
      return next;
    }
    this.undo();
    const end = skipValue(body.bytes, start);
    if (end < 0) return FAILED;
    if (mismatch.depth > MAX_DEPTH) this.refuseDepth(start, end);
    else if (state.site >= 0) this.refuseMisfit(start, end);
    else this.refuseOther(start, end);
    return end;
  }

  /** Refuses a record that is no JSON, for the reason in `mismatch`; answers where the next one may begin. */
  refuseLine(start: number): number {
    return this.refuseMalformed(start, this.nextLine(start));
  }

  /** As `refuseLine`, where all of the body's remainder is lost. */
  refuseRemainder(start: number): number {
    return this.refuseMalformed(start, this.body.end);
  }

  private readObject(start: number): number {
    const { unknown, body } = this;
    unknown.beginRecord();
    const next = this.compiled.scan(start + 1, this.rows);
    if (next < 0 || (!body.isUtf8 && !isUtf8(body.bytes.subarray(start, next)))) return FAILED;
    unknown.endRecord(body.bytes);
    return next;
  }

  private undo(): void {
    for (const builder of this.builders) builder.truncate(this.rows);
  }

  /** Refuses what lies before `next`, where reading goes on. */
  private refuseMalformed(start: number, next: number): number {
    const { bytes, end } = this.body;
    const { offset } = mismatch;
    const message = malformedMessage(bytes, end);
    this.log.refuse({ start, end: this.trimmed(start, next), offset, reason: 'malformed', message });
    return next;
  }

  private refuseTooLarge(start: number, end: number): number {
    this.undo();
    const message = `a record must have at most ${this.maxRecordBytes} bytes, got ${end - start}`;
    this.log.refuse({ start, end, offset: start, reason: 'too-large', message });
    return end;
  }

  private refuseDepth(start: number, end: number): void {
    const message = `a record must not be nested deeper than ${MAX_DEPTH}, got ${mismatch.depth}`;
    this.log.refuse({ start, end, offset: start, reason: 'malformed', message });
  }

  private refuseMisfit(start: number, end: number): void {
    const { offset } = this.state;
    const site = this.compiled.sites[this.state.site]!;
    const message = misfitMessage(this.body.bytes, site, offset);
    this.log.refuse({ start, end, offset: offset < 0 ? start : offset, reason: 'misfit', message, field: site.path });
  }

  /** A record that is JSON, but not an object, or not in UTF-8. */
  private refuseOther(start: number, end: number): void {
    const { bytes } = this.body;
    if (bytes[start] !== OPEN_OBJECT) {
      const message = `a record must be an object, got ${valueText(bytes, start)}`;
      this.log.refuse({ start, end, offset: start, reason: 'misfit', message });
    } else {
      this.log.refuse({ start, end, offset: start, reason: 'malformed', message: 'a record must be valid UTF-8' });
    }
  }

  /**
   * Start of the line after a record that is no JSON. Lines that begin with whitespace or a closing bracket still belong
   * to it: the inside of a broken pretty-printed object must not be taken for records.
   */
  private nextLine(start: number): number {
    const { bytes, end } = this.body;
    for (let p = start; p < end; p++) {
      if (bytes[p] !== NEWLINE) continue;
      const next = bytes[p + 1]!;
      if (next > 0x20 && next !== CLOSE_OBJECT && next !== CLOSE_LIST) return p + 1;
    }
    return end;
  }

  /** End of a span without the whitespace at its end. Only JSON's: other control characters are part of what is wrong. */
  private trimmed(start: number, end: number): number {
    while (end > start && skipSpace(this.body.bytes, end - 1) >= end) end--;
    return end;
  }
}
