import type { ColumnBatch } from '../../../columns/column.ts';
import type { Encoder, FileAbout, RowGroupWriter, Segment } from '../../../columns/encoder.ts';
import type { Field } from '../../../core/schema.ts';
import { threadKernel } from '../../../kernel/kernel.ts';
import { type StoredSchema, storedSchema } from '../../../parquet/schema-elements.ts';
import { checkFields, checkOptions } from '../checks.ts';
import { assembleFile } from '../footer.ts';
import type { ParquetOptions } from '../options.ts';
import { PROFILES } from '../profiles.ts';
import { storedFields } from '../stored-columns.ts';
import { CREATED_BY } from '../version.ts';
import { EncodePlan } from './encode-plan.ts';
import { KernelRowGroup } from './row-group.ts';

/** What follows from the fields alone. */
interface FilePlan {
  readonly fields: readonly Field[];
  readonly stored: readonly Field[];
  readonly schema: StoredSchema;
}

/** Rows to Parquet by the kernel, page by page as they come; see `Encoder`. A segment of no rows is no row group. */
export class KernelParquetEncoder implements Encoder {
  readonly extension = 'parquet';
  readonly contentType = 'application/vnd.apache.parquet';
  readonly rowGroup: { readonly rows: number; readonly encodedBytes: number };
  readonly #options: ParquetOptions;
  #file: FilePlan | undefined;
  #encode: EncodePlan | undefined;

  /** Throws E_CONFIG if the options contradict the reader they name. */
  constructor(options: ParquetOptions) {
    checkOptions(options);
    this.#options = options;
    this.rowGroup = { rows: options.rowGroupRows, encodedBytes: options.rowGroupSize };
  }

  check(fields: readonly Field[]): void {
    this.#planFile(fields);
  }

  open(fields: readonly Field[]): RowGroupWriter {
    return new KernelRowGroup(this.#planEncode(fields).take());
  }

  encode(batch: ColumnBatch): Segment {
    const group = this.open(batch.fields);
    group.append(batch, undefined);
    return group.seal();
  }

  assemble(segments: readonly Segment[], about: FileAbout): Uint8Array[] {
    const { schema } = this.#planFile(about.fields);
    const keyValues = { ...this.#options.keyValues, ...about.keyValues };
    return assembleFile(segments, { schema, keyValues, createdBy: CREATED_BY });
  }

  /** Kept for the fields of the last call: batches of a lane have the same ones, if not in the same array. */
  #planFile(fields: readonly Field[]): FilePlan {
    if (this.#file && isSame(this.#file.fields, fields)) return this.#file;
    const rules = { uuid: PROFILES[this.#options.reader].uuid, nanoseconds: this.#options.nanoseconds };
    const stored = storedFields(fields, rules);
    checkFields(stored, this.#options);
    this.#encode?.retire();
    this.#encode = undefined;
    this.#file = { fields, stored, schema: storedSchema(stored) };
    return this.#file;
  }

  /** The kernel is loaded with the first row group only: the landing assembles without one. */
  #planEncode(fields: readonly Field[]): EncodePlan {
    const { stored, schema } = this.#planFile(fields);
    this.#encode ??= new EncodePlan(threadKernel(), fields, stored, schema, this.#options);
    return this.#encode;
  }
}

function isSame(one: readonly Field[], other: readonly Field[]): boolean {
  return one === other || (one.length === other.length && one.every((field, i) => field === other[i]));
}
