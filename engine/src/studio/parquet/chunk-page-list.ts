import { ParquetryError } from '../../core/errors.ts';
import { boundsOf, encodingName } from '../../parquet/chunk-facts.ts';
import { ChunkWindow } from '../../parquet/chunk-window.ts';
import type { ColumnChunk } from '../../parquet/column-chunk.ts';
import { statisticValue } from '../../parquet/exact-value.ts';
import { listAt, numberAt, requiredNumber, STATISTICS, structAt } from '../../parquet/metadata.ts';
import { PAGE } from '../../parquet/page-runs.ts';
import type { SchemaNode } from '../../parquet/schema-tree.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import type { ParquetPageInfo } from '../../protocol/parquet.ts';
import type { OpenedFile } from './opened-file.ts';

/** More are not listed: no screen shows them, and without an index each costs a read. */
const MAX_PAGES = 1_000;
const MAX_VALUE_CHARS = 256;
/** Field ids of the page headers; `statistics` is that of data pages by version. */
const HEADER = {
  type: 1,
  encodingV1: 2,
  encodingV2: 4,
  dictionaryEncoding: 2,
  statisticsV1: 5,
  statisticsV2: 8,
} as const;
const INDEX_PAGE = 1;
const COLUMN_INDEX = { nullPages: 1, mins: 2, maxs: 3, nullCounts: 5 } as const;

/** `parquet.pages`: the pages of a column of a row group, by their headers. */
export async function chunkPages(
  file: OpenedFile,
  { column, rowGroup }: { readonly column: string; readonly rowGroup: number },
): Promise<{ pages: ParquetPageInfo[]; isCut: boolean }> {
  const scalar = file.parquet.scalars.find(({ element }) => element.path.join('.') === column);
  if (!scalar) throw new ParquetryError('E_NOT_FOUND', `the file must have a column ${column}, it has none`);
  if (!file.parquet.rowGroups[rowGroup]) {
    throw new ParquetryError(
      'E_NOT_FOUND',
      `the file has ${file.parquet.rowGroups.length} row groups, not one ${rowGroup}`,
    );
  }
  const chunk = file.group(rowGroup).chunks[scalar.leaf]!;
  const index = await columnIndex(file, chunk);
  const window = new ChunkWindow(file.bytes, chunk.pages);
  const pages: ParquetPageInfo[] = [];
  let dataPages = 0;
  let at = chunk.pages.start;
  const { rows } = file.parquet.rowGroups[rowGroup]!;
  // Of no rows there are no pages, whatever bytes there are.
  while (rows > 0 && at < chunk.pages.end && pages.length < MAX_PAGES) {
    const { header, headerBytes } = await window.header(at);
    const page = pageInfo(header, headerBytes, scalar.element);
    const isData = page.kind === 'data' || page.kind === 'data-v2';
    pages.push(isData && index ? { ...page, ...indexed(index, dataPages, scalar.element) } : page);
    if (isData) dataPages++;
    at += page.bytes;
  }
  return { pages, isCut: rows > 0 && at < chunk.pages.end };
}

function pageInfo(header: ThriftStruct, headerBytes: number, leaf: SchemaNode): ParquetPageInfo {
  const bytes = requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
  if (bytes < 0) throw new ParquetryError('E_INTEGRITY', `a page must have a size, got ${bytes}`);
  const common = {
    bytes: headerBytes + bytes,
    uncompressedBytes: requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size'),
    hasCrc: header.has(PAGE.crc),
  };
  const [data, dataV2, dictionary] = [PAGE.data, PAGE.dataV2, PAGE.dictionary].map((id) =>
    structAt(header, id, 'page header'),
  );
  if (dataV2)
    return {
      kind: 'data-v2',
      ...common,
      ...valuesOf(dataV2, HEADER.encodingV2),
      ...boundsIn(dataV2, HEADER.statisticsV2, leaf),
    };
  if (data)
    return {
      kind: 'data',
      ...common,
      ...valuesOf(data, HEADER.encodingV1),
      ...boundsIn(data, HEADER.statisticsV1, leaf),
    };
  if (dictionary) return { kind: 'dictionary', ...common, ...valuesOf(dictionary, HEADER.dictionaryEncoding) };
  const type = numberAt(header, HEADER.type, 'type');
  if (type !== INDEX_PAGE) throw new ParquetryError('E_INTEGRITY', `a page must be of a known type, got ${type}`);
  return { kind: 'index', ...common, encoding: '', values: 0 };
}

function valuesOf(page: ThriftStruct, encodingId: number): Pick<ParquetPageInfo, 'values' | 'encoding'> {
  const encoding = encodingName(numberAt(page, encodingId, 'encoding') ?? -1);
  return { values: numberAt(page, PAGE.values, 'num_values') ?? 0, encoding };
}

type Bounds = Pick<ParquetPageInfo, 'min' | 'max' | 'nulls'>;

function boundsIn(page: ThriftStruct, statisticsId: number, leaf: SchemaNode): Bounds {
  const statistics = structAt(page, statisticsId, 'statistics');
  if (!statistics) return {};
  const { min, max } = boundsOf(statistics, leaf);
  return { min: shortText(min), max: shortText(max), nulls: numberAt(statistics, STATISTICS.nullCount, 'null_count') };
}

async function columnIndex(
  { bytes }: OpenedFile,
  { columnIndex: range }: ColumnChunk,
): Promise<ThriftStruct | undefined> {
  return range && readStruct(new Uint8Array(await bytes.slice(range.start, range.end))).value;
}

function indexed(index: ThriftStruct, page: number, leaf: SchemaNode): Bounds {
  const at = (id: number) => listAt(index, id, 'column index')[page];
  const nullPage = at(COLUMN_INDEX.nullPages);
  const nulls = at(COLUMN_INDEX.nullCounts);
  const bound = (id: number) => {
    const value = at(id);
    const isNull = nullPage?.kind === 'bool' && nullPage.value;
    return value?.kind === 'binary' && !isNull ? shortText(statisticValue(leaf, value.value)) : undefined;
  };
  return {
    min: bound(COLUMN_INDEX.mins),
    max: bound(COLUMN_INDEX.maxs),
    nulls: nulls?.kind === 'i64' ? Number(nulls.value) : undefined,
  };
}

function shortText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value).slice(0, MAX_VALUE_CHARS);
}
