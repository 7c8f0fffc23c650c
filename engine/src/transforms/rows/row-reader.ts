import type { ColumnBatch } from '../../columns/column.ts';
import type { Schema } from '../../core/schema.ts';
import type { InputValues } from './input-values.ts';
import { RowCode } from './row-code.ts';

/** Gives the rows of a batch as the plain objects that user code sees. */
export interface RowReader {
  /** Values of the row that `at` made last, for whoever appends what user code makes of it. */
  readonly input: InputValues;
  /** Takes a batch whose columns are those of the schema, in its order. */
  bind(batch: ColumnBatch): void;
  /**
   * A new object for row `row` of the batch, with all fields in the order of the schema, null where they are null. An object or
   * array in a json field is parsed when it is first looked into. Throws E_RECORD for an integer or a timestamp that a number
   * cannot hold exactly, SyntaxError for a json that is none.
   */
  at(row: number): object;
}

/** A reader for batches of a schema; compiles code for it once. */
export function createRowReader({ fields }: Schema): RowReader {
  const { input, bind, at } = new RowCode().compile(fields);
  return { input, at, bind: ({ columns }) => bind(columns) };
}
