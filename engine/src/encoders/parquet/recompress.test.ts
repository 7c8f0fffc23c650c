import { crc32 } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecompressors } from '../../parquet/decompress.ts';
import { readFooter } from '../../parquet/footer-reader.ts';
import {
  CHUNK,
  COLUMN,
  FILE,
  numberAt,
  OFFSET_INDEX,
  PAGE_LOCATION,
  ROW_GROUP,
  requiredNumber,
  structAt,
  structsAt,
} from '../../parquet/metadata.ts';
import { PAGE, PAGE_V2 } from '../../parquet/page-runs.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { expectRows } from './expect-rows.test-support.ts';
import { inspectParquet } from './inspect.ts';
import { Duck, fieldsOf, fileOf, type Row, rowsByWasm, sourceOf } from './oracle.test-support.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

interface Page {
  readonly header: ThriftStruct;
  readonly body: Uint8Array;
  /** Of the header, in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

interface Chunk {
  readonly meta: ThriftStruct;
  readonly pages: readonly Page[];
  readonly locations: readonly ThriftStruct[];
}

/** The row groups of a file, each a list of columns with their pages, walked from the chunk's first byte to its last. */
async function walk(file: Uint8Array): Promise<{ group: ThriftStruct; chunks: Chunk[] }[]> {
  const { metadata } = await readFooter(sourceOf(file));
  return structsAt(metadata, FILE.rowGroups, 'row_groups').map((group) => ({
    group,
    chunks: structsAt(group, ROW_GROUP.columns, 'columns').map((chunk) => {
      const meta = structAt(chunk, CHUNK.meta, 'meta_data')!;
      const index = numberAt(chunk, CHUNK.offsetIndexOffset, 'offset');
      const locations =
        index === undefined ? [] : structsAt(readStruct(file, index).value, OFFSET_INDEX.pages, 'page_locations');
      return { meta, pages: [...pagesOf(file, meta)], locations };
    }),
  }));
}

function* pagesOf(file: Uint8Array, meta: ThriftStruct): Generator<Page> {
  const first = numberAt(meta, COLUMN.dictionaryPageOffset, 'dictionary');
  let offset = first ?? requiredNumber(meta, COLUMN.dataPageOffset, 'data');
  const last = offset + requiredNumber(meta, COLUMN.compressedBytes, 'size');
  while (offset < last) {
    const { value: header, end } = readStruct(file, offset);
    const next = end + requiredNumber(header, PAGE.compressedBytes, 'size');
    yield { header, body: file.subarray(end, next), offset, sizeBytes: next - offset };
    offset = next;
  }
  expect(offset).toBe(last);
}

const fields = fieldsOf({ id: 'int64', word: 'string?', tags: 'list<string?>?', noise: 'double' });
const rows: Row[] = Array.from({ length: 20_000 }, (_, i) => ({
  id: BigInt(i),
  word: i % 3 === 0 ? null : `word ${i % 50}`,
  tags: i % 7 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => (k === 2 ? null : `t${i % 11}`)),
  noise: Math.sin(i) * 1e9,
}));
/** Dictionaries, thousands of values a page, pages that do not shrink. */
const SMALL_PAGES = { dataPageSize: '1KiB', dictionary: ['id', 'noise'] };
const SHAPES = [1, 2].flatMap((pageVersion) =>
  ['zstd', 'gzip', 'brotli'].map((compression) => ({ pageVersion, compression, ...SMALL_PAGES })),
);

describe.each(SHAPES)('$compression, page version $pageVersion, many small pages', (options) => {
  const file = fileOf(fields, [rows, rows.slice(0, 100)], options);

  it('comes back from every reader', async () => {
    expectRows(rowsByWasm(file, fields), [...rows, ...rows.slice(0, 100)]);
    const { head } = await inspectParquet(sourceOf(file), { rows: 1000 });
    expect(head.map(({ id, word, tags }) => [id, word, tags])).toEqual(
      rows.slice(0, 1000).map(({ id, word, tags }) => [`${id}`, word, tags]),
    );
    const counts = 'SELECT count(*), sum(id), count(word), count(tags), sum(len(tags)), max(noise) FROM FILE';
    const plain = fileOf(fields, [rows, rows.slice(0, 100)], { compression: 'none' });
    expect(await duck.query(file, counts)).toEqual(await duck.query(plain, counts));
  });

  it('has offset indexes that name exactly the data pages', async () => {
    for (const { chunks } of await walk(file)) {
      for (const { meta, pages, locations } of chunks) {
        const data = pages.filter(({ header }) => !header.has(PAGE.dictionary));
        expect(
          locations.map((location) => [
            numberAt(location, PAGE_LOCATION.offset, 'offset'),
            numberAt(location, PAGE_LOCATION.compressedBytes, 'size'),
          ]),
        ).toEqual(data.map(({ offset, sizeBytes }) => [offset, sizeBytes]));
        expect(numberAt(meta, COLUMN.dataPageOffset, 'data')).toBe(data[0]!.offset);
        expect(pages.length - data.length).toBe(meta.has(COLUMN.dictionaryPageOffset) ? 1 : 0);
      }
    }
    const [group] = await walk(file);
    expect(group!.chunks[3]!.pages.length).toBeGreaterThan(20);
  });

  it('has a checksum in every page', async () => {
    const pages = (await walk(file)).flatMap(({ chunks }) => chunks.flatMap((chunk) => chunk.pages));
    expect(pages.map(({ header }) => numberAt(header, PAGE.crc, 'crc'))).toEqual(
      pages.map(({ body }) => crc32(body) | 0),
    );
  });

  it('sums its pages up in columns and row groups', async () => {
    for (const { group, chunks } of await walk(file)) {
      const sum = (of: (chunk: Chunk) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
      for (const { meta, pages } of chunks) {
        const plain = pages.reduce((total, { header, sizeBytes, body }) => {
          return total + sizeBytes - body.length + numberAt(header, PAGE.uncompressedBytes, 'size')!;
        }, 0);
        expect(numberAt(meta, COLUMN.uncompressedBytes, 'size')).toBe(plain);
      }
      const bytes = sum(({ pages }) => pages.reduce((total, { sizeBytes }) => total + sizeBytes, 0));
      expect(numberAt(group, ROW_GROUP.compressedBytes, 'size')).toBe(bytes);
      expect(numberAt(group, ROW_GROUP.totalBytes, 'size')).toBe(
        sum(({ meta }) => numberAt(meta, COLUMN.uncompressedBytes, 'size')!),
      );
      expect(numberAt(group, ROW_GROUP.fileOffset, 'offset')).toBe(chunks[0]!.pages[0]!.offset);
    }
  });

  it('lets a reader take rows from the middle by the offset index alone', async () => {
    const source = sourceOf(file);
    let bytesRead = 0;
    const counting: typeof source = {
      byteLength: file.length,
      slice: (start, end) => {
        bytesRead += (end ?? file.length) - start;
        return source.slice(start, end);
      },
    };
    const metadata = await parquetMetadataAsync(source);
    const found = await parquetReadObjects({
      file: counting,
      metadata,
      compressors: await loadDecompressors(),
      columns: ['noise'],
      rowStart: 15_000,
      rowEnd: 15_003,
      useOffsetIndex: true,
    });
    expect(found).toEqual(rows.slice(15_000, 15_003).map(({ noise }) => ({ noise })));
    expect(bytesRead).toBeLessThan(file.length / 8);
  });

  it('answers a filter of DuckDB', async () => {
    const found = await duck.query(file, 'SELECT id, word, tags FROM FILE WHERE id IN (7, 9999, 19999) ORDER BY id');
    const wanted = [7, 7, 9999, 19999].map((i) => rows[i]!); // 7 is in both row groups
    expect(found).toEqual(wanted.map(({ id, word, tags }) => [`${id}`, word, tags]));
  });
});

it('keeps the codec of each column', async () => {
  const wide = fieldsOf({ a: 'int64', b: 'int64', c: 'string', d: 'list<string>', e: 'int64', f: 'int64' });
  const values: Row[] = Array.from({ length: 5000 }, (_, i) => {
    const n = BigInt(i * 31);
    return { a: n, b: n, c: `c${i}`, d: [`d${i % 9}`], e: n, f: n };
  });
  const columns = {
    a: { compression: 'none' },
    b: { compression: 'snappy' },
    c: { compression: 'brotli' },
    e: { compression: 'lz4' },
    f: { compression: 'gzip', statistics: 'none' },
  };
  const file = fileOf(wide, [values, values], { columns, dataPageSize: '4KiB' });
  const { rowGroups, head } = await inspectParquet(sourceOf(file), { rows: 3 });
  for (const group of rowGroups) {
    expect(group.columns.map(({ codec }) => codec)).toEqual(['none', 'snappy', 'brotli', 'zstd', 'lz4', 'gzip']);
  }
  expect(head).toHaveLength(3);
  expectRows(rowsByWasm(file, wide), [...values, ...values]);
  const sums = 'SELECT sum(a), sum(b), max(c), count(d), sum(e), sum(f) FROM FILE WHERE a >= 31';
  const sum = `${2 * 31 * ((4999 * 5000) / 2)}`;
  expect(await duck.query(file, sums)).toEqual([[sum, sum, 'c999', '9998', sum, sum]]);
});

it('leaves values of version 2 plain where compressing them does not pay', async () => {
  const ids = fieldsOf({ u: 'uuid', n: 'int64?' });
  const seeds: Row[] = Array.from({ length: 2000 }, (_, i) => {
    const hex = [1, 2, 3, 4].map((k) => crc32(`${i}.${k}`).toString(16).padStart(8, '0')).join('');
    return { u: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), n: null };
  });
  const file = fileOf(ids, [seeds], { pageVersion: 2, dictionary: false });
  const [group] = await walk(file);
  const flags = group!.chunks.flatMap(({ pages }) =>
    pages.map(({ header }) => structAt(header, PAGE.dataV2, 'page')!.get(PAGE_V2.isCompressed)?.value),
  );
  expect(new Set(flags)).toEqual(new Set([false]));
  expectRows(rowsByWasm(file, ids), seeds);
  expect((await duck.query(file, 'SELECT u, n FROM FILE')).map(([u, n]) => ({ u, n }))).toEqual(seeds);
});
