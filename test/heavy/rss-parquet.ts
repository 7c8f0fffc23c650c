import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ENGINE_ENVIRONMENT, ENGINE_FLAGS } from '../../engine/src/cli/guard.ts';

/*
 * Memory of a lane while a large Parquet file is read, and written anew into a sink that counts:
 *
 *   node test/heavy/rss-parquet.ts [megabytes = 300] [rows a row group = 122880]
 *
 * DuckDB makes the file in a process of its own, and another is the lane (rss-lane.ts), whose line of JSON is printed; exits as it does.
 */

const BYTES_A_ROW = 65; // of the events below, as Parquet
const [megabytes = '300', rowGroupRows = '122880', generate] = process.argv.slice(2);

/** Events of eleven fields, of low and high cardinality, with nulls, a struct and a list. */
const EVENTS = (rows: number) => `
  SELECT i AS id, TIMESTAMP '2026-01-01' + to_microseconds(i * 137) AS ts, (random() * 1000)::INT AS delay, random() AS score,
    'user-' || (random() * 1e6)::INT AS user, ['web', 'ios', 'android'][1 + (random() * 2)::INT] AS platform,
    md5(i::VARCHAR) AS session, CASE WHEN i % 10 = 0 THEN NULL ELSE 'https://example.org/' || (i % 5000) END AS url,
    i % 7 = 0 AS bot, {'lat': random() * 90, 'lon': random() * 180} AS geo, ['t' || i % 5, 't' || i % 11] AS tags
  FROM range(${rows}) AS r(i)`;

/** Of the events, as a pipeline declares them. */
const FIELDS = {
  id: 'int64',
  ts: 'timestamp',
  delay: 'int32',
  score: 'double',
  user: 'string',
  platform: 'string?',
  session: 'string',
  url: 'string?',
  bot: 'bool',
  geo: 'struct<lat: double, lon: double>',
  tags: 'list<string>',
};

if (generate) await write(generate);
else process.exitCode = await measure();

async function write(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = Math.ceil((Number(megabytes) * 1e6) / BYTES_A_ROW);
  await connection.run(
    `SET threads = 1; COPY (${EVENTS(rows)}) TO '${file}' (ROW_GROUP_SIZE ${rowGroupRows}, COMPRESSION zstd)`,
  );
}

async function measure(): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parquetry-rss-'));
  try {
    const file = path.join(folder, 'events.parquet');
    // In a process of its own, whose memory is not the lane's.
    if (runNode([import.meta.filename, megabytes, rowGroupRows, file]) !== 0)
      throw new Error('the file was not written');
    await writePipeline(folder);
    console.error(`${Math.round((await stat(file)).size / 1e6)} MB of Parquet`);
    return runNode([...ENGINE_FLAGS, path.join(import.meta.dirname, 'rss-lane.ts'), folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runNode(args: readonly string[]): number {
  const env = { ...ENGINE_ENVIRONMENT, ...process.env };
  return spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1;
}

async function writePipeline(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'schema'));
  const config = {
    name: 'rss',
    source: { file: { path: 'events.parquet', format: 'parquet' } },
    sinks: [{ file: { path: 'out' } }],
  };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: FIELDS }));
}
