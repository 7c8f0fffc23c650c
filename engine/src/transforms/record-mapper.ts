import type { RecordBatch } from '../columns/record-batch.ts';
import type { DeliveryContext, DroppedRecord, FailedRecord, TransformResult } from '../columns/transform.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Schema } from '../core/schema.ts';
import { dropReason } from './api/drop.ts';
import type { Transform } from './api.ts';
import { createRowAppender, type RowAppender } from './appenders/row-appender.ts';
import type { CompiledTransform } from './compile.ts';
import { createRecordContext, type RecordContext } from './context.ts';
import { createPassthrough } from './passthrough.ts';
import { createRowReader, type RowReader } from './rows/row-reader.ts';
import { createStackMapper, type StackMapper } from './stack.ts';
import { thrownText } from './thrown.ts';

const WANTED_RESULT = 'a row, an array of rows or drop(reason)';
/** Reason of a record for which `map` returned an empty array: it is accounted for like any other. */
const NO_ROWS = 'no rows';

export interface RecordMapperParts {
  readonly compiled: CompiledTransform;
  readonly transform: Transform;
  readonly input: Schema;
  readonly state: unknown;
  /** Whether keys of returned rows that the output lacks are counted; they are unless said otherwise. */
  readonly undeclared?: 'count' | 'ignore';
  readonly options: { readonly passthrough?: boolean; readonly position?: Int32Array };
}

/**
 * The loop around `map`: rows out of columns, results into columns, and an account of every record. A record's rows are
 * atomic: at the first value that does not fit, all of them are taken back.
 */
export class RecordMapper {
  private readonly transform: Transform;
  private readonly rows: RowReader;
  private readonly appender: RowAppender;
  private readonly context: RecordContext;
  private readonly stacks: StackMapper;
  /** The row to put in a failed record's place. */
  private readonly passthrough: ((row: number) => object) | undefined;
  private readonly position: Int32Array;
  /** Objects `prefetch` has seen, by row; what could not be read is missing. */
  private ahead: (object | undefined)[] | undefined;
  private dropped: DroppedRecord[] = [];
  private failed: FailedRecord[] = [];
  private passedThrough: FailedRecord[] = [];

  constructor({ compiled, transform, input, state, undeclared, options }: RecordMapperParts) {
    this.transform = transform;
    this.rows = createRowReader(input);
    this.appender = createRowAppender(transform.output, { input: this.rows.input, undeclared });
    this.context = createRecordContext(state);
    this.stacks = createStackMapper(compiled);
    this.passthrough = options.passthrough ? createPassthrough(this.rows, input, transform.output) : undefined;
    this.position = options.position ?? new Int32Array(2);
  }

  /**
   * Makes the objects of a whole batch; the next `run` maps these. Answers the ones that could be made. Their values are not
   * kept one by one, so in such a run every value is appended.
   */
  readAhead({ rows }: RecordBatch): object[] {
    this.rows.bind(rows);
    this.ahead = Array.from({ length: rows.length }, (_, row) => {
      try {
        return this.rows.at(row);
      } catch {
        return undefined; // reading it again in `run` says why
      }
    });
    return this.ahead.filter((record) => record !== undefined);
  }

  /** Takes what `prefetch` returned for the batch of the next `run`. */
  prefetched(value: unknown): void {
    this.context.prefetched(value);
  }

  /** Maps all records of a batch. Throws for none of them. */
  run(records: RecordBatch, deliveries: readonly DeliveryContext[]): TransformResult {
    this.begin();
    this.rows.bind(records.rows);
    const { delivery, ordinal } = records;
    for (let row = 0; row < records.rows.length; row++) {
      this.position[0] = delivery[row]!;
      this.position[1] = ordinal[row]!;
      this.context.enter(deliveries[delivery[row]!]!, ordinal[row]!);
      this.mapRecord(row);
    }
    this.position.fill(-1);
    this.ahead = undefined;
    return this.result();
  }

  /** As `run` for records that user code must not see: those that are not passed through fail for `why`. */
  refuse({ rows }: RecordBatch, why: Omit<FailedRecord, 'row'>): TransformResult {
    this.begin();
    this.rows.bind(rows);
    for (let row = 0; row < rows.length; row++) this.settleFailure({ ...why, row });
    return this.result();
  }

  private begin(): void {
    this.appender.clear();
    this.appender.undeclaredKeys.take();
    this.dropped = [];
    this.failed = [];
    this.passedThrough = [];
  }

  private result(): TransformResult {
    const { dropped, failed, passedThrough, appender } = this;
    return {
      output: appender.finish(),
      origin: appender.origin(),
      dropped,
      failed,
      ...(this.passthrough && { passedThrough }),
      undeclaredKeys: appender.undeclaredKeys.take(),
    };
  }

  private mapRecord(row: number): void {
    const { appender } = this;
    const start = appender.length;
    let failure: FailedRecord | undefined;
    try {
      const record = this.ahead?.[row] ?? this.rows.at(row);
      if (!this.appendResult(this.transform.map(record, this.context.ctx), row)) failure = this.misfitOf(row);
    } catch (thrown) {
      failure = this.failureOf(row, thrown);
    }
    if (failure === undefined) return;
    appender.truncate(start);
    this.settleFailure(failure);
  }

  private appendResult(result: unknown, row: number): boolean {
    if (typeof result !== 'object' || result === null) return this.appender.misfit.refuse(WANTED_RESULT, result);
    if (Array.isArray(result)) return this.appendRows(result, row);
    const reason = dropReason(result);
    if (reason === undefined) return this.appendRow(result, row);
    this.dropped.push({ row, reason });
    return true;
  }

  private appendRows(results: readonly unknown[], row: number): boolean {
    if (results.length === 0) this.dropped.push({ row, reason: NO_ROWS });
    for (const result of results) {
      const isRow = typeof result === 'object' && result !== null && dropReason(result) === undefined;
      if (!isRow || Array.isArray(result)) return this.appender.misfit.refuse('an array of rows only', result);
      if (!this.appendRow(result, row)) return false;
    }
    return true;
  }

  private appendRow(result: object, row: number): boolean {
    if ('then' in result && typeof result.then === 'function') return this.refusePromise(result);
    return this.appender.append(result, row);
  }

  /** Its rejection is ours to swallow: unhandled, it would end the process. */
  private refusePromise(promise: object): false {
    Promise.resolve(promise).catch(() => {});
    return this.appender.misfit.refuse(`${WANTED_RESULT}, at once`, promise);
  }

  private misfitOf(row: number): FailedRecord {
    const { message, field } = this.appender.misfit;
    return { row, reason: 'misfit', message, field };
  }

  private failureOf(row: number, thrown: unknown): FailedRecord {
    // The class is the engine's own: user code has another copy. So it was thrown by a reader, for an input value.
    if (thrown instanceof ParquetryError && thrown.code === 'E_RECORD') {
      return { row, reason: 'misfit', message: thrown.message, field: String(thrown.details.field) };
    }
    return { row, reason: 'thrown', message: thrownText(thrown), stack: this.stacks.map(thrown) };
  }

  private settleFailure(failure: FailedRecord): void {
    const start = this.appender.length;
    if (this.passthrough !== undefined && this.appendInput(failure.row)) {
      this.passedThrough.push(failure);
      return;
    }
    this.appender.truncate(start);
    this.failed.push(failure);
  }

  private appendInput(row: number): boolean {
    try {
      return this.appender.append(this.passthrough!(row), row);
    } catch {
      return false;
    }
  }
}
