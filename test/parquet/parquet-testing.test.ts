import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Condition } from '../../engine/src/parquet/condition.ts';
import { corpusFiles, hasCorpus } from './corpus.ts';
import { Duck, type Row } from './duckdb-rows.ts';
import { fileBytes, ourRows } from './our-rows.ts';

/** Files of which DuckDB makes something else, and why ours is right. */
const differences: Readonly<Record<string, { readonly why: string; readonly ours: RegExp | 'reads' }>> = {
  'byte_stream_split_extended.gzip.parquet': { why: 'DuckDB has no byte stream split of integers', ours: 'reads' },
  'datapage_v1-corrupt-checksum.parquet': { why: 'DuckDB checks no checksums', ours: /match their checksum/ },
  'rle-dict-uncompressed-corrupt-checksum.parquet': { why: 'DuckDB checks no checksums', ours: /match their checksum/ },
  'hadoop_lz4_compressed.parquet': { why: 'DuckDB has no LZ4 of Hadoop', ours: 'reads' },
  'hadoop_lz4_compressed_larger.parquet': { why: 'DuckDB has no LZ4 of Hadoop', ours: 'reads' },
  'non_hadoop_lz4_compressed.parquet': { why: 'DuckDB has no LZ4 in frames of Hadoop or without', ours: 'reads' },
  'int96_from_spark.parquet': {
    why: 'DuckDB wraps a year beyond 64 bits of microseconds; ours refuses the value',
    ours: 'reads',
  },
  'map_no_value.parquet': { why: 'DuckDB has no maps without values; ours are lists of the keys', ours: 'reads' },
  'large_string_map.brotli.parquet': {
    why: 'a text of 1 GiB, more than a string of V8 holds',
    ours: /at most \d+ bytes/,
  },
};
const files = corpusFiles('data', '.parquet');

describe.skipIf(!hasCorpus)('the files of parquet-testing', () => {
  let duck: Duck;
  beforeAll(async () => {
    duck = await Duck.open();
  });
  afterAll(() => duck?.[Symbol.dispose]());

  test.each(files.filter(({ name }) => !(name in differences)))(
    '$name holds the rows that DuckDB reads',
    async ({ path }) => {
      const { rows } = await ourRows(await fileBytes(path));
      expect(rows).toEqual(await duck.rows(`FROM read_parquet('${path}')`));
    },
  );

  test.each(files.filter(({ name }) => name in differences))(
    '$name differs from DuckDB for a known reason',
    async ({ name, path }) => {
      const { ours } = differences[name]!;
      const read = ourRows(await fileBytes(path));
      if (ours === 'reads') expect((await read).rows.length).toBeGreaterThan(0);
      else await expect(read).rejects.toMatchObject({ code: 'E_INTEGRITY', message: expect.stringMatching(ours) });
    },
  );

  test.each(files.filter(({ name }) => differences[name]?.ours === undefined || differences[name].ours === 'reads'))(
    '$name holds the same rows however finely it is cut',
    async ({ path }) => {
      const source = await fileBytes(path);
      const whole = await ourRows(source);
      const maxRows = Math.max(3, Math.ceil(whole.rows.length / 30));
      const cut = await ourRows(source, { limits: { targetBytes: 1 << 30, maxRows } });
      expect(cut.rows).toEqual(whole.rows);
      expect(cut.batches).toBeGreaterThanOrEqual(whole.rows.length / maxRows);
    },
  );

  const conditions: readonly [file: string, where: readonly Condition[], sql: string, most: number][] = [
    ['alltypes_tiny_pages', [{ column: 'id', is: '=', value: 3650 }], 'id = 3650', 100],
    ['alltypes_tiny_pages', [{ column: 'id', is: 'in', values: [5, 7000] }], 'id IN (5, 7000)', 200],
    ['alltypes_tiny_pages_plain', [{ column: 'id', is: '>', value: 7200 }], 'id > 7200', 700],
    [
      'alltypes_tiny_pages_plain',
      [{ column: 'date_string_col', is: '=', value: '03/15/09' }],
      `date_string_col = '03/15/09'`,
      4000,
    ],
    ['int32_with_null_pages', [{ column: 'int32_field', is: 'not null' }], 'int32_field IS NOT NULL', 999],
    ['data_index_bloom_encoding_stats', [{ column: 'String', is: '=', value: 'Hello' }], `String = 'Hello'`, 14],
    ['data_index_bloom_encoding_stats', [{ column: 'String', is: '=', value: 'Hellp' }], `String = 'Hellp'`, 0],
    [
      'data_index_bloom_encoding_with_length',
      [{ column: 'String', is: '=', value: 'the quick' }],
      `String = 'the quick'`,
      14,
    ],
  ];
  test.each(conditions)(
    '%s: the pages left by %o hold all rows with %s, and at most %i',
    async (name, where, sql, most) => {
      const { path } = files.find((file) => file.name === `${name}.parquet`)!;
      const { rows } = await ourRows(await fileBytes(path), { where });
      const wanted = await duck.rows(`FROM read_parquet('${path}') WHERE ${sql}`);
      const found = new Set(rows.map(textOf));
      expect(wanted.filter((row) => !found.has(textOf(row)))).toEqual([]);
      expect(rows.length).toBeLessThanOrEqual(most);
    },
  );

  test.each(corpusFiles('data', '.encrypted'))('$name is refused as encrypted', async ({ path }) => {
    await expect(ourRows(await fileBytes(path))).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});

function textOf(row: Row): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}
