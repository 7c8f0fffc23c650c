import type { ParquetSummary } from '../../protocol/parquet.ts';

const GIANT_GROUP_BYTES = 1 << 30;
const SMALL_GROUP_BYTES = 1 << 20;
const MANY_GROUPS = 16;
/** Smaller ones are read as a whole. */
const LARGE_GROUP_BYTES = 16 << 20;

/** What somebody who reads, or has others read, the file should know. */
export function notesOn(summary: Omit<ParquetSummary, 'notes'>, all: { readonly columns: number }): string[] {
  const { columns, rowGroups, rows, sizeBytes } = summary;
  const has = (test: boolean, note: string) => (test ? [note] : []);
  const [first] = rowGroups;
  const int96 = columns.filter(({ physicalType }) => physicalType === 'INT96').map(({ path }) => path);
  const hasBounds = rowGroups.some(({ chunks }) => chunks?.some(({ min }) => min !== undefined));
  const knowsBounds = rowGroups.some(({ chunks }) => chunks !== undefined);
  return [
    ...has(rows === 0, 'The file has no rows.'),
    ...has(
      rowGroups.length === 1 && first!.uncompressedBytes > GIANT_GROUP_BYTES,
      'All rows are in one giant row group: engines read it with one task, and skip all of it or nothing.',
    ),
    ...has(
      rowGroups.length >= MANY_GROUPS && sizeBytes / rowGroups.length < SMALL_GROUP_BYTES,
      'Row groups are small: less than 1 MiB each costs readers more in requests than they save.',
    ),
    ...has(rows > 0 && knowsBounds && !hasBounds, 'There are no statistics: no reader can skip row groups.'),
    ...has(
      rowGroups.some(({ bytes }) => bytes > LARGE_GROUP_BYTES) && columns.every(({ hasPageIndex }) => !hasPageIndex),
      'There is no page index: readers cannot skip pages, and far rows of a row group are slow to find.',
    ),
    ...has(
      int96.length > 0,
      `INT96 times are deprecated, and have no statistics that can be trusted: ${int96.slice(0, 5).join(', ')}.`,
    ),
    ...has(
      columns.some(({ codec }) => codec.includes('lz4-hadoop') || codec.includes('lzo')),
      'Its codec is deprecated, and many readers do not know it.',
    ),
    ...has(all.columns > columns.length, `Only the first ${columns.length} of ${all.columns} columns are listed.`),
  ];
}
