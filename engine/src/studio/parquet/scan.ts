import type { Column } from '../../columns/column.ts';
import type { Condition } from '../../parquet/condition.ts';
import { decodedBytes } from '../../parquet/parquet-file.ts';
import { prunedParts } from '../../parquet/prune.ts';
import { type CutColumn, cutRows, type RowRange } from '../../parquet/row-ranges.ts';
import { scalarsOf } from '../../parquet/stored-fields.ts';
import type { OpenedFile } from './opened-file.ts';
import { readTogether } from './read-columns.ts';
import type { ViewField } from './view-fields.ts';

/** Some rows of a scan. */
export interface ScanStep {
  /** Number of the first row in the file. */
  readonly firstRow: number;
  readonly rows: number;
  /** Valid until the next step is asked for. */
  readonly columns: readonly Column[];
  /** Rows of the file up to here, with those that were skipped. */
  readonly scanned: number;
}

/** A step takes some tens of milliseconds: between two of them others are served. */
const STEP = { targetBytes: 8 << 20, maxRows: 65_536, decodesPerPage: 4 };
/** Rows whose pages are looked for at a time, where there is no index. */
const AHEAD_ROWS = 1 << 20;

export interface ScanOptions {
  readonly fields: readonly ViewField[];
  /** What statistics and indexes are asked; anew before each row group, so that it may become narrower. */
  where(): readonly Condition[];
}

/** Reads columns over a whole file in steps of bounded size, without the row groups and pages that surely hold nothing that is wanted. */
export async function* scan(file: OpenedFile, { fields, where }: ScanOptions): AsyncGenerator<ScanStep> {
  const arena = file.takeArena();
  try {
    for (const [rowGroup, firstRow] of file.firstRows.entries()) {
      const parts = await prunedParts(file.parquet, where(), [rowGroup]);
      for (const part of parts) {
        for await (const rows of stepsOf(file, fields, rowGroup, part.rows)) {
          arena.reset();
          const { columns } = await readTogether(file, { fields, rowGroup, rows }, arena);
          yield {
            firstRow: firstRow + rows.start,
            rows: rows.end - rows.start,
            columns,
            scanned: firstRow + rows.end,
          };
        }
      }
    }
  } finally {
    file.giveArena(arena);
  }
}

async function* stepsOf(
  file: OpenedFile,
  fields: readonly ViewField[],
  rowGroup: number,
  { start, end }: RowRange,
): AsyncGenerator<RowRange> {
  for (let from = start; from < end; from += AHEAD_ROWS) {
    const rows = { start: from, end: Math.min(end, from + AHEAD_ROWS) };
    yield* cutRows(rows, await cutColumns(file, fields, rowGroup, rows.end), STEP);
  }
}

async function cutColumns(
  file: OpenedFile,
  fields: readonly ViewField[],
  rowGroup: number,
  until: number,
): Promise<CutColumn[]> {
  const group = file.group(rowGroup);
  const columns: CutColumn[] = [];
  for (const scalar of fields.flatMap(({ stored }) => scalarsOf(stored.stored))) {
    const chunk = group.chunks[scalar.leaf]!;
    const { spans } = await file.pages.of({ rowGroup, scalar, chunk, rows: group.rows, until });
    const last = spans.at(-1);
    // Of a walk under way only a part of the chunk is known.
    const known = last ? (last.firstRow + last.rows) / group.rows : 1;
    columns.push({ spans, decodedBytes: decodedBytes(chunk, scalar) * known });
  }
  return columns;
}
