import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import { rowToJson } from '../../columns/ndjson-text.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { ParquetMethods } from '../../protocol/parquet.ts';
import { cellText } from './cell-text.ts';
import { rowFilter } from './filters.ts';
import type { OpenedFile } from './opened-file.ts';
import { scan } from './scan.ts';
import { copyQuery } from './sql.ts';
import type { ViewField } from './view-fields.ts';

type ExportParams = ParquetMethods['parquet.export']['params'];

interface ExportOptions {
  readonly signal: AbortSignal;
  readonly show: (progress: { readonly rows: number }) => void;
  /** Where `loadDuckDb` looks. */
  readonly duckdb: readonly string[];
}

/** How a format writes: what is before and after rows, and a row. */
interface RowWriter {
  readonly head: string;
  readonly tail: string;
  row(batch: ColumnBatch, row: number, isFirst: boolean): string;
}

/** COPY's options by the file's extension. */
const COPIED: Readonly<Record<string, string>> = {
  '.csv': 'FORMAT csv, HEADER',
  '.ndjson': 'FORMAT json',
  '.json': 'FORMAT json, ARRAY true',
  '.parquet': 'FORMAT parquet, COMPRESSION zstd',
};

/** `parquet.export`: writes rows to a file, beside it first, so that one that was cancelled leaves nothing. */
export async function exportRows(
  file: OpenedFile,
  params: ExportParams,
  options: ExportOptions,
): Promise<{ rows: number }> {
  const target = params.file;
  const extension = path.extname(target).toLowerCase();
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID().slice(0, 8)}${extension}`);
  const write = params.sql === undefined ? writerTo(file, params, extension) : copierTo(file, params.sql, extension);
  try {
    const result = await write(beside, options);
    await rename(beside, target);
    return result;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

type Write = (to: string, options: ExportOptions) => Promise<{ rows: number }>;

function copierTo(file: OpenedFile, sql: string, extension: string): Write {
  const format = COPIED[extension];
  if (format === undefined) throw unknownFormat(extension, Object.keys(COPIED));
  return (target, { signal, duckdb }) => copyQuery(file, { sql, target, format, signal, duckdb });
}

function writerTo(file: OpenedFile, params: ExportParams, extension: string): Write {
  if (params.sort) {
    throw new ParquetryError('E_CONFIG', 'rows are exported in the order of the file', {
      hint: 'Export a query with ORDER BY instead.',
    });
  }
  const fields = params.columns ? params.columns.map((name) => file.field(name)) : file.fields;
  const writer = writers[extension]?.(fields);
  if (!writer) throw unknownFormat(extension, Object.keys(writers));
  const filter = rowFilter(file, params.filters ?? []);
  const read = [...new Set([...fields, ...filter.fields])];
  return async (to, { signal, show }) => {
    await using target = await open(to, 'wx');
    await target.write(writer.head);
    let rows = 0;
    for await (const step of scan(file, { fields: read, where: () => filter.where })) {
      signal.throwIfAborted();
      const columnOf = (field: ViewField): Column => step.columns[read.indexOf(field)]!;
      const batch: ColumnBatch = { fields, length: step.rows, columns: fields.map(columnOf) };
      const test = filter.test(filter.fields.map(columnOf));
      for await (const text of texts(step.rows, (slot) => {
        if (!test(slot)) return undefined;
        return writer.row(batch, slot, rows++ === 0);
      }))
        await target.write(text);
      show({ rows });
    }
    await target.write(writer.tail);
    return { rows };
  };
}

const CHUNK_CHARS = 1 << 20;

/** The texts of slots, put together to what is worth a write. */
function* texts(slots: number, textOf: (slot: number) => string | undefined): Generator<string> {
  let text = '';
  for (let slot = 0; slot < slots; slot++) {
    text += textOf(slot) ?? '';
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

const writers: Readonly<Record<string, (fields: readonly ViewField[]) => RowWriter>> = {
  '.ndjson': () => ({ head: '', tail: '', row: (batch, row) => `${rowToJson(batch, row)}\n` }),
  '.json': () => ({
    head: '[',
    tail: '\n]\n',
    row: (batch, row, isFirst) => `${isFirst ? '' : ','}\n${rowToJson(batch, row)}`,
  }),
  '.csv': (fields) => ({
    head: `${fields.map(({ name }) => csvText(name)).join(',')}\n`,
    tail: '',
    row: ({ columns }, row) => `${columns.map((column) => csvText(cellText(column, row))).join(',')}\n`,
  }),
};

/** A null is nothing, an empty text is quoted: the two can be told apart. */
function csvText(text: string | undefined): string {
  if (text === undefined) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function unknownFormat(extension: string, known: readonly string[]): ParquetryError {
  const message = `rows are exported to a file whose name ends in ${known.join(', ')}, got ${extension || 'no ending'}`;
  return new ParquetryError('E_CONFIG', message, {
    hint: extension === '.parquet' ? 'Write a query in the SQL tab and export what it finds.' : undefined,
  });
}
