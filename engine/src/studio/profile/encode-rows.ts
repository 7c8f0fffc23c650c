import type { ColumnBatch, Selection } from '../../columns/column.ts';
import type { Encoder, Segment } from '../../columns/encoder.ts';
import { selectRows } from '../../columns/select.ts';
import { totalBytes } from '../../core/total-bytes.ts';

/** The rows of a selection as one row group, as lanes write it. */
export function encodeRows(encoder: Encoder, batch: ColumnBatch, selection: Selection): Segment {
  const group = encoder.open?.(batch.fields);
  if (!group) return encoder.encode(selectRows(batch, selection));
  group.append(batch, selection);
  return group.seal();
}

/** What a row group takes in a file: its pages, and its part of the footer. */
export function fileBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, { parts, meta }) => sum + totalBytes(parts) + meta.byteLength, 0);
}

/** The numbers from `start` up to `end`. */
export function rowRange(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
