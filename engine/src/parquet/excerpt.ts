import { ParquetryError } from '../core/errors.ts';
import type { ColumnMemory } from './arena.ts';
import type { ByteRange, ColumnChunk } from './column-chunk.ts';
import { type ExcerptLeaf, excerptElements } from './excerpt-elements.ts';
import type { ByteSource } from './footer-reader.ts';
import { CHUNK, COLUMN, FILE, fieldsOf, i32, i64, KEY_VALUE, list, ROW_GROUP, struct, text } from './metadata.ts';
import { paddingPage } from './padding-page.ts';
import type { ChunkPages, PageSpan } from './page-spans.ts';
import { countValues } from './page-walk.ts';
import { type RangeRead, readRanges } from './read-ranges.ts';
import { type RowRange, spansWithin } from './row-ranges.ts';
import type { StoredField } from './stored-fields.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';
import { writeStruct } from './thrift-writer.ts';

/*
 * An excerpt is a Parquet file in memory that holds some columns and rows of one row group of another: the pages with these
 * rows, byte for byte, under a footer of its own.
 *
 *   "PAR1" | for each column: dictionary page, padding, data pages, padding | FileMetaData | its length, u32 LE | "PAR1"
 *
 * Pages of different columns end at different rows. Padding pages (nulls, or zeros) make up for it, and the key `EXCERPT_KEY`
 * says which rows are meant: those around them are padding in at least one column.
 */

/** Key of the metadata whose value is an `ExcerptAbout` in JSON. */
export const EXCERPT_KEY = 'parquetry.excerpt';

/** What an excerpt says of itself. */
export interface ExcerptAbout {
  /** Rows that are meant: `rows` of them after `skip`. */
  readonly skip: number;
  readonly rows: number;
  /** Paths of columns that the file has and the excerpt left out because nobody asks for them. */
  readonly unknown?: readonly string[];
}

/** A column that goes into an excerpt. */
export interface ExcerptColumn {
  readonly chunk: ColumnChunk;
  readonly pages: ChunkPages;
}

export interface ExcerptRequest {
  readonly source: ByteSource;
  readonly fields: readonly StoredField[];
  /** One a column of `fields`, same order. */
  readonly columns: readonly ExcerptColumn[];
  /** In their row group. */
  readonly rows: RowRange;
  readonly unknown?: readonly string[];
  readonly memory: ColumnMemory;
}

const TAIL_BYTES = 8; // length of the metadata, PAR1
const MAGIC = new TextEncoder().encode('PAR1');
/** What a lane can take at once: above it a file was written in a way that nothing can read in small parts. */
const MAX_EXCERPT_BYTES = 512 * 2 ** 20;

/** A column's part of an excerpt. */
interface Part {
  readonly leaf: ExcerptLeaf;
  readonly chunk: ColumnChunk;
  readonly dictionary: ByteRange;
  readonly data: ByteRange;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** In the excerpt. */
  readonly offset: number;
  readonly size: number;
}

/** Cuts an excerpt. Reads only the pages with its rows. Throws E_CONFIG if they are too large to be held. */
export async function cutExcerpt({
  source,
  fields,
  columns,
  rows,
  unknown,
  memory,
}: ExcerptRequest): Promise<Uint8Array> {
  const { elements, leaves } = excerptElements(fields, 'annotated');
  const chosen = columns.map(({ pages }) => spansWithin(pages.spans, rows));
  const first = Math.min(rows.start, ...chosen.map((spans) => spans[0]!.firstRow));
  const end = Math.max(rows.end, ...chosen.map((spans) => endOf(spans)));
  let offset = MAGIC.length;
  const parts = leaves.map((leaf, i) => {
    const part = partOf(leaf, columns[i]!, { spans: chosen[i]!, rows: { start: first, end }, offset });
    offset += part.size;
    return part;
  });
  checkSize(offset);
  const about: ExcerptAbout = { skip: rows.start - first, rows: rows.end - rows.start, unknown };
  const footerOf = (values: (part: Part) => number) => {
    const chunks = parts.map((part) => columnChunk(part, values(part)));
    return writeStruct(fileMetadata({ elements, chunks, rows: end - first, about, size: offset }));
  };
  const longest = footerOf(() => Number.MAX_SAFE_INTEGER).length;
  const file = memory.take(offset + longest + TAIL_BYTES);
  await fill(file, parts, source);
  const footer = footerOf(({ leaf, offset: at, size }) =>
    leaf.scalar.levels.maxRepetition === 0 ? end - first : countValues(file.subarray(at, at + size)),
  );
  file.set(MAGIC);
  file.set(footer, offset);
  new DataView(file.buffer, file.byteOffset).setUint32(offset + footer.length, footer.length, true);
  file.set(MAGIC, offset + footer.length + 4);
  return file.subarray(0, offset + footer.length + TAIL_BYTES);
}

interface PartPlace {
  readonly spans: readonly PageSpan[];
  readonly rows: RowRange;
  readonly offset: number;
}

function partOf(leaf: ExcerptLeaf, { chunk, pages }: ExcerptColumn, { spans, rows, offset }: PartPlace): Part {
  const { dictionary = NOTHING } = pages;
  const pad = (count: number) =>
    count > 0 ? paddingPage(count, leaf.scalar, pages.dictionary !== undefined) : new Uint8Array(0);
  const [before, after] = [pad(spans[0]!.firstRow - rows.start), pad(rows.end - endOf(spans))];
  const data = rangeOf(spans);
  const size = lengthOf(dictionary) + before.length + lengthOf(data) + after.length;
  return { leaf, chunk, dictionary, data, before, after, offset, size };
}

/** Puts dictionary, padding, pages and padding of each column in their place. */
async function fill(file: Uint8Array, parts: readonly Part[], source: ByteSource): Promise<void> {
  const reads: RangeRead[] = [];
  for (const { dictionary, data, before, after, offset } of parts) {
    let at = offset;
    const skip = (size: number) => {
      at += size;
      return file.subarray(at - size, at);
    };
    reads.push({ range: dictionary, target: skip(lengthOf(dictionary)) });
    skip(before.length).set(before);
    reads.push({ range: data, target: skip(lengthOf(data)) });
    skip(after.length).set(after);
  }
  await readRanges(source, reads);
}

const NOTHING: ByteRange = { start: 0, end: 0 };

function rangeOf(spans: readonly PageSpan[]): ByteRange {
  return { start: spans[0]!.start, end: spans.at(-1)!.end };
}

function endOf(spans: readonly PageSpan[]): number {
  const last = spans.at(-1)!;
  return last.firstRow + last.rows;
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start;
}

function checkSize(size: number): void {
  if (size <= MAX_EXCERPT_BYTES) return;
  throw new ParquetryError(
    'E_CONFIG',
    `pages that are read together must have at most ${MAX_EXCERPT_BYTES} bytes, got ${size}`,
    {
      hint: 'Write the file with smaller pages (1 MiB is usual) or smaller row groups.',
    },
  );
}

function columnChunk({ leaf, chunk, dictionary, offset, size }: Part, values: number): ThriftValue {
  const { meta, pages, uncompressedBytes } = chunk;
  const dictionaryBytes = lengthOf(dictionary);
  const share = size / Math.max(1, pages.end - pages.start);
  return struct(
    fieldsOf([
      [CHUNK.fileOffset, i64(0)],
      [
        CHUNK.meta,
        struct(
          fieldsOf([
            [COLUMN.type, meta.get(COLUMN.type)],
            [COLUMN.encodings, meta.get(COLUMN.encodings) ?? list('i32', [])],
            [COLUMN.path, leaf.path],
            [COLUMN.codec, meta.get(COLUMN.codec)],
            [COLUMN.values, i64(values)],
            [COLUMN.uncompressedBytes, i64(Math.ceil(uncompressedBytes * share))],
            [COLUMN.compressedBytes, i64(size)],
            [COLUMN.dataPageOffset, i64(offset + dictionaryBytes)],
            [COLUMN.dictionaryPageOffset, dictionaryBytes > 0 ? i64(offset) : undefined],
          ]),
        ),
      ],
    ]),
  );
}

interface MetadataParts {
  readonly elements: readonly ThriftStruct[];
  readonly chunks: readonly ThriftValue[];
  readonly rows: number;
  readonly about: ExcerptAbout;
  readonly size: number;
}

function fileMetadata({ elements, chunks, rows, about, size }: MetadataParts): ThriftStruct {
  const group = fieldsOf([
    [ROW_GROUP.columns, list('struct', chunks)],
    [ROW_GROUP.totalBytes, i64(size)],
    [ROW_GROUP.rows, i64(rows)],
  ]);
  const keyValue = fieldsOf([
    [KEY_VALUE.key, text(EXCERPT_KEY)],
    [KEY_VALUE.value, text(JSON.stringify(about))],
  ]);
  return fieldsOf([
    [FILE.version, i32(1)],
    [FILE.schema, list('struct', elements.map(struct))],
    [FILE.rows, i64(rows)],
    [FILE.rowGroups, list('struct', [struct(group)])],
    [FILE.keyValues, list('struct', [struct(keyValue)])],
  ]);
}
