import { ParquetryError } from '../core/errors.ts';
import type { Field } from '../core/schema.ts';
import { type ColumnMemory, freshMemory } from './arena.ts';
import { type ColumnChunk, type RowGroup, rowGroupOf } from './column-chunk.ts';
import { cutExcerpt, type ExcerptColumn } from './excerpt.ts';
import { type ByteSource, readFooterApart } from './footer-reader.ts';
import { COLUMN, FILE, numberAt, structAt, structsAt } from './metadata.ts';
import { CODECS, findPages } from './page-spans.ts';
import { type CutColumn, type CutLimits, cutRows, type RowRange } from './row-ranges.ts';
import { schemaTree } from './schema-tree.ts';
import { type Selected, typedFields } from './select-fields.ts';
import { type StoredField, type StoredScalar, scalarsOf, storedFields } from './stored-fields.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** A Parquet file whose metadata was read; its rows are read by excerpts. */
export interface ParquetFile {
  readonly source: ByteSource;
  /** The file's metadata without its row groups. */
  readonly metadata: ThriftStruct;
  readonly rows: number;
  /** In our types, without the columns that have none. */
  readonly fields: readonly Field[];
  readonly stored: readonly StoredField[];
  /** The columns without children, in file order. */
  readonly scalars: readonly StoredScalar[];
  readonly rowGroups: readonly RowGroup[];
}

/** A part of a file, small enough to be decoded at once: a Parquet file itself. See `excerpt.ts`. */
export interface Excerpt {
  /** In the file. */
  readonly firstRow: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** What its columns will take in memory, estimated. */
  readonly decodedBytes: number;
}

export interface ExcerptOptions {
  readonly select: Selected;
  readonly limits?: CutLimits;
  /** Where excerpts lie; by default in memory of their own. */
  readonly memory?: ColumnMemory;
  /** Row groups by number, and the rows of each that are wanted; default: all. */
  readonly parts?: readonly { readonly rowGroup: number; readonly rows: RowRange }[];
}

/** Long enough that a footer and the dictionaries of each excerpt cost little, short enough for a lane's memory. */
const DEFAULT_LIMITS: CutLimits = { targetBytes: 8 << 20, maxRows: 65_536, decodesPerPage: 4 };

/** Reads the metadata of a file. Throws E_INTEGRITY if it is no Parquet file or damaged, E_ACCESS if it is encrypted. */
export async function openParquetFile(source: ByteSource): Promise<ParquetFile> {
  const { metadata, tail, rowGroups: groups } = await readFooterApart(source);
  const stored = storedFields(schemaTree(structsAt(metadata, FILE.schema, 'schema')));
  const scalars = stored.flatMap((field) => scalarsOf(field.stored));
  const dataBytes = source.byteLength - tail.length;
  const rowGroups = groups.map((bytes) => rowGroupIn(bytes, scalars, dataBytes));
  const rows = rowGroups.reduce((sum, group) => sum + group.rows, 0);
  return { source, metadata, rows, fields: typedFields(stored), stored, scalars, rowGroups };
}

/** A row group of which only its sizes are held: a file may have thousands, of which one at a time is read. All of it is checked now. */
function rowGroupIn(bytes: Uint8Array, scalars: readonly StoredScalar[], dataBytes: number): RowGroup {
  const read = () => rowGroupOf(readStruct(bytes).value, scalars, dataBytes);
  const { rows, compressedBytes, uncompressedBytes } = read();
  return {
    rows,
    compressedBytes,
    uncompressedBytes,
    get chunks() {
      return read().chunks;
    },
  };
}

/** The file's rows in order, cut into excerpts. The same file is cut the same way every time. */
export async function* excerptsOf(file: ParquetFile, options: ExcerptOptions): AsyncGenerator<Excerpt> {
  const { select, limits = DEFAULT_LIMITS, memory = freshMemory } = options;
  const scalars = select.fields.flatMap(({ stored }) => scalarsOf(stored));
  const parts =
    options.parts ?? file.rowGroups.map(({ rows }, rowGroup) => ({ rowGroup, rows: { start: 0, end: rows } }));
  let found: { rowGroup: number; columns: FoundColumn[] } | undefined;
  const firstRows = firstRowsOf(file.rowGroups);
  for (const { rowGroup, rows } of parts) {
    const group = file.rowGroups[rowGroup]!;
    if (group.rows === 0) continue;
    if (found?.rowGroup !== rowGroup) found = { rowGroup, columns: await findColumns(file.source, group, scalars) };
    const { columns } = found;
    const bytesPerRow = columns.reduce((sum, { decodedBytes }) => sum + decodedBytes, 0) / group.rows;
    for (const range of cutRows(rows, columns, limits)) {
      const count = range.end - range.start;
      yield {
        firstRow: firstRows[rowGroup]! + range.start,
        rows: count,
        bytes: await cutExcerpt({
          source: file.source,
          fields: select.fields,
          columns,
          rows: range,
          unknown: select.unknown,
          memory,
        }),
        decodedBytes: Math.ceil(bytesPerRow * count),
      };
    }
  }
}

function firstRowsOf(groups: readonly RowGroup[]): number[] {
  let next = 0;
  return groups.map(({ rows }) => {
    next += rows;
    return next - rows;
  });
}

interface FoundColumn extends ExcerptColumn, CutColumn {}

async function findColumns(
  source: ByteSource,
  { chunks, rows }: RowGroup,
  scalars: readonly StoredScalar[],
): Promise<FoundColumn[]> {
  const columns: FoundColumn[] = [];
  for (const scalar of scalars) {
    const chunk = chunks[scalar.leaf]!;
    checkCodec(chunk, scalar);
    const pages = await findPages({ source, chunk, scalar, rows });
    if (pages.spans.length === 0) throw empty(rows, scalar);
    columns.push({ chunk, pages, spans: pages.spans, decodedBytes: decodedBytes(chunk, scalar) });
  }
  return columns;
}

const SIZE_STATISTICS = 16;
const UNENCODED_BYTES = 1;
/** How much longer texts become when they are no longer numbers of a dictionary, where the file does not say. */
const GUESSED_EXPANSION = 4;
const WIDTHS = { BOOLEAN: 1 / 8, INT32: 4, INT64: 8, INT96: 8, FLOAT: 4, DOUBLE: 8 } as const;

/** What the values of a chunk will take in memory, estimated. */
export function decodedBytes({ meta, values, uncompressedBytes }: ColumnChunk, { element }: StoredScalar): number {
  const { physical, typeLength } = element;
  if (physical === 'FIXED_LEN_BYTE_ARRAY') return values * Math.max(1, typeLength);
  if (physical !== 'BYTE_ARRAY') return values * WIDTHS[physical!];
  const sizes = structAt(meta, SIZE_STATISTICS, 'size_statistics');
  const text = sizes && numberAt(sizes, UNENCODED_BYTES, 'unencoded_byte_array_data_bytes');
  const hasDictionary = meta.has(COLUMN.dictionaryPageOffset);
  return 4 * values + (text ?? uncompressedBytes * (hasDictionary ? GUESSED_EXPANSION : 1));
}

/** Throws E_CONFIG for a chunk of a codec that nothing here unpacks. */
export function checkCodec({ codec }: ColumnChunk, { element }: StoredScalar): void {
  const name = CODECS[codec];
  if (name !== undefined && name !== 'LZO') return;
  const message = `column ${element.path.join('.')} must have a codec that can be read, got ${name ?? `codec ${codec}`}`;
  throw new ParquetryError('E_CONFIG', message, { hint: 'Write the file anew with zstd, snappy or gzip.' });
}

function empty(rows: number, { element }: StoredScalar): ParquetryError {
  return new ParquetryError(
    'E_INTEGRITY',
    `column ${element.path.join('.')} must have pages for ${rows} rows, got none`,
    {
      hint: 'The file is damaged.',
    },
  );
}
