import type { ColumnBatch } from '../../../columns/column.ts';
import type {
  Encoder,
  FileAbout,
  HeldSegment,
  RowGroupWriter,
  Segment,
  Sized,
  TimeRange,
} from '../../../columns/encoder.ts';
import type { Field } from '../../../core/schema.ts';
import { threadKernel } from '../../../kernel/kernel.ts';
import { type StoredSchema, storedSchema } from '../../../parquet/schema-elements.ts';
import { checkFields, checkOptions } from '../checks.ts';
import { assembleFile } from '../footer.ts';
import type { ParquetOptions } from '../options.ts';
import { PROFILES } from '../profiles.ts';
import { segmentTimes } from '../segment-times.ts';
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

/** What an encoder holds of the kernel's memory. It makes a new one if its own was taken away. */
interface Held {
  plan?: EncodePlan;
}

/** Encoders have no end. Beyond so much of the kernel's memory in use, those of a thread that have no row group open lose theirs. */
const PRESSURE_BYTES = 512 << 20;
const holding = new Set<Held>();

function hold(held: Held): void {
  holding.add(held);
  for (const other of holding) {
    if (threadKernel().exports.usedBytes() >>> 0 < PRESSURE_BYTES) return;
    if (other === held || other.plan?.isIdle === false) continue;
    other.plan?.retire();
    other.plan = undefined;
    holding.delete(other);
  }
}

/** Rows to Parquet by the kernel, page by page as they come; see `Encoder`. A segment of no rows is no row group. */
export class KernelParquetEncoder implements Encoder {
  readonly extension = 'parquet';
  readonly contentType = 'application/vnd.apache.parquet';
  readonly rowGroup: { readonly rows: number; readonly encodedBytes: number };
  readonly #options: ParquetOptions;
  #file: FilePlan | undefined;
  readonly #held: Held = {};

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

  assemble<Bytes extends Sized>(segments: readonly HeldSegment<Bytes>[], about: FileAbout): (Bytes | Uint8Array)[] {
    const { schema } = this.#planFile(about.fields);
    const keyValues = { ...this.#options.keyValues, ...about.keyValues };
    return assembleFile(segments, { schema, keyValues, createdBy: CREATED_BY });
  }

  timesOf(segments: readonly Pick<Segment, 'meta'>[], field: string, about: FileAbout): TimeRange | undefined {
    return segmentTimes(segments, field, this.#planFile(about.fields).schema);
  }

  /** Kept for the fields of the last call: batches of a lane have the same ones, if not in the same array. */
  #planFile(fields: readonly Field[]): FilePlan {
    if (this.#file && isSame(this.#file.fields, fields)) return this.#file;
    const rules = { uuid: PROFILES[this.#options.reader].uuid, nanoseconds: this.#options.nanoseconds };
    const stored = storedFields(fields, rules);
    checkFields(stored, this.#options);
    this.#held.plan?.retire();
    this.#held.plan = undefined;
    holding.delete(this.#held);
    this.#file = { fields, stored, schema: storedSchema(stored) };
    return this.#file;
  }

  /** The kernel is loaded with the first row group only: the landing assembles without one. */
  #planEncode(fields: readonly Field[]): EncodePlan {
    const { stored, schema } = this.#planFile(fields);
    if (!this.#held.plan) {
      this.#held.plan = new EncodePlan(threadKernel(), fields, stored, schema, this.#options);
      hold(this.#held);
    }
    return this.#held.plan;
  }
}

function isSame(one: readonly Field[], other: readonly Field[]): boolean {
  return one === other || (one.length === other.length && one.every((field, i) => field === other[i]));
}
