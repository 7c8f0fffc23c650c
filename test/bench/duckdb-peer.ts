import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const columns = {
  ts: 'TIMESTAMP',
  id: 'BIGINT',
  user_id: 'BIGINT',
  uuid: 'VARCHAR',
  country: 'VARCHAR',
  device: 'VARCHAR',
  action: 'VARCHAR',
  url: 'VARCHAR',
  ua: 'VARCHAR',
  value: 'DOUBLE',
  geo: 'STRUCT(lat DOUBLE, lon DOUBLE, city VARCHAR)',
  tags: 'VARCHAR[]',
  active: 'BOOLEAN',
};

/** DuckDB with one thread and explicit columns: the same NDJSON, file to file. Answers the work to be timed. */
export async function duckDbPeer(ndjson: string, codec: string): Promise<() => Promise<void>> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
  const source = `read_ndjson('${ndjson}', columns = {${types.join(', ')}})`;
  const target = path.join(path.dirname(ndjson), 'duckdb.parquet');
  const level = codec === 'zstd' ? ', COMPRESSION_LEVEL 1' : '';
  const sql = `COPY (SELECT * FROM ${source}) TO '${target}' (FORMAT parquet, COMPRESSION ${codec}${level})`;
  return async () => void (await connection.run(sql));
}
