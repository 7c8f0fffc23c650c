import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toArrowIpc } from '../../columns/arrow.ts';
import { batchFromRows } from '../../columns/rows.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { withoutIndexes } from '../../parquet/files.test-support.ts';
import { parquetFromIpc } from '../../parquet/wasm.ts';
import { OpenedFile } from './opened-file.ts';
import { rowsPage } from './rows.ts';
import { rowsOf } from './viewer.test-support.ts';

/* One row group of many pages of about 20 KB. */
const ROWS = 60_000;
const fields = [
  { name: 'id', ...parseSlot('int64') },
  { name: 'text', ...parseSlot('string') },
];
const rows = Array.from({ length: ROWS }, (_, i) => ({ id: BigInt(i), text: `row ${i} `.repeat(4) }));

let folder: string;
let indexed: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-pages-'));
  indexed = parquetFromIpc(toArrowIpc(batchFromRows(fields, rows)), (wasm) =>
    new wasm.WriterPropertiesBuilder()
      .setDictionaryEnabled(false)
      .setDataPageSizeLimit(20_000)
      .setWriteBatchSize(256)
      .setMaxRowGroupSize(ROWS)
      .setCompression(wasm.Compression.UNCOMPRESSED)
      .build(),
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** The file, and how many bytes of it were read since it was opened. */
async function opened(bytes: Uint8Array) {
  const place = path.join(folder, 'rows.parquet');
  await writeFile(place, bytes);
  const file = await OpenedFile.open({ handle: 'a', place, aws: {}, duckdb: [] });
  const { slice } = file.bytes;
  let read = 0;
  file.bytes.slice = (start, end) => {
    read += end - start;
    return slice(start, end);
  };
  const page = async (start: number) => {
    const { rows: found } = await rowsPage(
      file,
      { handle: 'a', start, count: 128 },
      { signal: new AbortController().signal, show: () => undefined },
    );
    return rowsOf(found).map(({ id }) => Number(id));
  };
  return { page, bytesRead: () => read, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}

const numbers = (start: number) => Array.from({ length: 128 }, (_, i) => start + i);

describe.each([
  ['an index', () => indexed],
  ['none', () => withoutIndexes(indexed)],
])('of a row group of many pages, with %s', (_, bytes) => {
  test('the first rows cost their pages, and those around them nothing', async () => {
    await using file = await opened(bytes());
    expect(await file.page(0)).toEqual(numbers(0));
    const first = file.bytesRead();
    expect(first).toBeLessThan(bytes().length / 10);
    expect(await file.page(128)).toEqual(numbers(128));
    expect(file.bytesRead()).toBe(first);
  });

  test('rows in the middle are found', async () => {
    await using file = await opened(bytes());
    expect(await file.page(30_080)).toEqual(numbers(30_080));
  });
});

test('rows in the middle cost their pages where there is an index', async () => {
  await using file = await opened(indexed);
  await file.page(30_080);
  expect(file.bytesRead()).toBeLessThan(indexed.length / 10);
});
