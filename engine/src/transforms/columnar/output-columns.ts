import type { Column, ColumnBatch } from '../../columns/column.ts';
import type { Field } from '../../core/schema.ts';
import type { Argument, AtRow } from '../builtins/column-call.ts';
import { columnBuiltins } from '../builtins/registry.ts';
import type { BuiltinArgument, ColumnarPlan, OutputPlan } from './columnar-plan.ts';
import { isSafe } from './safe-values.ts';

/** Gives one field of the output for all rows of a batch; undefined where a row has to go through the user's code. */
type ColumnMaker = (rows: ColumnBatch, atRow: AtRow) => Column | undefined;

/** The output columns that need no code of the user's. One instance a lane; it keeps memory for built-ins. */
export class OutputColumns {
  /** One a field; undefined for those that are computed. */
  private readonly makers: readonly (ColumnMaker | undefined)[];

  /** `evaluate` gives the value of a constant expression in the user's module. */
  constructor(
    { outputs, failsLate }: ColumnarPlan,
    fields: readonly Field[],
    evaluate: (expression: string) => unknown,
  ) {
    this.makers = outputs.map((output, i) => {
      const make = makerOf(output, fields[i]!, evaluate);
      if (make === undefined || output.kind === 'computed' || !output.mustHaveValue) return make;
      // Of a struct that is null `?.` makes undefined, which is another thing to say.
      const isNull = output.kind === 'built-in' || output.indexes.length === 1;
      return failsLate && isNull ? make : (rows, atRow) => withoutNulls(make(rows, atRow));
    });
  }

  /**
   * One a field of the output, as long as the batch, undefined for what is computed; with nulls where the output wants values
   * only if the plan says that this can be settled later. No array at all if some value cannot go this way, because it costs
   * its record: user code, and the loop around it, then have to see the batch. `atRow` is told where a built-in is.
   */
  of(rows: ColumnBatch, atRow: AtRow): readonly (Column | undefined)[] | undefined {
    const columns: (Column | undefined)[] = [];
    for (const make of this.makers) {
      const column = make?.(rows, atRow);
      if (make !== undefined && column === undefined) return undefined;
      columns.push(column);
    }
    return columns;
  }
}

function makerOf(
  output: OutputPlan,
  { type }: Field,
  evaluate: (expression: string) => unknown,
): ColumnMaker | undefined {
  switch (output.kind) {
    case 'computed':
      return undefined;
    case 'handed-on':
      return (rows) => safeColumn(rows, output.indexes);
    case 'built-in': {
      const call = columnBuiltins.get(output.name)!.open(type);
      const args = output.args.map((argument) => ('constant' in argument ? constantOf(argument, evaluate) : argument));
      return (rows, atRow) => {
        const given = argumentsOf(rows, args);
        return given && call.apply(given, rows.length, atRow);
      };
    }
  }
}

function constantOf({ constant }: { readonly constant: string }, evaluate: (expression: string) => unknown): Argument {
  return { constant: evaluate(`(${constant})`) };
}

/** The columns and constants of a call; undefined if one of the columns has a value that costs its record. */
function argumentsOf(
  rows: ColumnBatch,
  args: readonly (Argument | Exclude<BuiltinArgument, { constant: string }>)[],
): Argument[] | undefined {
  const given: Argument[] = [];
  for (const argument of args) {
    const resolved = 'indexes' in argument ? safeColumn(rows, argument.indexes) : argument;
    if (resolved === undefined) return undefined;
    given.push(resolved);
  }
  return given;
}

function withoutNulls(column: Column | undefined): Column | undefined {
  return column?.nullCount === 0 ? column : undefined;
}

function safeColumn(rows: ColumnBatch, indexes: readonly number[]): Column | undefined {
  const column = columnAt(rows, indexes);
  return isSafe(column) ? column : undefined;
}

/** The column of a field, or of a field of a struct: as long as the batch, and null where a struct on the way is. */
function columnAt({ columns }: ColumnBatch, [first, ...others]: readonly number[]): Column {
  let column = columns[first!]!;
  for (const index of others) column = column.children![index]!;
  return column;
}
