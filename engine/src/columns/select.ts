import { createBuilder } from './builder.ts';
import type { ColumnBatch, Selection } from './column.ts';

/** A new batch of the selected rows; the batch itself when all rows are. */
export function selectRows(batch: ColumnBatch, selection: Selection): ColumnBatch {
  if (!selection) return batch;
  const columns = batch.columns.map((column, index) => {
    const builder = createBuilder(batch.fields[index]!.type);
    builder.appendSelection(column, selection);
    return builder.finish();
  });
  return { fields: batch.fields, length: selection.length, columns };
}

/** A new batch of the rows from `start` up to `end`; the batch itself when that is all of it. */
export function sliceRows(batch: ColumnBatch, start: number, end: number): ColumnBatch {
  if (start === 0 && end === batch.length) return batch;
  const columns = batch.columns.map((column, index) => {
    const builder = createBuilder(batch.fields[index]!.type);
    builder.appendRange(column, start, end);
    return builder.finish();
  });
  return { fields: batch.fields, length: end - start, columns };
}
