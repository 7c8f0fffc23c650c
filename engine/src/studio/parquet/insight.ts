import type { Column } from '../../columns/column.ts';
import { isScalar } from '../../columns/scalar-text.ts';
import { boundOf } from '../../parquet/bounds.ts';
import { compareOrdered, type Ordered } from '../../parquet/condition.ts';
import { statisticValue } from '../../parquet/exact-value.ts';
import { bytesAt, COLUMN, STATISTICS, structAt } from '../../parquet/metadata.ts';
import type { ColumnInsight } from '../../protocol/parquet.ts';
import type { Count } from '../../protocol/rows.ts';
import { histogramOf } from '../profile/histogram.ts';
import { cellText } from './cell-text.ts';
import type { OpenedFile } from './opened-file.ts';
import { orderedCells } from './ordered-cells.ts';
import { readTogether } from './read-columns.ts';
import { ShownColumn } from './shown-column.ts';
import type { ViewField } from './view-fields.ts';

/** Places in the file where rows are taken, and how many at each. */
const PLACES = 12;
const ROWS_A_PLACE = 2_000;
const TOP = 10;
const MAX_TEXT_CHARS = 200;
/** A walk along the pages of a chunk without an index, for one look at its middle, is not worth it beyond. */
const MAX_WALK_BYTES = 16 << 20;

/** `parquet.insight`: what a sample of a column's values tells of it. */
export async function columnInsight(file: OpenedFile, name: string, signal: AbortSignal): Promise<ColumnInsight> {
  const field = file.field(name);
  const sample = new ShownColumn(field.type);
  for (const { row, count } of samplePlaces(file, field)) {
    signal.throwIfAborted();
    const rowGroup = file.groupOf(row);
    const start = row - file.firstRows[rowGroup]!;
    const arena = file.takeArena();
    try {
      const wanted = { fields: [field], rowGroup, rows: { start, end: start + count } };
      const [column] = (await readTogether(file, wanted, arena)).columns;
      sample.append(
        column!,
        Int32Array.from({ length: count }, (_, i) => i),
      );
    } finally {
      file.giveArena(arena);
    }
  }
  const { rows } = file.parquet;
  const column = sample.finish();
  const found = insightOf(column);
  const range = rangeOf(file, field);
  const isWhole = column.length === rows;
  return {
    ...found,
    ...(range ?? { min: found.min, max: found.max }),
    // The length of a list's text tells nothing of the list.
    histogram: isScalar(field.type) ? found.histogram : undefined,
    rows,
    isDistinctExact: isWhole,
    isRangeExact: isWhole || range !== undefined,
    sampledRows: column.length,
  };
}

/** Runs of rows spread over the file, in order, none across row groups and none twice; all rows where there are few. */
function samplePlaces(file: OpenedFile, field: ViewField): { row: number; count: number }[] {
  const { rows, rowGroups } = file.parquet;
  if (rows <= PLACES * ROWS_A_PLACE) {
    return rowGroups.flatMap(({ rows: count }, i) => (count > 0 ? [{ row: file.firstRows[i]!, count }] : []));
  }
  const places: { row: number; count: number }[] = [];
  let end = 0;
  for (let place = 0; place < PLACES; place++) {
    const wanted = Math.max(end, Math.floor((rows * place) / PLACES));
    if (wanted >= rows) break;
    const rowGroup = file.groupOf(wanted);
    const first = file.firstRows[rowGroup]!;
    const groupEnd = first + rowGroups[rowGroup]!.rows;
    const isFar = isFarWalk(file, field, rowGroup);
    // The start of a row group stands for all of it, with as many rows as the places within have.
    const row = isFar ? first : wanted;
    if (row < end) continue;
    const wantedRows = isFar ? Math.ceil(((groupEnd - first) * PLACES) / rows) * ROWS_A_PLACE : ROWS_A_PLACE;
    const count = Math.min(wantedRows, PLACES * ROWS_A_PLACE, groupEnd - row);
    places.push({ row, count });
    end = row + count;
  }
  return places;
}

/** Whether rows in the middle of a chunk are expensive to find: without an index, its pages are walked, or are few and huge. */
function isFarWalk(file: OpenedFile, { stored }: ViewField, rowGroup: number): boolean {
  const leaf = leafOf(stored.stored);
  const chunk = leaf === undefined ? undefined : file.group(rowGroup).chunks[leaf];
  return chunk !== undefined && !chunk.offsetIndex && chunk.uncompressedBytes > MAX_WALK_BYTES;
}

function leafOf(stored: ViewField['stored']['stored']): number | undefined {
  switch (stored.kind) {
    case 'scalar':
      return stored.leaf;
    case 'struct':
      return stored.fields[0] && leafOf(stored.fields[0].stored);
    case 'list':
      return leafOf(stored.element.stored);
    case 'map':
      return leafOf(stored.key.stored);
  }
}

/** Least and greatest value as statistics of all row groups tell; undefined where one says nothing. */
function rangeOf(file: OpenedFile, { stored, type }: ViewField): { min: string; max: string } | undefined {
  if (stored.stored.kind !== 'scalar') return undefined;
  const { element, leaf } = stored.stored;
  let [min, max]: ({ order: Ordered; bytes: Uint8Array } | undefined)[] = [];
  for (const [i, { rows }] of file.parquet.rowGroups.entries()) {
    if (rows === 0) continue;
    const statistics = structAt(file.group(i).chunks[leaf]!.meta, COLUMN.statistics, 'statistics');
    const [low, high] = [STATISTICS.min, STATISTICS.max].map((id) => {
      const bytes = statistics && bytesAt(statistics, id, 'statistics');
      const order = bytes && boundOf(element, type, bytes);
      return order === undefined ? undefined : { order, bytes: bytes! };
    });
    if (!low || !high) return undefined;
    if (!min || compareOrdered(low.order, min.order) < 0) min = low;
    if (!max || compareOrdered(high.order, max.order) > 0) max = high;
  }
  if (!min || !max) return undefined;
  const text = (bytes: Uint8Array) => String(statisticValue(element, bytes)).slice(0, MAX_TEXT_CHARS);
  return { min: text(min.bytes), max: text(max.bytes) };
}

/** What the values of a sample are like. */
function insightOf(column: Column): Omit<ColumnInsight, 'rows' | 'isDistinctExact' | 'isRangeExact' | 'sampledRows'> {
  const counts = new Map<string, number>();
  const cells = orderedCells(column);
  let least: { key: Ordered; text: string } | undefined;
  let greatest = least;
  for (let slot = 0; slot < column.length; slot++) {
    const text = cellText(column, slot)?.slice(0, MAX_TEXT_CHARS);
    if (text === undefined) continue;
    counts.set(text, (counts.get(text) ?? 0) + 1);
    const key = cells?.(slot);
    if (key === undefined) continue;
    if (!least || compareOrdered(key, least.key) < 0) least = { key, text };
    if (!greatest || compareOrdered(key, greatest.key) > 0) greatest = { key, text };
  }
  const top: Count[] = [...counts].sort((a, b) => b[1] - a[1]).slice(0, TOP);
  return {
    nulls: column.nullCount,
    distinct: counts.size,
    min: least?.text,
    max: greatest?.text,
    top,
    histogram: histogramOf(column),
  };
}
