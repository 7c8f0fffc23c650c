import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { ParquetryError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import type { ByteRange, ColumnChunk, RowGroup } from '../../parquet/column-chunk.ts';
import {
  CHUNK,
  COLUMN,
  ELEMENT,
  FILE,
  fieldsOf,
  i64,
  list,
  listAt,
  numberAt,
  ROW_GROUP,
  struct,
  structsAt,
  textAt,
} from '../../parquet/metadata.ts';
import { type RangeRead, readRanges } from '../../parquet/read-ranges.ts';
import { changed, moved } from '../../parquet/shift.ts';
import type { ThriftStruct, ThriftValue } from '../../parquet/thrift.ts';
import { writeStruct } from '../../parquet/thrift-writer.ts';
import type { OpenedFile } from './opened-file.ts';

/*
 * Local Parquet files that hold a part of another one, for a reader that cannot read ranges of objects: some of its columns (their
 * chunks, byte for byte) and its first row groups, under a footer of their own.
 *
 *   "PAR1" | for each row group: chunks of the columns | FileMetaData | its length, u32 LE | "PAR1"
 */

/** What is fetched of an object for one query. */
const MAX_FETCHED_BYTES = 256 << 20;
const STEP_BYTES = 16 << 20;
const MAGIC = 'PAR1';

/** Which part of a file is wanted. */
export interface ColumnFilePart {
  /** Positions of top-level columns, ascending; at least one. */
  readonly columns: readonly number[];
  /** Whole row groups until there are so many; all where there are fewer. */
  readonly rows: number;
}

/** Writes a file with all columns, and no rows. Reads nothing. */
export async function writeSchemaFile({ parquet }: OpenedFile, to: string): Promise<void> {
  const metadata = changed(changed(parquet.metadata, FILE.rows, i64(0)), FILE.rowGroups, list('struct', []));
  await writeFile(to, Buffer.concat([Buffer.from(MAGIC), footerOf(metadata)]));
}

/** Writes a part of a file; reads no more than that. E_CONFIG if it is too much to be fetched, before anything is. */
export async function writeColumnFile(
  file: OpenedFile,
  to: string,
  part: ColumnFilePart,
  signal: AbortSignal,
): Promise<void> {
  const { metadata } = file.parquet;
  const tops = topColumns(file);
  const chosen = part.columns.map((at) => tops[at]!);
  const leaves = chosen.flatMap((top) => range(top.leaves));
  const groups = chunksOf(file, leaves, part.rows);
  await using target = await open(to, 'wx');
  await target.writeFile(MAGIC);
  await copyChunks(
    file,
    target,
    groups.flatMap(({ chunks }) => chunks),
    signal,
  );
  const elements = structsAt(metadata, FILE.schema, 'schema');
  const kept = chosen.flatMap((top) => elements.slice(top.elements.start, top.elements.end));
  const root = changed(elements[0]!, ELEMENT.children, { kind: 'i32', value: chosen.length });
  const footer = fieldsOf([
    [FILE.version, metadata.get(FILE.version)],
    [FILE.schema, list('struct', [root, ...kept].map(struct))],
    [FILE.rows, i64(groups.reduce((sum, { rows }) => sum + rows, 0))],
    [FILE.rowGroups, list('struct', placed(groups))],
    [FILE.createdBy, metadata.get(FILE.createdBy)],
    [FILE.columnOrders, ordersOf(metadata, leaves)],
  ]);
  await target.writeFile(footerOf(footer));
}

/** How statistics of the columns are ordered, where the file says it. */
function ordersOf(metadata: ThriftStruct, leaves: readonly number[]): ThriftValue | undefined {
  if (!metadata.has(FILE.columnOrders)) return undefined;
  const orders = listAt(metadata, FILE.columnOrders, 'column_orders');
  return list(
    'struct',
    leaves.flatMap((leaf) => orders[leaf] ?? []),
  );
}

interface TopColumn {
  readonly name: string;
  /** Among the schema's elements. */
  readonly elements: ByteRange;
  /** Among the columns without children. */
  readonly leaves: ByteRange;
}

/** Names of the top-level columns, whatever they are; a `ColumnFilePart` counts them. */
export function topColumnNames(file: OpenedFile): string[] {
  return topColumns(file).map(({ name }) => name);
}

/** The column that takes the fewest bytes, by the first row group. */
export function smallestColumn(file: OpenedFile): number {
  if (file.parquet.rowGroups.length === 0) return 0;
  const { chunks } = file.group(0);
  const sizes = topColumns(file).map(({ leaves }) =>
    range(leaves).reduce((sum, leaf) => sum + chunks[leaf]!.pages.end - chunks[leaf]!.pages.start, 0),
  );
  return sizes.indexOf(Math.min(...sizes));
}

/** The top-level columns: elements are listed depth first, each group with the number of its children. */
function topColumns({ parquet }: OpenedFile): TopColumn[] {
  const elements = structsAt(parquet.metadata, FILE.schema, 'schema');
  const tops: TopColumn[] = [];
  let leaf = 0;
  for (let at = 1; at < elements.length; ) {
    const [start, firstLeaf] = [at, leaf];
    for (let open = 1; open > 0; at++) {
      const children = numberAt(elements[at]!, ELEMENT.children, 'num_children') ?? 0;
      if (children === 0 && elements[at]!.has(ELEMENT.type)) leaf++;
      open += children - 1;
    }
    const name = textAt(elements[start]!, ELEMENT.name, 'name') ?? '';
    tops.push({ name, elements: { start, end: at }, leaves: { start: firstLeaf, end: leaf } });
  }
  return tops;
}

interface ChosenGroup extends Pick<RowGroup, 'rows'> {
  readonly chunks: readonly ColumnChunk[];
}

function chunksOf(file: OpenedFile, leaves: readonly number[], wantedRows: number): ChosenGroup[] {
  const groups: ChosenGroup[] = [];
  let [rows, bytes] = [0, 0];
  for (let i = 0; i < file.parquet.rowGroups.length && rows < wantedRows; i++) {
    const group = file.group(i);
    const chunks = leaves.map((leaf) => group.chunks[leaf]!);
    bytes += chunks.reduce((sum, { pages }) => sum + pages.end - pages.start, 0);
    if (bytes > MAX_FETCHED_BYTES) throw tooMuch(file);
    groups.push({ rows: group.rows, chunks });
    rows += group.rows;
  }
  return groups;
}

/** One behind the other, a few MB at a time. */
async function copyChunks(
  file: OpenedFile,
  target: FileHandle,
  chunks: readonly ColumnChunk[],
  signal: AbortSignal,
): Promise<void> {
  let step: ByteRange[] = [];
  let bytes = 0;
  const flush = async () => {
    signal.throwIfAborted();
    const buffer = new Uint8Array(bytes);
    let at = 0;
    const reads = step.map((piece): RangeRead => {
      at += piece.end - piece.start;
      return { range: piece, target: buffer.subarray(at - (piece.end - piece.start), at) };
    });
    await readRanges(file.bytes, reads);
    await target.writeFile(buffer);
    [step, bytes] = [[], 0];
  };
  for (const { pages } of chunks) {
    for (let start = pages.start; start < pages.end; ) {
      const end = Math.min(pages.end, start + STEP_BYTES - bytes);
      step.push({ start, end });
      bytes += end - start;
      start = end;
      if (bytes === STEP_BYTES) await flush();
    }
  }
  if (bytes > 0) await flush();
}

/** The row groups as they lie in the new file. */
function placed(groups: readonly ChosenGroup[]): ThriftValue[] {
  let at = MAGIC.length;
  return groups.map(({ rows, chunks }) => {
    const start = at;
    const columns = chunks.map((chunk) => {
      const meta = movedChunk(chunk, at);
      at += chunk.pages.end - chunk.pages.start;
      return struct(
        fieldsOf([
          [CHUNK.fileOffset, i64(0)],
          [CHUNK.meta, struct(meta)],
        ]),
      );
    });
    return struct(
      fieldsOf([
        [ROW_GROUP.columns, list('struct', columns)],
        [ROW_GROUP.totalBytes, i64(chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0))],
        [ROW_GROUP.rows, i64(rows)],
        [ROW_GROUP.fileOffset, i64(start)],
        [ROW_GROUP.compressedBytes, i64(at - start)],
      ]),
    );
  });
}

/** Bloom filters stay behind. A dictionary's place counts only where it is before the data: some writers put 0 for none. */
function movedChunk({ meta, pages, dataStart }: ColumnChunk, to: number): ThriftStruct {
  const result = new Map(moved(meta, [COLUMN.dataPageOffset, COLUMN.dictionaryPageOffset], to - pages.start));
  for (const id of [COLUMN.bloomOffset, COLUMN.bloomLength, COLUMN.indexPageOffset]) result.delete(id);
  if (pages.start === dataStart) result.delete(COLUMN.dictionaryPageOffset);
  return result;
}

function footerOf(metadata: ThriftStruct): Uint8Array {
  const bytes = writeStruct(metadata);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(bytes.length);
  return Buffer.concat([bytes, tail, Buffer.from(MAGIC)]);
}

function range({ start, end }: ByteRange): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function tooMuch({ spec }: OpenedFile): ParquetryError {
  return new ParquetryError(
    'E_CONFIG',
    `the query reads more than ${formatBytes(MAX_FETCHED_BYTES)} of ${spec.place}`,
    {
      hint: 'Name fewer columns. A LIMIT alone, without WHERE, GROUP BY and ORDER BY, reads only the first row groups. For all else download the object.',
    },
  );
}
