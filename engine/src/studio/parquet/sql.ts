import type * as DuckDb from '@duckdb/node-api';
import { toArrowIpc } from '../../columns/arrow.ts';
import { createBuilder, finishBatch } from '../../columns/builder.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import { appendValue } from '../../columns/rows.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import type { Rows } from '../../protocol/rows.ts';
import { loadDuckDb } from './duckdb.ts';
import { resultColumn } from './duckdb-values.ts';
import type { OpenedFile } from './opened-file.ts';
import { withoutExplain } from './query-needs.ts';
import { queryTable } from './query-table.ts';
import { quoted } from './sql-text.ts';

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
const MEMORY = '1GB';
const THREADS = '2';

interface Query {
  readonly sql: string;
  readonly signal: AbortSignal;
  /** Where `loadDuckDb` looks. */
  readonly duckdb: readonly string[];
}

/** Rows of a query. */
export interface SqlResult {
  readonly rows: Rows;
  readonly isCut: boolean;
  readonly elapsedMs: number;
}

/** `parquet.sql`: a query over the file, which is the table `file`. E_NOT_FOUND where DuckDB is not installed. */
export async function queryFile(
  file: OpenedFile,
  { sql, limit = DEFAULT_LIMIT, ...options }: Query & { readonly limit?: number },
): Promise<SqlResult> {
  const startMs = performance.now();
  const wanted = Math.min(MAX_LIMIT, Math.max(1, limit));
  return withQuery(file, { ...options, sql, shown: wanted + 1 }, async (query, { duckdb }) => {
    const reader = await query.streamAndReadUntil(wanted + 1);
    const batch = batchOf(duckdb, reader, wanted);
    return {
      rows: {
        fields: batch.fields.map((field) => ({ name: field.name, type: formatType(field.type) })),
        length: batch.length,
        arrow: toArrowIpc(batch),
      },
      isCut: reader.currentRowCount > wanted,
      elapsedMs: performance.now() - startMs,
    };
  });
}

/** Writes what a query finds to `target`, in a format of DuckDB's COPY. */
export async function copyQuery(
  file: OpenedFile,
  { sql, format, ...options }: Query & { readonly target: string; readonly format: string },
): Promise<{ rows: number }> {
  return withQuery(file, { ...options, sql, shown: Number.POSITIVE_INFINITY }, async (_, { connection }) => {
    const query = sql.trim().replace(/;+$/, '');
    const reader = await connection.runAndReadAll(`COPY (${query}\n) TO ${quoted(options.target)} (${format})`);
    return { rows: Number(reader.value(0, 0)) };
  });
}

interface QueryOptions extends Query {
  /** The one file that may be written. */
  readonly target?: string;
  /** Rows of the answer that anybody looks at; infinite: all. */
  readonly shown: number;
}

interface Session {
  readonly connection: DuckDb.DuckDBConnection;
  readonly duckdb: typeof DuckDb;
}

/**
 * A query on a connection that sees the file and nothing else of the machine. One for each: it begins in a few ms, and holds no memory in
 * between.
 */
async function withQuery<Result>(
  file: OpenedFile,
  { sql, signal, duckdb: folders, target, shown }: QueryOptions,
  work: (query: DuckDb.DuckDBPreparedStatement, session: Session) => Promise<Result>,
): Promise<Result> {
  const duckdb = await loadDuckDb(folders);
  await using table = await queryTable(file);
  const instance = await duckdb.DuckDBInstance.create(':memory:', { memory_limit: MEMORY, threads: THREADS });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    const allowed = [...table.paths, ...(target === undefined ? [] : [target])].map(quoted).join(', ');
    const check = () => readingQuery(connection, duckdb, sql);
    await connection.run(`SET TimeZone = 'UTC';
      SET temp_directory = '';
      SET allowed_paths = [${allowed}];
      SET enable_external_access = false`);
    await table.attach(connection, { sql, shown, signal, check });
    await connection.run('SET lock_configuration = true');
    return await work(await check(), { connection, duckdb });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ParquetryError ? error : failed(error);
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** The one statement of a text, which only reads: the file itself could be written by COPY. */
async function readingQuery(
  connection: DuckDb.DuckDBConnection,
  { StatementType }: typeof DuckDb,
  sql: string,
): Promise<DuckDb.DuckDBPreparedStatement> {
  const prepared = async (text: string) => {
    const statements = await connection.extractStatements(text);
    return statements.count === 1 ? await statements.prepare(0) : undefined;
  };
  const query = await prepared(sql);
  if (query?.statementType === StatementType.SELECT) return query;
  // EXPLAIN ANALYZE does what it explains.
  const isExplained = query?.statementType === StatementType.EXPLAIN;
  if (isExplained && (await prepared(withoutExplain(sql)))?.statementType === StatementType.SELECT) return query;
  throw new ParquetryError('E_CONFIG', 'a query must be one statement that reads: SELECT, FROM, DESCRIBE, EXPLAIN', {
    hint: 'The file is only looked at; export what a query finds to keep it.',
  });
}

function batchOf(duckdb: typeof DuckDb, reader: DuckDb.DuckDBResultReader, limit: number): ColumnBatch {
  const columns = reader.columnTypes().map((type) => resultColumn(duckdb, type));
  const fields = reader
    .deduplicatedColumnNames()
    .map((name, i): Field => ({ name, type: columns[i]!.type, optional: true }));
  const builders = fields.map(({ type }) => createBuilder(type));
  const length = Math.min(limit, reader.currentRowCount);
  for (const [i, values] of reader.getColumns().entries()) {
    const { value } = columns[i]!;
    for (const from of values.slice(0, length)) appendValue(builders[i]!, from === null ? null : value(from));
  }
  return finishBatch(fields, builders, length);
}

/** DuckDB's messages name the kind of mistake and point at the place. */
function failed(error: unknown): ParquetryError {
  const message = error instanceof Error ? error.message : String(error);
  const hint = hintOf(error, message);
  return new ParquetryError('E_CONFIG', message, { hint, cause: error });
}

function hintOf(error: unknown, message: string): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return 'What a query reads of an object is fetched into the folder for temporary files: free some space there.';
  }
  if (/Out of Memory/i.test(message)) return `Queries may use ${MEMORY}: choose fewer columns, or filter first.`;
  return 'The file is the table `file`: SELECT * FROM file LIMIT 10.';
}
