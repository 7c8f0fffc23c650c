import type { RecordBatch } from './record-batch.ts';
import { sliceRows } from './select.ts';

/** The records from `start` up to `end` as a batch of their own; the batch itself when that is all of it. */
export function sliceRecords(records: RecordBatch, start: number, end: number): RecordBatch {
  if (start === 0 && end === records.rows.length) return records;
  const original = records.original && ((row: number) => records.original!(start + row));
  return {
    ...records,
    original,
    rows: sliceRows(records.rows, start, end),
    delivery: records.delivery.subarray(start, end),
    ordinal: records.ordinal.subarray(start, end),
    start: records.start.subarray(start, end),
    end: records.end.subarray(start, end),
  };
}
