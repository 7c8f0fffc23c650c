import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFiles, hasCorpus } from './corpus.ts';
import { flipBytes } from './flipped-bytes.ts';
import { ReadingThread } from './reading-thread.ts';

/** Files of bad_data that read all the same, and why that is right. */
const readable: Readonly<Record<string, string>> = {
  'ARROW-GH-43605.parquet': 'indexes of no bits into a dictionary of one entry are sound; DuckDB reads the same',
};
/** Small files of many shapes: nested, old and new pages, all codecs but LZ4, dictionaries, deltas, decimals. */
const SMALL =
  /^(alltypes_plain|nested_maps|nullable|repeated_no|datapage_v2\.|byte_array_decimal|int96|list_columns|lz4_raw_compressed\.|rle_boolean|delta_encoding_required|byte_stream_split\.)/;

describe.skipIf(!hasCorpus)('damaged files', () => {
  let thread: ReadingThread;
  beforeAll(() => {
    thread = new ReadingThread();
  });
  afterAll(() => thread?.[Symbol.asyncDispose]());

  test.each(corpusFiles('bad_data', '.parquet'))('$name of bad_data is refused', async ({ name, path }) => {
    const fate = await thread.read(await readFile(path));
    if (name in readable) expect(fate).toMatchObject({ rows: expect.anything() });
    else expect(fate).toMatchObject({ code: 'E_INTEGRITY' });
  });

  test('flipped bytes never crash, hang, or fail without a code', { timeout: 120_000 }, async () => {
    const files = corpusFiles('data', '.parquet').filter(({ name }) => SMALL.test(name));
    const read = await Promise.all(files.map(async ({ name, path }) => ({ name, bytes: await readFile(path) })));
    const { tried, refused, failed } = await flipBytes(thread, read, 150);
    expect(failed).toEqual([]);
    expect(refused).toBeGreaterThan(tried / 4);
  });
});
