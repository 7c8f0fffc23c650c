import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { toArrowIpc } from '../../engine/src/columns/arrow.ts';
import { createBuilder } from '../../engine/src/columns/builder.ts';
import type { ColumnBatch } from '../../engine/src/columns/column.ts';
import { batchFromRows } from '../../engine/src/columns/rows.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import { createParquetScanner } from '../../engine/src/formats/parquet/scanner.ts';
import { openParquet } from '../../engine/src/parquet/reader.ts';
import { parquetFromIpc } from '../../engine/src/parquet/wasm.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { writeInputSchema } from '../../engine/src/pipeline/schema-files.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { compileTransform } from '../../engine/src/transforms/compile.ts';
import { createTransformRunner } from '../../engine/src/transforms/runner.ts';
import { Duck } from './duckdb-rows.ts';
import { bytesSource, exactRow } from './our-rows.ts';

const EVENTS = `
  SELECT range AS id, TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_microseconds(range * 137) AS at, (range % 1000)::INT AS delay,
    range / 7 AS score, ['web', 'ios', NULL][1 + range % 3] AS platform, md5(range::VARCHAR) AS session,
    (range / 100)::DECIMAL(12, 2) AS price, DATE '2026-01-01' + (range % 28)::INT AS day, range % 7 = 0 AS bot,
    CASE WHEN range % 5 = 0 THEN NULL ELSE {'lat': range / 1000, 'tags': ['t' || range % 5, NULL]} END AS geo,
    MAP {'k' || range % 3: range} AS counts
  FROM range(10000)`;

let folder: string;
let duck: Duck;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-parquet-'));
  duck = await Duck.open();
  await duck.run(`SET TimeZone = 'UTC'; COPY (${EVENTS}) TO '${folder}/events.parquet' (ROW_GROUP_SIZE 4096)`);
});
afterAll(async () => {
  duck?.[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

interface RunFacts {
  readonly transform?: string;
  /** Columns that the input schema has; default: all. */
  readonly columns?: readonly string[];
  readonly rest?: boolean;
}

/** Runs a pipeline over the events into a folder of its own. */
async function run(name: string, { transform, columns, rest = false }: RunFacts = {}) {
  const at = path.join(folder, name);
  await mkdir(at, { recursive: true });
  const { fields } = await openParquet(bytesSource(await readFile(path.join(folder, 'events.parquet'))));
  await writeInputSchema(path.join(at, 'schema'), {
    fields: fields.filter((field) => columns?.includes(field.name) ?? true),
  });
  if (transform) await writeFile(path.join(at, 'transform.ts'), transform);
  const pipeline = {
    name,
    source: { file: { path: '../events.parquet', format: 'parquet' } },
    input: { rest },
    ...(transform ? { transform: './transform.ts' } : {}),
    sinks: [{ file: { path: './out' } }],
    lanes: 1,
  };
  await writeFile(path.join(at, 'pipeline.yaml'), stringify(pipeline));
  const summary = await runPipeline(await loadPipeline(at), { drain: true });
  return { summary, files: `${at}/out/**/*.parquet`, at };
}

const rowsOf = (file: string) => duck.rows(`FROM read_parquet('${file}') ORDER BY id`);

describe('Parquet to Parquet', () => {
  test('without user code every value arrives as it was', async () => {
    const { summary, files } = await run('identity');
    expect(summary).toMatchObject({ reason: 'ended', unknownKeys: new Map() });
    expect(await rowsOf(files)).toEqual(await rowsOf(`${folder}/events.parquet`));
  });

  test('columns that the schema leaves out are counted', async () => {
    const { summary, files } = await run('few', { columns: ['id', 'geo'] });
    const left = ['at', 'bot', 'counts', 'day', 'delay', 'platform', 'price', 'score', 'session'];
    expect(Object.fromEntries(summary.unknownKeys)).toEqual(Object.fromEntries(left.map((name) => [name, 10_000])));
    expect(await rowsOf(files)).toEqual(await duck.rows(`SELECT id, geo FROM '${folder}/events.parquet' ORDER BY id`));
  });

  test('a row that user code throws for becomes a dead letter that holds it as JSON', async () => {
    const transform = `
      import { defineTransform, t } from 'parquetry';
      export default defineTransform({
        output: t.row({ id: t.int64(), price: t.decimal(12, 2).optional() }),
        map: ({ id, price }) => {
          if (id === 4100n) throw new Error('not this one');
          return { id, price };
        },
      });`;
    const { summary, files, at } = await run('throwing', { transform, columns: ['id', 'price'] });
    expect(summary.ledger.records).toMatchObject({ received: 10_000, delivered: 9_999, deadLettered: { thrown: 1 } });
    expect(await duck.rows(`SELECT count(*) AS n, sum(id) AS ids FROM read_parquet('${files}')`)).toEqual([
      { n: 9_999n, ids: 49_995_000n - 4_100n },
    ]);
    const errors = path.join(at, 'errors');
    const names = (await readdir(errors, { recursive: true })).filter((name) => name.endsWith('.ndjson'));
    const letters = await Promise.all(names.map((name) => readFile(path.join(errors, name), 'utf8')));
    expect(letters.join('')).toContain('not this one');
    expect(letters.join('')).toMatch(/"id\\?":4100,\\?"price\\?":41\.00/);
  });
});

describe('the columns that leave a transform', () => {
  /** Runs a `map` over the first rows as they were scanned; answers the columns before and after, by name. */
  async function through(map: string | undefined) {
    const small = path.join(folder, 'small.parquet');
    await duck.run(`COPY (FROM '${folder}/events.parquet' LIMIT 100) TO '${small}'`);
    const bytes = await readFile(small);
    const { fields } = await openParquet(bytesSource(bytes));
    const scanner = createParquetScanner({ fields }, { rest: false });
    scanner.add(bytes);
    const { records } = scanner.take();
    const runner = await createTransformRunner(
      map === undefined ? undefined : await compiled(map),
      { fields },
      { pipeline: 'p', folder },
    );
    const { output } = await runner.run(records, [{ id: 'a', attributes: {}, receivedAtMs: 0 }]);
    const named = (batch: ColumnBatch) => new Map(batch.fields.map(({ name }, i) => [name, batch.columns[i]!]));
    return { before: named(records.rows), after: named(output) };
  }

  async function compiled(map: string) {
    const file = path.join(folder, 'passing.ts');
    await writeFile(
      file,
      `import { defineTransform, t } from 'parquetry';
      export default defineTransform({
        output: t.row({
          id: t.int64().optional(), at: t.timestamp().optional(), delay: t.int32().optional(), score: t.double().optional(),
          platform: t.string().optional(), session: t.string().optional(), price: t.decimal(12, 2).optional(),
          day: t.date().optional(), bot: t.bool().optional(), counts: t.map(t.string(), t.int64().optional()).optional(),
          geo: t.struct({ lat: t.double().optional(), tags: t.list(t.string().optional()).optional() }).optional(),
        }),
        map: ${map},
      });`,
    );
    return compileTransform(file);
  }

  const passing: readonly [what: string, map: string | undefined, computed: readonly string[]][] = [
    ['without user code', undefined, []],
    ['of ({ ...r })', '(r) => ({ ...r })', []],
    [
      'of a map that computes one of them',
      '(r) => ({ ...r, delay: r.delay === null ? null : r.delay + 1 })',
      ['delay'],
    ],
  ];
  test.each(passing)('%s are those that were decoded: no value is built', async (_what, map, computed) => {
    const { before, after } = await through(map);
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    const untouched = [...after].filter(([name, column]) => (column.picked?.column ?? column) === before.get(name));
    expect(untouched.map(([name]) => name).toSorted()).toEqual(
      [...before.keys()].filter((name) => !computed.includes(name)).toSorted(),
    );
  });
});

describe('a map with equal keys', () => {
  const types = {
    id: 'int64',
    labels: 'map<string, int64?>?',
    deep: 'list<struct<counts: map<int32, string>>>',
  };
  const fields = Object.entries(types).map(([name, text]) => ({ name, ...parseSlot(text) }));
  const labels = [
    ['a', 1n],
    ['b', 2n],
    ['a', 3n],
  ];
  const counts = [
    [7, 'first'],
    [8, 'other'],
    [7, 'last'],
  ];

  /** Rows of which every third has equal keys, as the scanner hands them on. */
  async function scannedRows(as: Readonly<Record<string, string>> = {}) {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      id: BigInt(i),
      labels: i % 3 === 0 ? labels : i % 3 === 1 ? null : labels.slice(1),
      deep: i % 3 === 0 ? [{ counts: [] }, { counts }] : [],
    }));
    const file = parquetFromIpc(toArrowIpc(batchFromRows(fields, rows as never)), (wasm) =>
      new wasm.WriterPropertiesBuilder().build(),
    );
    const schema = {
      fields: fields.map((field) => (as[field.name] ? { ...field, ...parseSlot(as[field.name]!) } : field)),
    };
    const scanner = createParquetScanner(schema, { rest: false });
    scanner.add(file);
    const { records, bad } = scanner.take();
    expect(bad).toEqual([]);
    return { schema, records };
  }

  const wanted = (row: number) => ({
    id: BigInt(row),
    labels:
      row % 3 === 1
        ? null
        : row % 3 === 2
          ? labels.slice(1)
          : [
              ['a', 3n],
              ['b', 2n],
            ],
    deep:
      row % 3 === 0
        ? [
            { counts: [] },
            {
              counts: [
                [7, 'last'],
                [8, 'other'],
              ],
            },
          ]
        : [],
  });

  test('is scanned with the last value of each, where the key came first', async () => {
    const { records } = await scannedRows();
    for (let row = 0; row < 30; row++) expect(exactRow(records.rows, row)).toEqual(wanted(row));
  });

  test('is so as JSON text, too', async () => {
    const { records } = await scannedRows({ labels: 'json?' });
    expect(exactRow(records.rows, 0)).toMatchObject({ labels: '{"a":3,"b":2}' });
  });

  test.each([true, false])('leaves a transform so, whether its rows are objects (%s) or columns', async (plain) => {
    const { schema, records } = await scannedRows();
    const file = path.join(folder, `keys-${plain}.ts`);
    await writeFile(
      file,
      `import { defineTransform, t } from 'parquetry';
      export default defineTransform({
        output: t.row({ id: t.int64(), labels: t.map(t.string(), t.int64().optional()).optional() }),
        map: (r) => ({ id: r.id, labels: r.labels }),
      });`,
    );
    const runner = await createTransformRunner(await compileTransform(file), schema, { pipeline: 'p', folder, plain });
    const { output } = await runner.run(records, [{ id: 'a', attributes: {}, receivedAtMs: 0 }]);
    for (let row = 0; row < 30; row++) {
      const { id, labels } = wanted(row);
      expect(exactRow(unpicked(output), row)).toEqual({ id, labels });
    }
  });

  /** A batch whose columns are all its own. */
  function unpicked({ fields, columns, length }: ColumnBatch): ColumnBatch {
    const own = columns.map((column) => {
      const builder = createBuilder(column.type);
      builder.appendSelection(column, undefined);
      return builder.finish();
    });
    return { fields, columns: own, length };
  }
});
