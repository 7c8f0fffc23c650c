import type { ColumnBatch } from '../columns/column.ts';
import type { Field } from '../core/schema.ts';
import type { Condition } from './condition.ts';
import { decodeExcerpt } from './decode.ts';
import type { ByteSource } from './footer-reader.ts';
import { nativeColumn } from './native-column.ts';
import { type Excerpt, excerptsOf, openParquetFile, type ParquetFile } from './parquet-file.ts';
import { prunedParts } from './prune.ts';
import type { CutLimits } from './row-ranges.ts';
import { selectFields, typedFields } from './select-fields.ts';

/** What of a file is read. */
export interface BatchesOptions {
  /** Names of top-level columns; only these are fetched. Default: all. */
  readonly columns?: readonly string[];
  /** Row groups by number. Default: all. */
  readonly rowGroups?: readonly number[];
  /**
   * Rows that are wanted, by conditions which all must hold. Row groups and pages that surely hold none are not fetched; what is
   * may hold others too.
   */
  readonly where?: readonly Condition[];
  readonly limits?: CutLimits;
}

/** Rows of a file. */
export interface FileBatch {
  /** Number of the first row in the file. */
  readonly firstRow: number;
  readonly rows: ColumnBatch;
  /** Values that have no form in our types, such as text that is not UTF-8; their slots hold nothing of use. */
  readonly refused: readonly RefusedValue[];
}

export interface RefusedValue {
  /** Row of the batch. */
  readonly row: number;
  readonly path: string;
  readonly message: string;
}

/** A Parquet file that is read by row groups and pages. */
export interface ParquetReader extends Pick<ParquetFile, 'rows' | 'fields' | 'rowGroups'> {
  /**
   * Batches in the order of the file, of bounded size whatever its row groups are: a part of a row group is read by the pages
   * that hold it. Rejects with E_INTEGRITY if the file is damaged.
   */
  batches(options?: BatchesOptions): AsyncGenerator<FileBatch>;
}

/** Reads a file's metadata. Throws E_INTEGRITY if it is no Parquet file or damaged, E_ACCESS if it is encrypted. */
export async function openParquet(source: ByteSource): Promise<ParquetReader> {
  const file = await openParquetFile(source);
  const { rows, fields, rowGroups } = file;
  return { rows, fields, rowGroups, batches: (options = {}) => batchesOf(file, options) };
}

async function* batchesOf(file: ParquetFile, options: BatchesOptions): AsyncGenerator<FileBatch> {
  const { columns, rowGroups = file.rowGroups.keys(), where = [], limits } = options;
  const wanted: readonly Field[] = columns ? file.fields.filter(({ name }) => columns.includes(name)) : file.fields;
  const select = selectFields(file.stored, wanted);
  const parts = await prunedParts(file, where, rowGroups);
  for await (const excerpt of excerptsOf(file, { select, limits, parts })) yield batchOf(excerpt);
}

function batchOf({ firstRow, bytes }: Excerpt): FileBatch {
  const { rows, fields, columns } = decodeExcerpt(bytes);
  const refused: RefusedValue[] = [];
  const refuse = (row: number, message: string, path: string) => refused.push({ row, message, path });
  const typed = columns.map((column, i) => nativeColumn(column, fields[i]!.stored, { path: fields[i]!.name, refuse }));
  return { firstRow, rows: { fields: typedFields(fields), length: rows, columns: typed }, refused };
}
