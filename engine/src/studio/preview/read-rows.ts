import { fromArrowIpc } from '../../columns/arrow.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import { parseSlot } from '../../core/schema-text.ts';
import type { Rows } from '../../protocol/rows.ts';

/** The rows of a protocol message as a batch again: for whoever writes them out, exact. */
export function batchOf({ fields, length, arrow }: Rows): ColumnBatch {
  const typed = fields.map(({ name, type }) => ({ name, ...parseSlot(type) }));
  const [batch] = fromArrowIpc(arrow, typed);
  if (!batch) throw new TypeError(`there must be a batch of ${length} rows`);
  return batch;
}
