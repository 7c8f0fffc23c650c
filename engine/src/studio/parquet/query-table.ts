import { rm } from 'node:fs/promises';
import path from 'node:path';
import type * as DuckDb from '@duckdb/node-api';
import { makeOwnedFolder } from '../owned-folder.ts';
import { smallestColumn, topColumnNames, writeColumnFile, writeSchemaFile } from './column-file.ts';
import type { OpenedFile } from './opened-file.ts';
import { queryNeeds } from './query-needs.ts';
import { quoted, quotedName } from './sql-text.ts';

/** How the table `file` comes to be for a query. */
export interface QueryTable extends AsyncDisposable {
  /** Local files that DuckDB may read. */
  readonly paths: readonly string[];
  /** Makes the table, for a query that is checked by `check` as soon as the columns are known. */
  attach(connection: DuckDb.DuckDBConnection, query: AttachedQuery): Promise<void>;
}

interface AttachedQuery {
  readonly sql: string;
  /** Rows of the answer that anybody looks at; infinite: all. */
  readonly shown: number;
  readonly signal: AbortSignal;
  check(): Promise<unknown>;
}

/** The table over a file: a local one as it is; of an object, what the query reads is fetched into a folder that goes with the table. */
export async function queryTable(file: OpenedFile): Promise<QueryTable> {
  const { place } = file.spec;
  if (!place.startsWith('s3://')) {
    return {
      paths: [place],
      attach: (connection) => createView(connection, place),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const folder = await makeOwnedFolder('sql');
  const [schema, rows] = [path.join(folder, 'schema.parquet'), path.join(folder, 'rows.parquet')];
  return {
    paths: [schema, rows],
    attach: (connection, query) => attachObject(connection, file, { schema, rows, query }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

interface ObjectTable {
  readonly schema: string;
  readonly rows: string;
  readonly query: AttachedQuery;
}

async function attachObject(
  connection: DuckDb.DuckDBConnection,
  file: OpenedFile,
  { schema, rows, query }: ObjectTable,
): Promise<void> {
  await writeSchemaFile(file, schema);
  await createView(connection, schema);
  await query.check(); // a mistake is told before anything is fetched
  const columns = await columnsOf(connection);
  const names = columns.map(({ name }) => name);
  const needs = await queryNeeds(connection, query.sql, { names, shown: query.shown });
  const own = topColumnNames(file);
  // Where DuckDB names columns otherwise (two of one name, say), it is given all.
  const isAll = needs.columns === undefined || own.join('\0') !== names.join('\0');
  const read = new Set(own.flatMap((name, at) => (isAll || needs.columns!.has(name) ? [at] : [])));
  if (read.size === 0) read.add(smallestColumn(file)); // count(*), and a file has a column
  await writeColumnFile(file, rows, { columns: [...read], rows: needs.rows }, query.signal);
  await createView(
    connection,
    rows,
    isAll ? undefined : columns.map((column, at) => ({ ...column, isRead: read.has(at) })),
  );
}

interface TableColumn {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(connection: DuckDb.DuckDBConnection): Promise<TableColumn[]> {
  const described = await connection.runAndReadAll('DESCRIBE file');
  return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

/** Columns that were not fetched are there with their types, and are an error to whoever reads them all the same: never nulls. */
async function createView(
  connection: DuckDb.DuckDBConnection,
  from: string,
  columns?: readonly (TableColumn & { readonly isRead: boolean })[],
): Promise<void> {
  const selected = columns?.map(({ name, type, isRead }) => {
    const missing = `error(${quoted(`column ${name} was not fetched: please report this query`)})::${type} AS `;
    return `${isRead ? '' : missing}${quotedName(name)}`;
  });
  const select = selected?.join(', ') ?? '*';
  await connection.run(`CREATE OR REPLACE VIEW file AS SELECT ${select} FROM read_parquet(${quoted(from)})`);
}
