import type { Column } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import type { RecordBatch } from '../../columns/record-batch.ts';
import type { DeliveryContext, TransformResult } from '../../columns/transform.ts';
import type { Field, Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import type { ColumnarPlan } from './columnar-plan.ts';
import { MissingValues } from './missing-values.ts';
import type { OutputColumns } from './output-columns.ts';
import { RowNumbers } from './row-numbers.ts';
import { isSafe } from './safe-values.ts';

/** The loop around `map`, or a part of it. */
export interface Mapper {
  run(records: RecordBatch, deliveries: readonly DeliveryContext[]): TransformResult;
}

export interface ColumnarMapperParts {
  readonly plan: ColumnarPlan;
  readonly output: readonly Field[];
  readonly columns: OutputColumns;
  /** Which delivery and record built-ins are at; -1 between batches. */
  readonly position: Int32Array;
  /** Runs the code that is left, for the computed fields of the output; not asked if nothing is left. */
  readonly rest: Mapper;
  /** Runs the whole code: for batches in which a value that would be handed on costs its record. */
  readonly whole: Mapper;
}

/**
 * Runs a recognised transform: its code computes the fields that have to be, the others are columns of the input or made of
 * them. For every batch the result is that of the whole code, record by record.
 */
export class ColumnarMapper implements Mapper {
  private readonly parts: ColumnarMapperParts;
  private readonly rowNumbers = new RowNumbers();

  constructor(parts: ColumnarMapperParts) {
    this.parts = parts;
  }

  run(records: RecordBatch, deliveries: readonly DeliveryContext[]): TransformResult {
    const { plan, columns, position, rest, whole } = this.parts;
    const { rows, delivery, ordinal } = records;
    const ready = columns.of(rows, (row) => {
      position[0] = delivery[row]!;
      position[1] = ordinal[row]!;
    });
    position.fill(-1);
    if (ready === undefined) return whole.run(records, deliveries);
    const missing = new MissingValues(this.parts.output, ready);
    // With values that cannot even be read, too, it would not be known which of both a record fails for.
    if (!missing.isNone && !rows.columns.every(isSafe)) return whole.run(records, deliveries);
    const result = plan.isProjection ? this.everyRow(rows.length) : rest.run(records, deliveries);
    const computed = missing.isNone ? result : missing.settle(result);
    const { origin, dropped, failed } = computed;
    const isEveryRow = dropped.length + failed.length === 0 && origin.length === rows.length;
    let next = 0;
    const output = this.parts.output.map(({ type }, i) => {
      const column = ready[i];
      if (column === undefined) return computed.output.columns[next++]!;
      return isEveryRow && isType(column, type) ? column : new PickedColumn(type, column, origin);
    });
    return {
      ...computed,
      output: { fields: this.parts.output, length: origin.length, columns: output },
      undeclaredKeys: this.undeclaredKeys(computed),
    };
  }

  private everyRow(length: number): TransformResult {
    const output = { fields: [], length, columns: [] };
    return { output, origin: this.rowNumbers.upTo(length), dropped: [], failed: [], undeclaredKeys: new Map() };
  }

  /** A spread that stays brings fields which are handed on; one that was removed no longer brings those without a column. */
  private undeclaredKeys({ undeclaredKeys, origin }: TransformResult): ReadonlyMap<string, number> {
    const { plan, output } = this.parts;
    if (undeclaredKeys.size === 0 && plan.undeclared.length === 0) return undeclaredKeys;
    const counts = new Map(undeclaredKeys);
    for (const { name } of output) counts.delete(name);
    for (const name of plan.undeclared) counts.delete(name);
    if (origin.length > 0) for (const name of plan.undeclared) counts.set(name, origin.length);
    return counts;
  }
}

/** Not only the storage is the same: a decimal may have become wider, a timestamp a local one. */
function isType(column: Column, type: Type): boolean {
  return column.type === type || formatType(column.type) === formatType(type);
}
