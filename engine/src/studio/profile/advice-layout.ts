import { count, size } from '../../core/quantities.ts';
import { type AdviceFacts, percent, type Suggestion } from './advice.ts';

/** Below it more memory a partition is not worth it. */
const ROW_GROUP_GAIN = 0.1;
/** Below it a sort is not worth what it costs. */
const SORT_GAIN = 0.2;

/** Row groups that end by their number of rows long before they compress as well as they could. */
export function rowGroupAdvice({ measures, parquet }: AdviceFacts): Suggestion[] {
  const curve = measures.rowGroups;
  const largest = curve.at(-1);
  if (!parquet || !largest) return [];
  const { rowGroupRows } = parquet.options;
  const now = curve.find(({ rows }) => rows >= rowGroupRows);
  const gain = now ? 1 - largest.bytes / now.bytes : 0;
  if (!now || gain < ROW_GROUP_GAIN) return [];
  return [
    {
      id: 'row-group',
      title: `Row groups of ${count(largest.rows)} rows are ${percent(gain)} smaller than those of ${count(rowGroupRows)}`,
      why: `A row takes ${now.bytesPerRow.toFixed(1)} bytes in row groups of ${count(now.rows)} rows and ${largest.bytesPerRow.toFixed(1)} in those of ${count(largest.rows)}: each has dictionaries and statistics of its own.`,
      gain,
      setting: {
        title: 'Let row groups grow by their size',
        path: [...parquet.path, 'rowGroupRows'],
        value: undefined,
      },
    },
  ];
}

/** The engine sorts nothing, but whoever compacts the table can; it takes no one click. */
export function sortAdvice({ measures }: AdviceFacts): Suggestion[] {
  const now = measures.rowGroups.at(-1);
  const best = measures.sorted.reduce<(typeof measures.sorted)[number] | undefined>(
    (least, trial) => (!least || trial.bytes < least.bytes ? trial : least),
    undefined,
  );
  const gain = now && best ? 1 - best.bytes / now.bytes : 0;
  if (!now || !best || gain < SORT_GAIN) return [];
  return [
    {
      id: 'sort',
      title: `Sorted by ${best.column} the table is ${percent(gain)} smaller`,
      why: `The samples take ${size(now.bytes)} as they come and ${size(best.bytes)} sorted by ${best.column}. Parquetry keeps the order of arrival: sort when files are compacted, or have the producer send records in that order; parquet.sortingColumns then tells readers of it.`,
      gain: gain / 2, // somebody has to do it
    },
  ];
}
