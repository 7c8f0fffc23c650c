import { isDeepStrictEqual } from 'node:util';
import { parquetMetadata } from 'hyparquet';
import { beforeAll, describe, expect, test } from 'vitest';
import { toArrowIpc } from '../columns/arrow.ts';
import { batchFromRows } from '../columns/rows.ts';
import { readRow, type Value } from '../columns/values.ts';
import { parseSlot } from '../core/schema-text.ts';
import { bytesSource, duckdbRows, withoutIndexes } from './files.test-support.ts';
import { excerptsOf, openParquetFile } from './parquet-file.ts';
import { openParquet } from './reader.ts';
import { selectFields } from './select-fields.ts';
import { parquetFromIpc } from './wasm.ts';

const ROWS = 2_000;
const fields = Object.entries({
  id: 'int64',
  small: 'int8',
  flag: 'bool',
  half: 'double',
  name: 'string',
  maybe: 'string?',
  price: 'decimal(30, 2)',
  key: 'uuid',
  geo: 'struct<lat: double, tag: string?>?',
  tags: 'list<string>',
  deep: 'list<struct<xs: list<int32?>, y: int32>?>?',
  counts: 'map<string, int64?>',
}).map(([name, text]) => ({ name, ...parseSlot(text) }));

const rows = Array.from(
  { length: ROWS },
  (_, i): Record<string, Value> => ({
    id: BigInt(i),
    small: i % 100,
    flag: i % 3 === 0,
    half: i / 2,
    name: `name-${i % 50}`,
    maybe: i % 4 === 0 ? null : `a longer text that is not the same for any row, ${i}`,
    price: `${i}.25`,
    key: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    geo: i % 5 === 0 ? null : { lat: i, tag: i % 2 ? null : `t${i}` },
    tags: Array.from({ length: i % 4 }, (_, j) => `tag-${i + j}`),
    deep: i % 6 === 0 ? null : Array.from({ length: i % 3 }, (_, j) => (j > 1 ? null : { xs: [i, null], y: j })),
    counts: Object.fromEntries(Array.from({ length: i % 3 }, (_, j) => [`k${j}`, j ? BigInt(i) : null])),
  }),
);

interface FileOptions {
  readonly version: 'V1' | 'V2';
  readonly dictionary: boolean;
  readonly codec: 'SNAPPY' | 'ZSTD' | 'GZIP' | 'UNCOMPRESSED';
}

/** A file of many small pages, with page indexes. */
function fileOf({ version, dictionary, codec }: FileOptions): Uint8Array {
  return parquetFromIpc(toArrowIpc(batchFromRows(fields, rows)), (wasm) =>
    new wasm.WriterPropertiesBuilder()
      .setWriterVersion(wasm.WriterVersion[version])
      .setDictionaryEnabled(dictionary)
      .setDataPageSizeLimit(1_000)
      .setWriteBatchSize(64)
      .setCompression(wasm.Compression[codec])
      .build(),
  );
}

async function read(file: Uint8Array, maxRows: number, columns?: readonly string[]) {
  const source = bytesSource(file);
  const reader = await openParquet(source);
  const found: unknown[] = [];
  let batches = 0;
  for await (const { rows: batch } of reader.batches({ columns, limits: { targetBytes: 1 << 30, maxRows } })) {
    batches++;
    for (let row = 0; row < batch.length; row++) found.push(readRow(batch, row));
  }
  return { found, batches };
}

/** The first row that is another, with what it should be: a difference of thousands of rows takes minutes to be shown. */
function firstDifference(found: readonly unknown[], columns = fields.map(({ name }) => name)): object | undefined {
  const wantedOf = (row: Record<string, Value>) =>
    Object.fromEntries(columns.map((name) => [name, name === 'key' ? bytesOf(row.key) : row[name]]));
  const row = rows.findIndex((wanted, i) => !isDeepStrictEqual(found[i], wantedOf(wanted)));
  return row < 0 && found.length === ROWS
    ? undefined
    : { row, rows: found.length, found: found[row], wanted: rows[row] };
}

/** parquet-wasm does not say of a uuid that it is one. */
function bytesOf(uuid: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(uuid).replaceAll('-', ''), 'hex'));
}

describe.each([
  { version: 'V1', dictionary: true, codec: 'SNAPPY' },
  { version: 'V1', dictionary: false, codec: 'ZSTD' },
  { version: 'V2', dictionary: true, codec: 'ZSTD' },
  { version: 'V2', dictionary: false, codec: 'GZIP' },
  { version: 'V2', dictionary: false, codec: 'UNCOMPRESSED' },
] as const)('pages of %o that end at different rows', (options) => {
  let file: Uint8Array;
  beforeAll(() => {
    file = fileOf(options);
  });

  test.each([10_000, 1_000, 333, 97])('give the same rows in batches of %i, by the page index', async (maxRows) => {
    const { found, batches } = await read(file, maxRows);
    expect(firstDifference(found)).toBeUndefined();
    expect(batches).toBeGreaterThanOrEqual(Math.ceil(ROWS / Math.min(maxRows, ROWS)));
  });

  test('are all that is read of columns that have many of them', async () => {
    const { found } = await read(file, 97, ['maybe', 'deep']);
    expect(firstDifference(found, ['maybe', 'deep'])).toBeUndefined();
  });

  test('make excerpts that other readers read, with padding around the rows that are meant', async () => {
    const parquet = await openParquetFile(bytesSource(file));
    const select = selectFields(parquet.stored, parquet.fields);
    const limits = { targetBytes: 1 << 30, maxRows: 500 };
    for await (const { bytes, firstRow, rows: count } of excerptsOf(parquet, { select, limits })) {
      const { key_value_metadata: pairs } = parquetMetadata(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      );
      const { skip } = JSON.parse(pairs![0]!.value!) as { skip: number };
      const read = await duckdbRows(bytes, 'SELECT id, small, name, half, len(tags) AS tags FROM FILE');
      const meant = read.slice(skip, skip + count);
      const wanted = rows.slice(firstRow, firstRow + count);
      expect(meant).toEqual(
        wanted.map(({ id, small, name, half, tags }) => {
          return { id, small, name, half, tags: BigInt((tags as unknown[]).length) };
        }),
      );
    }
  });

  test.each([1_000, 97])('give the same rows in batches of %i, by their headers', async (maxRows) => {
    const { found } = await read(withoutIndexes(file), maxRows);
    expect(firstDifference(found)).toBeUndefined();
  });
});
