import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, PREFIX, type World } from './harness.ts';

/* Exact from queue to file, at the edges of every type, through the whole path and read by two readers that are not ours. */

let world: World;
let folder: string;
beforeEach(async () => {
  world = await createWorld();
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-exact-'));
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Type, the edges as JSON text, and what DuckDB's text of them is. */
const edges: [string, string, [json: string, duckdb: string][]][] = [
  [
    'i',
    'int',
    [
      ['9007199254740991', '9007199254740991'],
      ['-9007199254740991', '-9007199254740991'],
      ['0', '0'],
    ],
  ],
  [
    'i8',
    'int8',
    [
      ['127', '127'],
      ['-128', '-128'],
      ['0', '0'],
    ],
  ],
  [
    'i16',
    'int16',
    [
      ['32767', '32767'],
      ['-32768', '-32768'],
      ['0', '0'],
    ],
  ],
  [
    'i32',
    'int32',
    [
      ['2147483647', '2147483647'],
      ['-2147483648', '-2147483648'],
      ['0', '0'],
    ],
  ],
  [
    'i64',
    'int64',
    [
      ['9223372036854775807', '9223372036854775807'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['9007199254740993', '9007199254740993'],
    ],
  ],
  [
    'u8',
    'uint8',
    [
      ['255', '255'],
      ['0', '0'],
      ['1', '1'],
    ],
  ],
  [
    'u32',
    'uint32',
    [
      ['4294967295', '4294967295'],
      ['0', '0'],
      ['1', '1'],
    ],
  ],
  [
    'u64',
    'uint64',
    [
      ['18446744073709551615', '18446744073709551615'],
      ['0', '0'],
      ['1', '1'],
    ],
  ],
  [
    'd',
    'double',
    [
      ['1.7976931348623157e308', '1.7976931348623157e+308'],
      ['5e-324', '5e-324'],
      ['0.1', '0.1'],
    ],
  ],
  [
    'f',
    'float',
    [
      ['3.4028234663852886e38', '3.4028235e+38'],
      ['0.5', '0.5'],
      ['-0.25', '-0.25'],
    ],
  ],
  [
    'dec',
    'decimal(38, 10)',
    [
      ['1234567890123456789012345678.0123456789', '1234567890123456789012345678.0123456789'],
      ['"-0.0000000001"', '-0.0000000001'],
      ['1e3', '1000.0000000000'],
    ],
  ],
  [
    's',
    'string',
    [
      ['"\\u00e9\\ud83d\\ude00\\n"', 'é😀\n'],
      ['""', ''],
      ['"plain"', 'plain'],
    ],
  ],
  [
    'b',
    'bool',
    [
      ['true', 'true'],
      ['false', 'false'],
      ['true', 'true'],
    ],
  ],
  [
    'day',
    'date',
    [
      ['"1970-01-01"', '1970-01-01'],
      ['"0001-01-01"', '0001-01-01'],
      ['"9999-12-31"', '9999-12-31'],
    ],
  ],
  [
    'ts',
    'timestamp',
    [
      ['"2024-02-29T23:59:59.999999Z"', '2024-02-29 23:59:59.999999'],
      ['"1969-12-31T23:59:59.999999+00:00"', '1969-12-31 23:59:59.999999'],
      ['"2000-01-01T00:00:00+05:30"', '1999-12-31 18:30:00'],
    ],
  ],
  [
    'uid',
    'uuid',
    [
      ['"00000000-0000-0000-0000-000000000000"', '00000000-0000-0000-0000-000000000000'],
      ['"ffffffff-ffff-4fff-bfff-ffffffffffff"', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
      ['"123e4567-e89b-12d3-a456-426614174000"', '123e4567-e89b-12d3-a456-426614174000'],
    ],
  ],
  [
    'l',
    'list<int64?>',
    [
      ['[9223372036854775807,null]', '[9223372036854775807, NULL]'],
      ['[]', '[]'],
      ['[1]', '[1]'],
    ],
  ],
  [
    'st',
    'struct<a: int64, b: string?>',
    [
      ['{"a":9223372036854775807,"b":null}', "{'a': 9223372036854775807, 'b': NULL}"],
      ['{"b":"x","a":1}', "{'a': 1, 'b': x}"],
      ['{"a":0}', "{'a': 0, 'b': NULL}"],
    ],
  ],
  [
    'm',
    'map<string, int64>',
    [
      ['{"k":9223372036854775807}', '{k=9223372036854775807}'],
      ['{}', '{}'],
      ['{"a":1}', '{a=1}'],
    ],
  ],
];

const input = Object.fromEntries(edges.map(([name, type]) => [name, type]));
const records = [0, 1, 2].map((row) => `{${edges.map(([name, , cells]) => `"${name}":${cells[row]![0]}`).join(',')}}`);
const identity = `import { defineTransform, t } from 'parquetry';
  export default defineTransform({
    output: t.row({
      i: t.int(), i8: t.int8(), i16: t.int16(), i32: t.int32(), i64: t.int64(), u8: t.uint8(), u32: t.uint32(), u64: t.uint64(),
      d: t.double(), f: t.float(), dec: t.decimal(38, 10), s: t.string(), b: t.bool(), day: t.date(), ts: t.timestamp(), uid: t.uuid(),
      l: t.list(t.int64().optional()), st: t.struct({ a: t.int64(), b: t.string().optional() }), m: t.map(t.string(), t.int64()),
    }),
    map: (record) => ({ ...record }),
  });`;

test.each([
  ['without user code', undefined],
  ['through user code', identity],
])('every type at its edges, %s', async (_how, transform) => {
  await world.send([records.join('\n')]);
  const config = { sinks: [{ s3: { bucket: 'lake', prefix: PREFIX, parquet: { reader: 'duckdb' } } }] };
  const summary = await world.run(await world.pipeline({ input, transform, config }));
  expect(await world.deadLetters()).toEqual([]);
  expect(summary.ledger).toMatchObject({ closed: true, rowsWritten: 3 });
  expect(await byDuckDb()).toEqual(
    [0, 1, 2].map((row) => Object.fromEntries(edges.map(([name, , cells]) => [name, cells[row]![1]]))),
  );
  const rows = await world.rows();
  expect(rows.map(({ i64 }) => i64)).toEqual([9223372036854775807n, -9223372036854775808n, 9007199254740993n]);
  expect(rows.map(({ u64 }) => u64)).toEqual([18446744073709551615n, 0n, 1n]);
});

test.each([
  ['int', '9007199254740992'],
  ['int8', '128'],
  ['int64', '9223372036854775808'],
  ['uint64', '-1'],
  ['decimal(4, 2)', '100'],
  ['decimal(4, 2)', '1.234'],
  ['date', '"2023-02-29"'],
  ['timestamp', '"2023-02-30T00:00:00Z"'],
  ['uuid', '"123e4567"'],
  ['string', '"\\ud800"'],
  ['bool', '1'],
])('%s refuses %s instead of rounding it', async (type, value) => {
  await world.send([`{"v":${value}}\n{"v":null}`]);
  const summary = await world.run(await world.pipeline({ input: { v: `${type}?` } }));
  expect(summary.ledger.records).toMatchObject({ delivered: 1, deadLettered: { misfit: 1 } });
  expect(await world.deadLetters()).toMatchObject([{ field: 'v', original: `{"v":${value}}` }]);
});

async function byDuckDb(): Promise<Record<string, string>[]> {
  const [key] = await world.keys(`${PREFIX}/`);
  const file = path.join(folder, 'read.parquet');
  await writeFile(file, await world.object(key!));
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const columns = edges.map(
    ([name, type]) => `${type === 'timestamp' ? `(${name}::TIMESTAMP)` : name}::VARCHAR AS ${name}`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${columns.join(', ')} FROM read_parquet('${file}')`);
  const rows = reader.getRowObjects() as Record<string, string>[];
  connection.closeSync();
  return rows;
}
