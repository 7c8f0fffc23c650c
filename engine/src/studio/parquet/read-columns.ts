import type { Column } from '../../columns/column.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Arena } from '../../parquet/arena.ts';
import { decodeExcerpt } from '../../parquet/decode.ts';
import { cutExcerpt, type ExcerptColumn } from '../../parquet/excerpt.ts';
import { nativeColumn } from '../../parquet/native-column.ts';
import { type RowRange, spansWithin } from '../../parquet/row-ranges.ts';
import { scalarsOf } from '../../parquet/stored-fields.ts';
import type { OpenedFile } from './opened-file.ts';
import { INT96_UNIT, type ViewField } from './view-fields.ts';

/** Pages that are unpacked at a time: what is shown of them is little. */
const TOGETHER_BYTES = 24 << 20;

/** A value that has no form of ours, such as text that is not UTF-8. */
export interface RefusedCell {
  /** Counted from the first row that was asked for. */
  readonly row: number;
  /** Position in the columns that were read together. */
  readonly column: number;
  readonly message: string;
}

/** Columns of some rows of a row group. */
export interface ColumnsRead {
  /** Position of the first in the fields that were asked for. */
  readonly at: number;
  readonly columns: readonly Column[];
  /** Why the one column could not be read; there are no columns then. */
  readonly failure?: ParquetryError;
  readonly refused: readonly RefusedCell[];
}

export interface ColumnsWanted {
  readonly fields: readonly ViewField[];
  readonly rowGroup: number;
  /** Of the row group. */
  readonly rows: RowRange;
}

/**
 * Reads columns of a range of rows, a few at a time, so that memory is bounded by pages and not by how many columns there are.
 * What is yielded is valid until the next is asked for.
 */
export async function* readColumns(file: OpenedFile, wanted: ColumnsWanted): AsyncGenerator<ColumnsRead> {
  const arena = file.takeArena();
  try {
    for (let at = 0; at < wanted.fields.length; ) {
      const read = await readSome(file, wanted, arena, { at, most: Number.POSITIVE_INFINITY });
      yield read;
      at += Math.max(1, read.columns.length);
    }
  } finally {
    file.giveArena(arena);
  }
}

/** Columns from `at` on, as many as fit. One that is damaged does not hide the others: it is read, and fails, by itself. */
async function readSome(
  file: OpenedFile,
  wanted: ColumnsWanted,
  arena: Arena,
  { at, most }: { readonly at: number; readonly most: number },
): Promise<ColumnsRead> {
  const { fields } = wanted;
  const together: FieldPages[] = [];
  const isFull = () => together.length >= most || at + together.length >= fields.length;
  arena.reset();
  try {
    for (let bytes = 0; !isFull() && bytes < TOGETHER_BYTES; bytes += together.at(-1)!.bytes) {
      together.push(await pagesOf(file, fields[at + together.length]!, wanted));
    }
    return { at, ...(await decodeTogether(file, together, wanted, arena)) };
  } catch (error) {
    if (!(error instanceof ParquetryError) || !isOfColumn(error)) throw error;
    if (most > 1) return readSome(file, wanted, arena, { at, most: 1 });
    return { at, columns: [], refused: [], failure: error };
  }
}

/** Damaged, or written in a way that nothing here reads; not that the file cannot be reached. */
function isOfColumn({ code }: ParquetryError): boolean {
  return code === 'E_INTEGRITY' || code === 'E_CONFIG';
}

/** Reads columns of a range of rows at once, into an arena of the caller's. */
export async function readTogether(
  file: OpenedFile,
  wanted: ColumnsWanted,
  arena: Arena,
): Promise<Omit<ColumnsRead, 'at'>> {
  const together: FieldPages[] = [];
  for (const field of wanted.fields) together.push(await pagesOf(file, field, wanted));
  return decodeTogether(file, together, wanted, arena);
}

/** The columns of a field with the pages of some rows. */
interface FieldPages {
  readonly field: ViewField;
  readonly columns: readonly ExcerptColumn[];
  /** What the pages take unpacked, estimated. */
  readonly bytes: number;
}

async function pagesOf(file: OpenedFile, field: ViewField, { rowGroup, rows }: ColumnsWanted): Promise<FieldPages> {
  const group = file.group(rowGroup);
  const columns: ExcerptColumn[] = [];
  let bytes = 0;
  for (const scalar of scalarsOf(field.stored.stored)) {
    const chunk = group.chunks[scalar.leaf]!;
    const pages = await file.pages.of({ rowGroup, scalar, chunk, rows: group.rows, until: rows.end });
    const spans = spansWithin(pages.spans, rows);
    if (spans.length === 0) throw empty(field.name);
    const packed =
      spans.at(-1)!.end - spans[0]!.start + (pages.dictionary ? pages.dictionary.end - pages.dictionary.start : 0);
    const expansion = chunk.uncompressedBytes / Math.max(1, chunk.pages.end - chunk.pages.start);
    bytes += packed * Math.max(1, expansion);
    columns.push({ chunk, pages });
  }
  return { field, columns, bytes };
}

async function decodeTogether(
  { bytes: source }: OpenedFile,
  together: readonly FieldPages[],
  { rows }: ColumnsWanted,
  memory: Arena,
): Promise<Omit<ColumnsRead, 'at'>> {
  const fields = together.map(({ field }) => field.stored);
  const excerpt = await cutExcerpt({
    source,
    fields,
    columns: together.flatMap(({ columns }) => columns),
    rows,
    memory,
  });
  const decoded = decodeExcerpt(excerpt, memory);
  const refused: RefusedCell[] = [];
  const columns = decoded.columns.map((column, i) => {
    const refuse = (row: number, message: string) => refused.push({ row, column: i, message });
    return nativeColumn(column, fields[i]!.stored, { path: fields[i]!.name, refuse, int96: INT96_UNIT });
  });
  return { columns, refused };
}

function empty(name: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `column ${name} must have pages for all rows, it has none for some`, {
    hint: 'The file is damaged.',
  });
}
