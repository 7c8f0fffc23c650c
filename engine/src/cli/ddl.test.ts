import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import { selectRows } from '../columns/select.ts';
import { createJsonScanner } from '../kernel/json-scanner.ts';
import { loadPipeline } from '../pipeline/file.ts';
import { type CapturedContext, captureContext } from './captured-context.ts';
import { register } from './ddl.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-ddl-'));
  await mkdir(path.join(folder, 'schema'));
  await put(
    'pipeline.yaml',
    pipelineYaml("file: { path: \"out'put\", partitionBy: [ 'dt={at:%Y-%m-%d}', 'code={code}/flag={flag}' ]"),
  );
  const fields = {
    id: 'int64',
    at: 'timestamp',
    code: 'string?',
    flag: 'bool',
    price: 'decimal(20, 2)',
    tags: 'list<string>',
  };
  await put('schema/input.v1.json', JSON.stringify({ version: 1, fields }));
});
afterAll(() => rm(folder, { recursive: true }));

const pipelineYaml = (sink: string) =>
  `name: My Clicks\nsource: { stdin: {} }\nsinks:\n  - ${sink} }\n`.replace('My Clicks', 'my-clicks');
const put = (name: string, content: string) => writeFile(path.join(folder, name), content);

async function run(args: string[]): Promise<CapturedContext> {
  const context = captureContext({ cwd: folder });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  register(program, context);
  await program.parseAsync(['ddl', ...args], { from: 'user' });
  return context;
}

describe('parquetry ddl', () => {
  it('duckdb: the view reads what the encoder wrote, partitions with their types', async () => {
    await writeFiles();
    const { sql } = JSON.parse((await run(['duckdb', '--json'])).out()) as { sql: string };
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(sql);
    const reader = await connection.runAndReadAll('SELECT * FROM my_clicks ORDER BY id');
    expect(reader.columnTypes().map(String)).toEqual([
      'BIGINT',
      'TIMESTAMP WITH TIME ZONE',
      'DECIMAL(20,2)',
      'VARCHAR[]',
      'VARCHAR',
      'DATE',
      'BOOLEAN',
    ]);
    expect(reader.columnNames()).toEqual(['id', 'at', 'price', 'tags', 'code', 'dt', 'flag']);
    const rows = reader.getRowObjectsJson().map(({ id, code, dt, flag, price }) => ({ id, code, dt, flag, price }));
    expect(rows).toEqual([
      { id: '9007199254740993', code: '01', dt: '2026-01-31', flag: true, price: '1.50' },
      { id: '9007199254740994', code: null, dt: '2026-02-01', flag: false, price: '2.00' },
      { id: '9007199254740995', code: 'a/b=c', dt: '2026-02-01', flag: true, price: '3.00' },
    ]);
    connection.closeSync();
  });

  it('takes location, table and first day from the command line', async () => {
    const context = await run(['athena', '--location', 's3://lake/x', '--table', 'db.clicks', '--since', '2026-01-01']);
    expect(context.out()).toContain('CREATE EXTERNAL TABLE IF NOT EXISTS `db`.`clicks` (\n  `id` bigint,');
    expect(context.out()).toContain("LOCATION 's3://lake/x/'");
    expect(context.out()).toContain("'projection.dt.range' = '2026-01-01,NOW+1DAYS'");
    expect(context.err()).toMatch(/^note: code is injected/);
  });

  it('takes the location from an s3 sink, and its table', async () => {
    await mkdir(path.join(folder, 's3/schema'), { recursive: true });
    await put('s3/pipeline.yaml', pipelineYaml('s3: { bucket: lake, prefix: /clicks/'));
    await put('s3/schema/input.v1.json', '{ "version": 1, "fields": { "id": "uuid" } }');
    expect((await run(['spark', 's3'])).out()).toBe(
      "CREATE TABLE IF NOT EXISTS `my_clicks` (\n  `id` BINARY\n)\nUSING PARQUET\nLOCATION 's3://lake/clicks/';\n",
    );
  });

  it('refuses a pipeline that writes no Parquet', async () => {
    await mkdir(path.join(folder, 'text/schema'), { recursive: true });
    await put('text/pipeline.yaml', pipelineYaml('stdout: {'));
    await put('text/schema/input.v1.json', '{ "version": 1, "fields": { "id": "int" } }');
    await expect(run(['trino', 'text'])).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining('writes Parquet'),
    });
  });

  it.each([
    [['oracle'], 'Allowed choices are athena, spark, trino, duckdb'],
    [['athena', '--since', 'yesterday'], 'It must be a date'],
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message);
  });
});

/** Writes files as a run would: scanned, partitioned, encoded. */
async function writeFiles(): Promise<void> {
  const pipeline = await loadPipeline(folder);
  const scanner = createJsonScanner(pipeline.input.schema, { rest: false });
  const records = [
    { id: 3, at: '2026-01-31T10:00:00Z', code: '01', flag: true, price: 1.5, tags: ['x'] },
    { id: 4, at: '2026-02-01T00:00:00Z', code: null, flag: false, price: 2, tags: [] },
    { id: 5, at: '2026-02-01T10:00:00Z', code: 'a/b=c', flag: true, price: 3, tags: [] },
  ];
  const text = records.map((record) => JSON.stringify(record).replace('"id":', '"id":900719925474099')).join('\n');
  scanner.add(new TextEncoder().encode(text));
  const { rows } = scanner.take().records;
  const [plan] = pipeline.sinks;
  const partitioner = compilePartitioner(plan.partitionBy, rows.fields);
  const encoder = await makeEncoder();
  for (const [i, part] of partitioner.split(rows).entries()) {
    const batch = partitioner.fileBatch(selectRows(rows, part.selection));
    const parts = encoder.assemble([encoder.encode(batch)], { fields: partitioner.fileFields, keyValues: {} });
    const target = path.join(folder, "out'put", part.path);
    await mkdir(target, { recursive: true });
    await writeFile(path.join(target, `${i}.parquet`), Buffer.concat(parts));
  }
}

async function makeEncoder(): Promise<Encoder> {
  const { component } = await import('../encoders/parquet/index.ts');
  return component.create(component.config.parse({}), {} as never);
}
