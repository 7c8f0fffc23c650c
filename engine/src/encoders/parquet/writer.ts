import { toArrowIpc } from '../../columns/arrow.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import type { Encoder, FileAbout, HeldSegment, Segment, Sized, TimeRange } from '../../columns/encoder.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import { columnName, type StoredSchema, storedSchema } from '../../parquet/schema-elements.ts';
import { parquetFromIpc } from '../../parquet/wasm.ts';
import { checkFields, checkOptions } from './checks.ts';
import { codecOf, levelOf, type PageCodec, pageCodec } from './compress.ts';
import { assembleFile } from './footer.ts';
import type { ParquetOptions } from './options.ts';
import { PROFILES } from './profiles.ts';
import { writerProperties } from './properties.ts';
import { cutSegment } from './segment.ts';
import { segmentTimes } from './segment-times.ts';
import { storedBatch, storedFields } from './stored-columns.ts';
import { CREATED_BY } from './version.ts';

/** What follows from the fields of a batch. */
interface Plan {
  readonly fields: readonly Field[];
  readonly stored: readonly Field[];
  readonly schema: StoredSchema;
  /** Of each column of the file. */
  readonly codecs: readonly (PageCodec | undefined)[];
}

const NO_BYTES = new Uint8Array(0);

/** Rows to Parquet by parquet-wasm; see `Encoder`. Every segment is one row group, a segment of no rows is none. */
export class ParquetEncoder implements Encoder {
  readonly extension = 'parquet';
  readonly contentType = 'application/vnd.apache.parquet';
  readonly rowGroup: { readonly rows: number; readonly encodedBytes: number };
  readonly #options: ParquetOptions;
  #plan: Plan | undefined;

  /** Throws E_CONFIG if the options contradict the reader they name. */
  constructor(options: ParquetOptions) {
    checkOptions(options);
    this.#options = options;
    this.rowGroup = { rows: options.rowGroupRows, encodedBytes: options.rowGroupSize };
  }

  check(fields: readonly Field[]): void {
    this.#planFor(fields);
  }

  encode(batch: ColumnBatch): Segment {
    const { stored, schema, codecs } = this.#planFor(batch.fields);
    if (batch.length === 0) return { parts: [], rows: 0, meta: NO_BYTES };
    return cutSegment(this.#write(storedBatch(batch, stored)), schema, codecs);
  }

  assemble<Bytes extends Sized>(segments: readonly HeldSegment<Bytes>[], about: FileAbout): (Bytes | Uint8Array)[] {
    const { schema } = this.#planFor(about.fields);
    const keyValues = { ...this.#options.keyValues, ...about.keyValues };
    return assembleFile(segments, { schema, keyValues, createdBy: CREATED_BY });
  }

  timesOf(segments: readonly Pick<Segment, 'meta'>[], field: string, about: FileAbout): TimeRange | undefined {
    return segmentTimes(segments, field, this.#planFor(about.fields).schema);
  }

  #write(batch: ColumnBatch): Uint8Array {
    try {
      return parquetFromIpc(toArrowIpc(batch), (wasm) => writerProperties(wasm, this.#options, batch));
    } catch (error) {
      throw new ParquetryError('E_INTERNAL', `parquet-wasm must encode every checked batch, got: ${String(error)}`, {
        cause: error,
      });
    }
  }

  /** Kept for the fields of the last call: batches of a lane share them. */
  #planFor(fields: readonly Field[]): Plan {
    if (this.#plan?.fields === fields) return this.#plan;
    const rules = { uuid: PROFILES[this.#options.reader].uuid, nanoseconds: this.#options.nanoseconds };
    const stored = storedFields(fields, rules);
    checkFields(stored, this.#options);
    const schema = storedSchema(stored);
    const codecs = schema.leaves.map((leaf) => {
      const codec = codecOf(columnName(leaf), this.#options);
      return pageCodec(codec, levelOf(codec, this.#options));
    });
    this.#plan = { fields, stored, schema, codecs };
    return this.#plan;
  }
}
