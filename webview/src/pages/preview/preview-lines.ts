import type { PreviewResult } from '../../../../engine/src/protocol/preview.ts';

/**
 * What stands in one line of both grids: a record beside the rows it gave. A record of three rows takes three lines, one of none takes
 * one.
 */
export interface PreviewLines {
  readonly length: number;
  /** For each line, its record. */
  readonly record: Int32Array;
  /** For each line, its row of the output; -1 where the record gave none. */
  readonly row: Int32Array;
  /** For each line, which of its record's it is, from 0. */
  readonly part: Int32Array;
}

export function previewLines({ records, origin }: Pick<PreviewResult, 'records' | 'origin'>): PreviewLines {
  const rowsOf = new Int32Array(records);
  for (const record of origin) rowsOf[record]!++;
  const length = rowsOf.reduce((sum, rows) => sum + Math.max(1, rows), 0);
  const [record, row, part] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  let nextRow = 0;
  let line = 0;
  for (let at = 0; at < records; at++) {
    for (let i = 0; i < Math.max(1, rowsOf[at]!); i++, line++) {
      record[line] = at;
      part[line] = i;
      row[line] = rowsOf[at] === 0 ? -1 : nextRow++;
    }
  }
  return { length, record, row, part };
}

/** Those lines whose record is wanted; the same object if all are. */
export function linesOf(lines: PreviewLines, isWanted: (record: number) => boolean): PreviewLines {
  const kept = Array.from({ length: lines.length }, (_, line) => line).filter((line) => isWanted(lines.record[line]!));
  if (kept.length === lines.length) return lines;
  const pick = (from: Int32Array) => Int32Array.from(kept, (line) => from[line]!);
  return { length: kept.length, record: pick(lines.record), row: pick(lines.row), part: pick(lines.part) };
}

/** The line of a part of a record; of parts it has no more, the last. Without the record: where it would be, or the last line. */
export function lineOf(lines: PreviewLines, record: number, part: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isBefore = lines.record[middle] === record ? lines.part[middle]! < part : lines.record[middle]! < record;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  // One step back where the record has fewer parts now.
  if (lines.record[low] !== record && lines.record[low - 1] === record) return low - 1;
  return Math.max(0, Math.min(low, lines.length - 1));
}
