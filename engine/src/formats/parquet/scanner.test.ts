import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Scanner } from '../../columns/format.ts';
import { readRow } from '../../columns/values.ts';
import type { Schema } from '../../core/schema.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { freshMemory } from '../../parquet/arena.ts';
import { bytesSource, duckdbFile } from '../../parquet/files.test-support.ts';
import { excerptsOf, openParquetFile } from '../../parquet/parquet-file.ts';
import { selectFields } from '../../parquet/select-fields.ts';
import { createParquetScanner } from './scanner.ts';

/** Of the format's own test suite, which lies beside the repository, if at all. */
const spark = fileURLToPath(
  new URL('../../../../../shared/data/parquet-testing/data/int96_from_spark.parquet', import.meta.url),
);

function schemaOf(types: Readonly<Record<string, string>>): Schema {
  return { fields: Object.entries(types).map(([name, text]) => ({ name, ...parseSlot(text) })) };
}

/** The bodies a source would cut for a schema. */
async function bodiesOf(file: Uint8Array, { fields }: Schema, targetBytes = 8 << 20): Promise<Uint8Array[]> {
  const parquet = await openParquetFile(bytesSource(file));
  const select = selectFields(parquet.stored, fields);
  const limits = { targetBytes, maxRows: 65_536 };
  const bodies: Uint8Array[] = [];
  for await (const { bytes } of excerptsOf(parquet, { select, limits, memory: freshMemory })) bodies.push(bytes);
  return bodies;
}

function taken(scanner: Scanner) {
  const { records, bad, unknownKeys } = scanner.take();
  const rows = Array.from({ length: records.rows.length }, (_, row) => readRow(records.rows, row));
  return { records, rows, bad, unknown: Object.fromEntries(unknownKeys) };
}

async function scanned(query: string, types: Readonly<Record<string, string>>, rest = false) {
  const schema = schemaOf(types);
  const scanner = createParquetScanner(schema, { rest });
  const file = await duckdbFile(query);
  const found = rest
    ? scanner.add(file)
    : (await bodiesOf(file, schema)).reduce((sum, body) => sum + scanner.add(body), 0);
  return { found, ...taken(scanner) };
}

describe('a Parquet scanner', () => {
  test('takes columns by name, in the order of the schema, and null for optional ones that a file lacks', async () => {
    const { rows, unknown } = await scanned(`SELECT 'a' AS name, 7 AS id UNION ALL SELECT NULL, 8`, {
      id: 'int?',
      name: 'string?',
      tags: 'list<string>?',
    });
    expect(rows).toEqual([
      { id: 7, name: 'a', tags: null },
      { id: 8, name: null, tags: null },
    ]);
    expect(unknown).toEqual({});
  });

  test('counts columns that the schema does not know once a record, without their bytes', async () => {
    const query = `SELECT range AS id, md5(range::VARCHAR) AS extra, {'a': 1, 'b': 2} AS geo FROM range(1000)`;
    const schema = schemaOf({ id: 'int64?', geo: 'struct<a: int32?>?' });
    const file = await duckdbFile(query);
    const [body] = await bodiesOf(file, schema);
    const scanner = createParquetScanner(schema, { rest: false });
    expect(scanner.add(body!)).toBe(1000);
    expect(taken(scanner).unknown).toEqual({ extra: 1000, 'geo.b': 1000 });
    expect(body!.length).toBeLessThan(file.length / 3);
  });

  test('keeps unknown columns in a last column if asked', async () => {
    const { rows } = await scanned(
      `SELECT 1 AS id, 'x' AS a, 12::DECIMAL(20,2) AS b UNION ALL SELECT 2, NULL, NULL`,
      { id: 'int?' },
      true,
    );
    expect(rows).toEqual([
      { id: 1, _rest: '{"a":"x","b":12.00}' },
      { id: 2, _rest: null },
    ]);
  });

  test.each([
    ['1::TINYINT', 'int32?', 1],
    ['(2^40)::BIGINT', 'int?', 2 ** 40],
    ['7::INTEGER', 'int64?', 7n],
    ['(-7)::SMALLINT', 'int?', -7],
    ['200::UTINYINT', 'int16?', 200],
    ['7::INTEGER', 'double?', 7],
    ['1.5::FLOAT', 'double?', 1.5],
    ['7::BIGINT', 'decimal(21, 2)?', '7.00'],
    ['(-1.25)::DECIMAL(5,2)', 'decimal(30, 4)?', '-1.2500'],
    [`TIMESTAMP '2026-01-02 03:04:05.678'`, 'timestamp?', Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000],
    [`TIMESTAMP_MS '2026-01-02 03:04:05.678'`, 'timestamp(us, local)?', Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000],
    [`TIMESTAMP_NS '2026-01-02 03:04:05.678'`, 'timestamp(ms, utc)?', Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000],
    [`'text'::BLOB`, 'string?', 'text'],
    [`[1, 2]`, 'json?', '[1,2]'],
    [`{'a': 1}`, 'json?', '{"a":1}'],
    [`DATE '2026-01-02'`, 'date?', '2026-01-02'],
    [`TIME '12:34:56.789'`, 'time?', '12:34:56.789'],
    [`'6bbf0744-74b4-4d8d-9a5b-b0a4b2b4b1a1'::UUID`, 'uuid?', '6bbf0744-74b4-4d8d-9a5b-b0a4b2b4b1a1'],
    [`MAP {'a': 1}`, 'map<string, int?>?', { a: 1 }],
    [`[{'x': 1}, NULL]`, 'list<struct<x: int?, y: string?>?>?', [{ x: 1, y: null }, null]],
  ])('reads %s as %s', async (value, type, expected) => {
    const { rows, bad } = await scanned(`SELECT ${value} AS v`, { v: type });
    expect(bad).toEqual([]);
    expect(rows).toEqual([{ v: expected }]);
  });

  test.each([
    ['NULL::INTEGER', 'int', 'v must be int, got null'],
    ['(2::HUGEINT^60)::BIGINT', 'int?', 'v must be int, got 1152921504606846976'],
    ['300::INTEGER', 'int8?', 'v must be int8, got 300'],
    [
      `TIMESTAMP '2026-01-02 03:04:05.678901'`,
      'timestamp(ms, local)?',
      'v must be timestamp(ms, local), got 1767323045678901000 ns',
    ],
    [`'\\xFF'::BLOB`, 'string?', 'v must be string, got bytes ff'],
    ['[1, NULL]', 'list<int>?', 'v[] must be int, got null'],
    [`{'a': NULL::INT}`, 'struct<a: int>?', 'v.a must be int, got null'],
  ])('refuses %s as %s, and only its record', async (value, type, message) => {
    const good = value.includes('NULL')
      ? value.replace(/, NULL|NULL(::INT(EGER)?)?/, (part) => (part.startsWith(',') ? '' : '1'))
      : 'NULL';
    const { found, rows, bad } = await scanned(
      `SELECT 1 AS id, ${good} AS v UNION ALL SELECT 2, ${value} UNION ALL SELECT 3, ${good}`,
      {
        id: 'int?',
        v: type,
      },
    );
    expect(found).toBe(3);
    expect(rows.map(({ id }) => id)).toEqual([1, 3]);
    expect(bad).toEqual([expect.objectContaining({ ordinal: 1, reason: 'misfit', message })]);
    expect(JSON.parse(Buffer.from(bad[0]!.original!).toString())).toMatchObject({ id: 2 });
  });

  test.each([
    ['1', { w: 'int' }, 'column w must be int, got a file without it'],
    ['1.5::DOUBLE', { v: 'int?' }, 'column v must be int, got double in the file'],
    [`'1'`, { v: 'int?' }, 'column v must be int, got string in the file'],
    [`'{}'`, { v: 'json?' }, 'column v must be json, got string in the file'],
    [
      `TIMESTAMPTZ '2026-01-01 00:00:00Z'`,
      { v: 'timestamp(us, local)?' },
      'column v must be timestamp(us, local), got timestamp in the file',
    ],
    [`{'a': 'x'}`, { v: 'struct<a: bool?>?' }, 'column v.a must be bool, got string in the file'],
  ])('throws E_SCHEMA that names the column where %s can never be %o', async (value, types, message) => {
    await expect(scanned(`SELECT ${value} AS v`, types as never)).rejects.toMatchObject({ code: 'E_SCHEMA', message });
  });

  test('tells a value that has no form of ours as null, and why in the message', async () => {
    const [body] = await bodiesOf(
      await duckdbFile(`SELECT 1 AS id, 'text' AS name UNION ALL SELECT 2, 'other'`),
      schemaOf({ id: 'int?', name: 'string?' }),
    );
    const at = Buffer.from(body!).indexOf('other');
    const broken = Uint8Array.from(body!).fill(0xff, at, at + 1);
    const scanner = createParquetScanner(schemaOf({ id: 'int?', name: 'string?' }), { rest: false });
    scanner.add(broken);
    const { rows, bad } = taken(scanner);
    expect(rows).toEqual([{ id: 1, name: 'text' }]);
    expect(bad).toEqual([
      expect.objectContaining({ ordinal: 1, field: 'name', message: expect.stringMatching(/^name must be UTF-8/) }),
    ]);
    expect(Buffer.from(bad[0]!.original!).toString()).toBe('{"id":2,"name":null}');
  });

  test.skipIf(!existsSync(spark))('reads INT96 in nanoseconds where they are wanted', async () => {
    const file = await readFile(spark);
    const scanner = createParquetScanner(schemaOf({ a: 'timestamp(ns, utc)?' }), { rest: false });
    expect(scanner.add(file)).toBe(6);
    expect(taken(scanner).rows[0]).toEqual({ a: 1_704_141_296_123_456_000n });
  });

  test('numbers the rows of each body, and tells a row as JSON', async () => {
    const schema = schemaOf({ id: 'int64?' });
    const file = await duckdbFile('SELECT range AS id FROM range(5000)', 'ROW_GROUP_SIZE 2048');
    const scanner = createParquetScanner(schema, { rest: false });
    const found = (await bodiesOf(file, schema)).map((body) => scanner.add(body));
    const { records, rows } = taken(scanner);
    expect(found).toEqual([2048, 2048, 904]);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 5000 }, (_, i) => BigInt(i)));
    expect([records.delivery[2047], records.ordinal[2047]]).toEqual([0, 2047]);
    expect([records.delivery[2048], records.ordinal[2048]]).toEqual([1, 0]);
    expect(Buffer.from(records.original!(2048)).toString()).toBe('{"id":2048}');
  });

  test('takes a damaged body for one bad record, with its bytes, and reads on', async () => {
    const schema = schemaOf({ id: 'int64?' });
    const [body] = await bodiesOf(await duckdbFile('SELECT range AS id FROM range(3000)'), schema);
    const broken = Uint8Array.from(body!).fill(0xff, 20, 40);
    const scanner = createParquetScanner(schema, { rest: false });
    expect([scanner.add(broken), scanner.add(body!)]).toEqual([1, 3000]);
    const { rows, bad } = taken(scanner);
    expect(rows).toHaveLength(3000);
    expect(bad).toEqual([
      expect.objectContaining({ delivery: 0, ordinal: -1, start: 0, end: broken.length, reason: 'malformed' }),
    ]);
  });

  test('has the positions of records in memory that is used again', async () => {
    const schema = schemaOf({ id: 'int64?' });
    const [body] = await bodiesOf(await duckdbFile('SELECT range AS id FROM range(3000)'), schema);
    const scanner = createParquetScanner(schema, { rest: false });
    const positions = () => {
      for (let i = 0; i < 2; i++) scanner.add(body!);
      const { delivery, ordinal, start, end } = scanner.take().records;
      return [delivery, ordinal, start, end];
    };
    const [first, second] = [positions().map(({ buffer }) => buffer), positions()];
    const rows = Array.from({ length: 6000 }, (_, row) => row);
    const zeros = rows.map(() => 0);
    const expected = [rows.map((row) => Math.floor(row / 3000)), rows.map((row) => row % 3000), zeros, zeros];
    expect(second.map((numbers) => [...numbers])).toEqual(expected);
    expect(second.map(({ buffer }) => buffer)).toEqual(first);
    expect(new Set(first).size).toBe(1);
  });

  test('keeps a batch valid until the next add', async () => {
    const schema = schemaOf({ id: 'int64?' });
    const [first, second] = await bodiesOf(
      await duckdbFile('SELECT range AS id FROM range(4096)', 'ROW_GROUP_SIZE 2048'),
      schema,
    );
    const scanner = createParquetScanner(schema, { rest: false });
    scanner.add(first!);
    scanner.take();
    scanner.add(second!);
    const { records } = scanner.take();
    expect(readRow(records.rows, 0)).toEqual({ id: 2048n });
    expect(readRow(records.rows, 2047)).toEqual({ id: 4095n });
  });
});
