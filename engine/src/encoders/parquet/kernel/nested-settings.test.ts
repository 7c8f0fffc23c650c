import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect, test } from 'vitest';
import { expectRows } from '../expect-rows.test-support.ts';
import { Duck, ENCODER_NAMES, fieldsOf, fileOf, type Row, rowsByWasm } from '../oracle.test-support.ts';

const fields = fieldsOf({
  id: 'int64',
  actor: 'struct<login: string, id: int64>?',
  tags: 'list<string>',
  labels: 'map<string, int64>?',
});

const rows: Row[] = Array.from({ length: 8_000 }, (_, i) => ({
  id: BigInt(i),
  actor: i % 7 === 0 ? null : { login: `someone-${i % 2_000}`, id: BigInt(i % 2_000) },
  tags: Array.from({ length: i % 4 }, (_, k) => `tag-${(i + k) % 50}`),
  labels: i % 5 === 0 ? null : [['size', BigInt(i)]],
}));

const options = {
  compression: 'zstd',
  columns: {
    'actor.login': { compression: 'snappy', encoding: 'delta-strings' },
    'tags.list.element': { dictionary: true },
    'labels.key_value.value': { compression: 'none', encoding: 'delta', statistics: 'none' },
  },
  bloomFilters: ['actor.login', 'tags.list.element'],
};

const COLUMNS = `SELECT replace(path_in_schema, ', ', '.'), compression, encodings, bloom_filter_offset IS NOT NULL, stats_min_value IS NOT NULL
  FROM parquet_metadata(FILE) ORDER BY column_id`;
const ALL = 'SELECT md5(string_agg(to_json(t)::VARCHAR, chr(10) ORDER BY id)) FROM FILE t';

test('nested columns have codec, encoding, dictionary, statistics and bloom filter of their own', async () => {
  await using duck = await Duck.open();
  const file = fileOf(fields, [rows], options, 'kernel');
  expect(await duck.query(file, COLUMNS)).toEqual([
    ['id', 'ZSTD', expect.any(String), false, true],
    ['actor.login', 'SNAPPY', expect.stringContaining('DELTA_BYTE_ARRAY'), true, true],
    ['actor.id', 'ZSTD', expect.any(String), false, true],
    ['tags.list.element', 'ZSTD', expect.stringContaining('RLE_DICTIONARY'), true, true],
    ['labels.key_value.key', 'ZSTD', expect.any(String), false, true],
    ['labels.key_value.value', 'UNCOMPRESSED', expect.stringContaining('DELTA_BINARY_PACKED'), false, false],
  ]);
});

test.each(ENCODER_NAMES)('and every reader finds the same rows (%s)', async (name) => {
  await using duck = await Duck.open();
  const [file, plain] = [fileOf(fields, [rows], options, name), fileOf(fields, [rows], {}, name)];
  expect(await duck.query(file, ALL)).toEqual(await duck.query(plain, ALL));
  expectRows(rowsByWasm(file, fields), rowsByWasm(plain, fields));
  const objects = (bytes: Uint8Array) => parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
  expect(await objects(file)).toEqual(await objects(plain));
});
