import { ParquetryError } from '../core/errors.ts';
import type { Type } from '../core/schema.ts';
import { mayContain } from './bloom-filter.ts';
import { type Bounds, boundOf, mayMeet, type OrderedCondition, plainOf } from './bounds.ts';
import type { ColumnChunk } from './column-chunk.ts';
import { type Condition, type Ordered, orderedOf } from './condition.ts';
import type { ByteSource } from './footer-reader.ts';
import { bytesAt, COLUMN, listAt, numberAt, STATISTICS, structAt } from './metadata.ts';
import { indexedSpans, type PageSpan } from './page-spans.ts';
import type { ParquetFile } from './parquet-file.ts';
import type { RowRange } from './row-ranges.ts';
import { type StoredScalar, typeOfStored } from './stored-fields.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** Rows of a row group. */
export interface FilePart {
  readonly rowGroup: number;
  readonly rows: RowRange;
}

/** A condition on a column of the file. */
interface Bound {
  readonly scalar: StoredScalar;
  readonly type: Type;
  readonly condition: OrderedCondition;
}

/**
 * The rows that may meet all conditions: without the row groups and pages whose statistics, page indexes or bloom filters rule
 * it out. What is left may hold rows that do not meet them. Throws E_CONFIG for a column that is not there or repeats.
 */
export async function prunedParts(
  file: ParquetFile,
  where: readonly Condition[],
  rowGroups: Iterable<number>,
): Promise<FilePart[]> {
  const bounds = where.map((condition) => boundTo(file, condition));
  const parts: FilePart[] = [];
  for (const rowGroup of rowGroups) {
    const { rows, chunks } = file.rowGroups[rowGroup]!;
    const chunkOf = ({ scalar }: Bound) => chunks[scalar.leaf]!;
    if (rows === 0 || !bounds.every((bound) => mayMeet(bound.condition, chunkBounds(chunkOf(bound), rows, bound))))
      continue;
    if (!(await inBlooms(file.source, bounds, chunkOf))) continue;
    let ranges: RowRange[] = [{ start: 0, end: rows }];
    for (const bound of bounds) {
      const found = await pageRanges(file.source, chunkOf(bound), rows, bound);
      if (found) ranges = intersected(ranges, found);
    }
    parts.push(...ranges.map((range) => ({ rowGroup, rows: range })));
  }
  return parts;
}

function boundTo(file: ParquetFile, condition: Condition): Bound {
  const { column } = condition;
  const scalar = file.scalars.find(
    ({ element, levels }) => element.path.join('.') === column && levels.maxRepetition === 0,
  );
  const type = scalar && typeOfStored(scalar);
  if (!type) {
    throw new ParquetryError('E_CONFIG', `a condition must be on a column without lists in it, got ${column}`, {
      hint: 'Name the column by its dotted path; lists and maps have no conditions.',
    });
  }
  const ordered = (value: NonNullable<unknown>) => orderedOf(type, value as never, column);
  if (condition.is === 'null' || condition.is === 'not null') return { scalar, type, condition };
  if (condition.is === 'in') return { scalar, type, condition: { is: 'in', values: condition.values.map(ordered) } };
  return { scalar, type, condition: { is: condition.is, value: ordered(condition.value) } };
}

function chunkBounds({ meta, values }: ColumnChunk, rows: number, { scalar, type }: Bound): Bounds {
  const statistics = structAt(meta, COLUMN.statistics, 'statistics');
  if (!statistics) return { rows };
  const bound = (id: number) => {
    const bytes = bytesAt(statistics, id, 'statistics');
    return bytes && boundOf(scalar.element, type, bytes);
  };
  const nulls = numberAt(statistics, STATISTICS.nullCount, 'null_count');
  // Below an optional struct some writers count only the nulls of the column itself.
  const isSure = nulls !== undefined && (nulls > 0 || scalar.levels.maxDefinition <= 1);
  return { rows: values, nulls: isSure ? nulls : undefined, min: bound(STATISTICS.min), max: bound(STATISTICS.max) };
}

async function inBlooms(
  source: ByteSource,
  bounds: readonly Bound[],
  chunkOf: (bound: Bound) => ColumnChunk,
): Promise<boolean> {
  for (const bound of bounds) {
    const { bloomOffset } = chunkOf(bound);
    const wanted = plainValues(bound);
    if (bloomOffset !== undefined && wanted && !(await mayContain(source, bloomOffset, wanted))) return false;
  }
  return true;
}

function plainValues({ scalar, type, condition }: Bound): Uint8Array[] | undefined {
  const values: readonly Ordered[] | undefined =
    condition.is === '=' ? [condition.value] : condition.is === 'in' ? condition.values : undefined;
  const plain = values?.map((value) => plainOf(scalar.element, type, value));
  return plain?.every((bytes) => bytes !== undefined) ? plain : undefined;
}

/** Field ids of ColumnIndex. */
const COLUMN_INDEX = { nullPages: 1, mins: 2, maxs: 3, nullCounts: 5 } as const;

/** Rows of the pages that may meet a condition; undefined where there are no indexes that hold together. */
async function pageRanges(
  source: ByteSource,
  chunk: ColumnChunk,
  rows: number,
  bound: Bound,
): Promise<RowRange[] | undefined> {
  const { columnIndex } = chunk;
  // Without the check that reading makes, rows would be left out that it finds.
  const spans = columnIndex && (await indexedSpans({ source, chunk, rows }));
  if (!spans) return undefined;
  const { value: index } = readStruct(new Uint8Array(await source.slice(columnIndex.start, columnIndex.end)));
  return pageBounds(index, spans, bound)?.flatMap((page, i) => {
    const { firstRow, rows: own } = spans[i]!;
    return mayMeet(bound.condition, page) ? [{ start: firstRow, end: firstRow + own }] : [];
  });
}

function pageBounds(index: ThriftStruct, spans: readonly PageSpan[], { scalar, type }: Bound): Bounds[] | undefined {
  const [nullPages, mins, maxs, nullCounts] = [
    COLUMN_INDEX.nullPages,
    COLUMN_INDEX.mins,
    COLUMN_INDEX.maxs,
    COLUMN_INDEX.nullCounts,
  ].map((id) => listAt(index, id, 'column index')) as [Values, Values, Values, Values];
  if ([nullPages, mins, maxs].some(({ length }) => length !== spans.length)) return undefined;
  return spans.map(({ rows: own }, i): Bounds => {
    const isNull = nullPages[i]?.kind === 'bool' && nullPages[i].value === true;
    if (isNull) return { rows: own, nulls: own };
    const count = nullCounts[i];
    const nulls = count?.kind === 'i64' ? Number(count.value) : undefined;
    const boundAt = (list: Values) => {
      const value = list[i];
      return value?.kind === 'binary' ? boundOf(scalar.element, type, value.value) : undefined;
    };
    return {
      rows: own,
      nulls: nulls === 0 && scalar.levels.maxDefinition > 1 ? undefined : nulls,
      min: boundAt(mins),
      max: boundAt(maxs),
    };
  });
}

type Values = ReturnType<typeof listAt>;

/** What lies in both; each in order and without overlaps. */
function intersected(some: readonly RowRange[], others: readonly RowRange[]): RowRange[] {
  const both: RowRange[] = [];
  let [i, j] = [0, 0];
  while (i < some.length && j < others.length) {
    const [a, b] = [some[i]!, others[j]!];
    const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
    const last = both.at(-1);
    if (start < end && last?.end === start) both[both.length - 1] = { start: last.start, end };
    else if (start < end) both.push({ start, end });
    if (a.end < b.end) i++;
    else j++;
  }
  return both;
}
