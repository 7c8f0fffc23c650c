import { bitAt } from '../../columns/bitmap.ts';
import type { Column } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import type { FailedRecord, TransformResult } from '../../columns/transform.ts';
import type { Field } from '../../core/schema.ts';
import { Misfit } from '../appenders/misfit.ts';
import { wantedValue } from '../appenders/wanted.ts';

/**
 * Null in an output column that must have values. A record whose row would hold one fails, as it would have, had its row been
 * appended value by value; one that was dropped, or failed before, is spared. For code that makes one row a record.
 */
export class MissingValues {
  private readonly fields: readonly Field[];
  /** Those that have nulls, in the order of the output. */
  private readonly columns: readonly { readonly position: number; readonly validity: Uint8Array }[];

  constructor(fields: readonly Field[], columns: readonly (Column | undefined)[]) {
    this.fields = fields;
    this.columns = columns.flatMap((column, position) => {
      const mayNot = column !== undefined && !fields[position]!.optional && column.nullCount > 0;
      return mayNot ? [{ position, validity: column.validity! }] : [];
    });
  }

  get isNone(): boolean {
    return this.columns.length === 0;
  }

  /** The result without the rows that lack a value, and with the failures of their records. */
  settle(result: TransformResult): TransformResult {
    const { origin, output, failed } = result;
    const kept = this.whole(origin);
    if (kept.length === origin.length && failed.length === 0) return result;
    const columns = output.columns.map((column) => new PickedColumn(column.type, column, kept));
    const lacking = [...origin].filter((row) => this.firstAt(row) >= 0).map((row) => this.failureAt(row));
    return {
      ...result,
      output: { ...output, length: kept.length, columns },
      origin: kept.map((i) => origin[i]!),
      failed: [...failed.map((failure) => this.firstOf(failure)), ...lacking].sort((a, b) => a.row - b.row),
    };
  }

  /** Positions of the rows that lack nothing. */
  private whole(origin: Int32Array): Int32Array {
    const positions = new Int32Array(origin.length);
    let count = 0;
    for (let i = 0; i < origin.length; i++) if (this.firstAt(origin[i]!) < 0) positions[count++] = i;
    return positions.subarray(0, count);
  }

  /** Values are looked at in the order of the fields: the first one to blame is named. */
  private firstOf(failure: FailedRecord): FailedRecord {
    const { row, reason, field } = failure;
    const missing = this.firstAt(row);
    if (reason !== 'misfit' || field === undefined || missing < 0) return failure;
    const blamed = this.fields.findIndex(({ name }) => field === name || /^[.[]/.test(restOf(field, name)));
    return missing < blamed ? this.failureAt(row) : failure;
  }

  /** Position of the first field that lacks its value; -1 if none does. */
  private firstAt(row: number): number {
    for (const { validity, position } of this.columns) if (!bitAt(validity, row)) return position;
    return -1;
  }

  private failureAt(row: number): FailedRecord {
    const { name, type } = this.fields[this.firstAt(row)]!;
    const misfit = new Misfit();
    misfit.refuse(wantedValue(type), null);
    misfit.inField(name);
    return { row, reason: 'misfit', message: misfit.message, field: misfit.field };
  }
}

function restOf(path: string, name: string): string {
  return path.startsWith(name) ? path.slice(name.length) : '';
}
