import { ParquetryError } from '../../core/errors.ts';
import type { ParquetFilter, ParquetPage, ParquetRowsParams, ParquetScanProgress } from '../../protocol/parquet.ts';
import { type AdvanceOptions, FilterScan } from './filter-scan.ts';
import type { OpenedFile } from './opened-file.ts';
import { readRowsOf, shownRows } from './page-of-rows.ts';
import { type Ranking, rankRows } from './ranking.ts';
import { readRange, rowNumbers } from './row-blocks.ts';
import type { ViewField } from './view-fields.ts';

const MAX_ROWS = 1_000;
const DEFAULT_COLUMNS = 100;
/** First a quick ranking, then one of as many rows as anybody scrolls through. */
const RANKED_ROWS = [2_000, 100_000] as const;
const HELD_RESULTS = 6;

/** Which rows of the file a page shows. */
interface Chosen {
  readonly numbers: Float64Array;
  readonly total: number;
  readonly isTotalExact: boolean;
  readonly reachable?: number;
}

type RowsOptions = { readonly signal: AbortSignal; readonly show: (progress: ParquetScanProgress) => void };

/** `parquet.rows`: some rows of a file, of what filters leave of it, or in the order of a column. */
export async function rowsPage(
  file: OpenedFile,
  params: ParquetRowsParams,
  { signal, show }: RowsOptions,
): Promise<ParquetPage> {
  const fields = fieldsOf(file, params.columns);
  const options = { signal, onProgress: (progress: ParquetScanProgress) => show(progress) };
  const chosen = await choose(file, params, options);
  const { numbers, total, isTotalExact, reachable } = chosen;
  const isPlain = !params.sort && !params.filters?.length;
  const read = isPlain
    ? await readRange(file, { fields, start: params.start, count: numbers.length }, signal)
    : await readRowsOf(file, fields, numbers, signal);
  const { cut, refused } = read;
  return { rows: shownRows(read), rowNumbers: numbers, total, isTotalExact, reachable, cut, refused };
}

/** Columns by name, in that order; the first ones of the file where none are named. */
function fieldsOf(file: OpenedFile, names: readonly string[] | undefined): ViewField[] {
  return names ? names.map((name) => file.field(name)) : file.fields.slice(0, DEFAULT_COLUMNS);
}

async function choose(file: OpenedFile, params: ParquetRowsParams, options: AdvanceOptions): Promise<Chosen> {
  const { start, filters = [], sort } = params;
  if (!(Number.isSafeInteger(start) && start >= 0)) {
    throw new ParquetryError('E_CONFIG', `rows start at a whole number, got ${start}`);
  }
  const end = start + Math.min(MAX_ROWS, Math.max(0, params.count));
  if (sort) {
    const { rows, matches } = await ranked(file, { filters, sort, end }, options);
    return {
      numbers: rows.slice(start, end),
      total: matches,
      isTotalExact: true,
      reachable: Math.min(matches, RANKED_ROWS[1]),
    };
  }
  if (filters.length === 0) {
    const total = file.parquet.rows;
    const count = Math.max(0, Math.min(end, total) - start);
    return { numbers: rowNumbers(start, count), total, isTotalExact: true };
  }
  const scan = filterScan(file, filters);
  await scan.until(end, options);
  const { matches, isDone } = scan;
  return { numbers: matches.slice(start, end), total: matches.length, isTotalExact: isDone };
}

/** The scan of these filters, which goes on where the last page ended. */
function filterScan(file: OpenedFile, filters: readonly ParquetFilter[]): FilterScan {
  return held(file, `filter ${JSON.stringify(filters)}`, () => new FilterScan(file, filters));
}

interface Ranked {
  readonly filters: readonly ParquetFilter[];
  readonly sort: NonNullable<ParquetRowsParams['sort']>;
  readonly end: number;
}

async function ranked(file: OpenedFile, { filters, sort, end }: Ranked, options: AdvanceOptions): Promise<Ranking> {
  const limit = RANKED_ROWS.find((rows) => rows >= end) ?? RANKED_ROWS[1];
  const key = `sort ${limit} ${JSON.stringify([filters, sort])}`;
  // One that was cancelled is no result.
  const known = file.results.get(key) as Ranking | undefined;
  if (known) return known;
  const ranking = await rankRows(file, { filters, sort, limit }, options);
  return held(file, key, () => ranking);
}

function held<Result>(file: OpenedFile, key: string, make: () => Result): Result {
  const { results } = file;
  const found = (results.get(key) as Result | undefined) ?? make();
  results.delete(key);
  results.set(key, found);
  if (results.size > HELD_RESULTS) results.delete(results.keys().next().value!);
  return found;
}
