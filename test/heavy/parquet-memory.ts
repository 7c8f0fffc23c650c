import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Schema } from '../../engine/src/core/schema.ts';
import { component as parquetFormat } from '../../engine/src/formats/parquet/index.ts';
import { LANE_YOUNG_MB } from '../../engine/src/runtime/lane-handles.ts';
import { component as fileSource } from '../../engine/src/sources/file/index.ts';
import { contextAt } from '../contracts/context.ts';
import { readParquetSchema } from '../parquet/our-rows.ts';

/*
 * Memory while a large Parquet file is streamed: node test/heavy/parquet-memory.ts [megabytes, default 300] [rows a row group]
 * Prints one line of JSON; exits with 1 if more than 100 MB above the idle process were resident at any time.
 */

const LIMIT_MB = 100;
const BYTES_A_ROW = 65; // of the events below, as Parquet
/** A young generation as a lane's thread has it: three semi-spaces. */
const YOUNG = `--max-semi-space-size=${LANE_YOUNG_MB / 3}`;
const [megabytes = '300', rowGroupRows = '122880', generate] = process.argv.slice(2);

/** Events of eleven fields, of low and high cardinality, with nulls, a struct and a list. */
const EVENTS = (rows: number) => `
  SELECT i AS id, TIMESTAMP '2026-01-01' + to_microseconds(i * 137) AS ts, (random() * 1000)::INT AS delay, random() AS score,
    'user-' || (random() * 1e6)::INT AS user, ['web', 'ios', 'android'][1 + (random() * 2)::INT] AS platform,
    md5(i::VARCHAR) AS session, CASE WHEN i % 10 = 0 THEN NULL ELSE 'https://example.org/' || (i % 5000) END AS url,
    i % 7 = 0 AS bot, {'lat': random() * 90, 'lon': random() * 180} AS geo, ['t' || i % 5, 't' || i % 11] AS tags
  FROM range(${rows}) AS r(i)`;

if (generate) await write(generate);
else if (process.execArgv.includes(YOUNG)) await measure();
else process.exitCode = runSelf([YOUNG], []);

async function write(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = Math.ceil((Number(megabytes) * 1e6) / BYTES_A_ROW);
  await connection.run(
    `SET threads = 1; COPY (${EVENTS(rows)}) TO '${file}' (ROW_GROUP_SIZE ${rowGroupRows}, COMPRESSION zstd)`,
  );
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parquetry-memory-'));
  try {
    const file = path.join(folder, 'events.parquet');
    // In a process of its own, whose memory is not ours.
    if (runSelf([], [file]) !== 0) throw new Error('the file could not be written');
    const { size } = await stat(file);
    const report = { fileMb: Math.round(size / 1e6), ...(await stream(folder, await readParquetSchema(file))) };
    console.log(JSON.stringify(report));
    if (report.peakAboveIdleMb > LIMIT_MB) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function runSelf(flags: readonly string[], more: readonly string[]): number {
  const args = [...flags, import.meta.filename, megabytes, rowGroupRows, ...more];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

async function stream(folder: string, schema: Schema) {
  const context = { ...contextAt(folder), input: { schema, rest: false } };
  const source = await fileSource.create(
    fileSource.config.parse({ path: 'events.parquet', format: 'parquet' }),
    context,
  );
  const scanner = (await parquetFormat.create({}, context)).createScanner(schema, { rest: false });
  const reader = await source.createReader();
  const idle = process.memoryUsage.rss();
  const started = performance.now();
  const startedCpu = process.cpuUsage();
  let [rows, bodies, peak] = [0, 0, idle];
  for (;;) {
    const deliveries = await reader.receive(new AbortController().signal);
    if (!deliveries) break;
    for (const { body } of deliveries) {
      bodies++;
      scanner.add(body);
      rows += scanner.take().records.rows.length;
    }
    reader.release?.(deliveries);
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  await reader.close();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(startedCpu);
  return {
    rows,
    bodies,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    rowsPerS: Math.round(rows / seconds),
    idleMb: mb(idle),
    peakAboveIdleMb: mb(peak - idle),
  };
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6);
}
