import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Type } from '../../../engine/src/core/schema.ts';
import { parseSlot } from '../../../engine/src/core/schema-text.ts';
import { type Contender, timed } from './crew.ts';
import type { Dataset } from './dataset.ts';
import { ROW_GROUP_ROWS } from './workspace.ts';

/** Buffers of `read_ndjson` are twice this: with the default of 16 MiB a file of 48 MB would not divide over two threads. */
const MAX_OBJECT_BYTES = 4 << 20;

/** What DuckDB is to copy. */
export interface DuckDbSetup {
  readonly dataset: Dataset;
  readonly source: string;
  readonly target: string;
  readonly codec: string;
  readonly partitionBy: readonly string[];
  readonly threads: number;
}

/** DuckDB's `COPY` of the same file with explicit columns: its default statistics and Bloom filters, our codec and row groups. */
export async function startDuckDb(setup: DuckDbSetup): Promise<Contender> {
  const { target, partitionBy, codec } = setup;
  const connection = await connect(setup.threads);
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${codec}`,
    ...(codec === 'zstd' ? ['COMPRESSION_LEVEL 1'] : []),
    `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`,
    ...(partitionBy.length > 0 ? [`PARTITION_BY (${partitionBy.join(', ')})`] : []),
  ];
  // A partitioned COPY makes the folder itself.
  const to = partitionBy.length > 0 ? target : path.join(target, 'all.parquet');
  const sql = `COPY (FROM ${ndjson(setup)}) TO '${to}' (${options.join(', ')})`;
  return {
    target,
    async pass() {
      rmSync(target, { recursive: true, force: true });
      if (partitionBy.length === 0) mkdirSync(target, { recursive: true });
      const { result, ...times } = await timed(() => connection.run(sql));
      return { ...times, rows: result.rowsChanged, bytesOut: folderBytes(target) };
    },
    close: async () => connection.closeSync(),
  };
}

/** Counts the rows of the files under a folder. */
export async function countRows(folder: string): Promise<number> {
  const connection = await connect(2);
  const reader = await connection.runAndReadAll(`SELECT count(*)::INT FROM ${parquet(folder)}`);
  connection.closeSync();
  return Number(reader.getRows()[0]![0]);
}

/** Whether the files under two folders hold the same rows, in whatever order. */
export async function sameRows(one: string, other: string, fields: Dataset['fields']): Promise<boolean> {
  const connection = await connect(2);
  // We write instants, DuckDB wall times: only the number is the same.
  const instants = Object.keys(fields).filter((name) => fields[name]!.startsWith('timestamp'));
  const numbers = instants.map((name) => `epoch_us("${name}") AS "${name}"`).join(', ');
  const columns = numbers === '' ? '*' : `* REPLACE (${numbers})`;
  const hashes = (folder: string) => `SELECT hash(t::VARCHAR) FROM (SELECT ${columns} FROM ${parquet(folder)}) AS t`;
  const missing = (from: string, to: string) => `(${hashes(from)} EXCEPT ALL ${hashes(to)})`;
  const sql = `SELECT count(*)::INT FROM (${missing(one, other)} UNION ALL ${missing(other, one)})`;
  const reader = await connection.runAndReadAll(sql);
  connection.closeSync();
  return Number(reader.getRows()[0]![0]) === 0;
}

async function connect(threads: number): Promise<DuckDBConnection> {
  const settings = { threads: String(threads), partitioned_write_max_open_files: '1000' };
  return (await DuckDBInstance.create(':memory:', settings)).connect();
}

function parquet(folder: string): string {
  return `read_parquet('${folder}/**/*.parquet', hive_partitioning = false)`;
}

function ndjson({ dataset, source }: DuckDbSetup): string {
  const columns = Object.entries(dataset.fields).map(([name, text]) => `"${name}": '${sqlType(parseSlot(text).type)}'`);
  return `read_ndjson('${source}', columns = {${columns.join(', ')}}, maximum_object_size = ${MAX_OBJECT_BYTES})`;
}

function sqlType(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return 'TIMESTAMP';
    case 'list':
      return `${sqlType(type.element.type)}[]`;
    case 'map':
      return `MAP(${sqlType(type.key)}, ${sqlType(type.value.type)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `"${field.name}" ${sqlType(field.type)}`).join(', ')})`;
    default:
      return sqlNames[type.kind] ?? type.kind.toUpperCase();
  }
}

const sqlNames: Readonly<Record<string, string>> = {
  int: 'BIGINT',
  int64: 'BIGINT',
  int32: 'INTEGER',
  string: 'VARCHAR',
  bool: 'BOOLEAN',
};

function folderBytes(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
}
