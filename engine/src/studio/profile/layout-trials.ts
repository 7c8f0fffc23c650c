import { isNull } from '../../columns/cells.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import type { Encoder } from '../../columns/encoder.ts';
import { isScalar, scalarText } from '../../columns/scalar-text.ts';
import { selectRows } from '../../columns/select.ts';
import type { RowGroupTrial } from '../../protocol/profile.ts';
import { encodeRows, fileBytes, rowRange } from './encode-rows.ts';
import type { SortTrial } from './profile-job.ts';

/** Sizes of row groups that are tried, each twice the one before; the last holds all rows. */
const ROW_GROUP_SIZES = 7;
const MIN_ROW_GROUP = 16;
/** Columns with more values than this are no order to keep rows in: every reader filters by something else. */
const MAX_SORT_VALUES = 1_000;
const MAX_SORT_TRIALS = 4;

/** How many bytes a row takes by how many of them share a row group: small ones repeat dictionaries, headers and statistics. */
export function tryRowGroups(batch: ColumnBatch, encoder: Encoder): RowGroupTrial[] {
  const sizes = Array.from({ length: ROW_GROUP_SIZES }, (_, i) =>
    Math.ceil(batch.length / 2 ** (ROW_GROUP_SIZES - 1 - i)),
  );
  return [...new Set(sizes)]
    .filter((rows) => rows >= Math.min(MIN_ROW_GROUP, batch.length) && rows > 0)
    .map((rows) => {
      const starts = Array.from({ length: Math.ceil(batch.length / rows) }, (_, i) => i * rows);
      const bytes = starts.reduce((sum, start) => {
        const end = Math.min(batch.length, start + rows);
        return sum + fileBytes([encodeRows(encoder, batch, rowRange(start, end))]);
      }, 0);
      return { rows, bytes, bytesPerRow: bytes / batch.length };
    });
}

/** What the rows would take sorted by each of the columns with few values. `distinct`: values of each column. */
export function trySorting(batch: ColumnBatch, encoder: Encoder, distinct: readonly number[]): SortTrial[] {
  const most = Math.min(MAX_SORT_VALUES, batch.length / 20);
  return batch.fields
    .map(({ name, type }, index) => ({ column: name, index, values: distinct[index]!, isOrdered: isScalar(type) }))
    .filter(({ values, isOrdered }) => isOrdered && values >= 2 && values <= most)
    .sort((a, b) => b.values - a.values)
    .slice(0, MAX_SORT_TRIALS)
    .map(({ column, index }) => {
      const sorted = selectRows(batch, rowsInOrder(batch.columns[index]!));
      return { column, bytes: fileBytes([encodeRows(encoder, sorted, undefined)]) };
    });
}

/** Row numbers, those of equal values together, in their order among each other. */
function rowsInOrder(column: Column): Int32Array {
  const byValue = new Map<string, number[]>();
  for (let row = 0; row < column.length; row++) {
    const text = isNull(column, row) ? '' : scalarText(column, row);
    const rows = byValue.get(text);
    if (rows) rows.push(row);
    else byValue.set(text, [row]);
  }
  return Int32Array.from([...byValue].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, rows]) => rows));
}
