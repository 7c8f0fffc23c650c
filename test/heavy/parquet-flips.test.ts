import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { corpusFiles, hasCorpus } from '../parquet/corpus.ts';
import { flipBytes } from '../parquet/flipped-bytes.ts';
import { ReadingThread } from '../parquet/reading-thread.ts';

const FLIPS_A_FILE = Number(process.env.PARQUETRY_FLIPS ?? 150);
const LARGEST_BYTES = 64 * 1024;

test.skipIf(!hasCorpus)(
  'flipped bytes in any file of parquet-testing never crash, hang, or fail without a code',
  async () => {
    await using thread = new ReadingThread();
    const files = corpusFiles('data', '.parquet');
    const read = await Promise.all(files.map(async ({ name, path }) => ({ name, bytes: await readFile(path) })));
    const small = read.filter(({ bytes }) => bytes.length <= LARGEST_BYTES);
    const { tried, refused, failed } = await flipBytes(thread, small, FLIPS_A_FILE);
    expect(failed).toEqual([]);
    expect(refused).toBeGreaterThan(tried / 4);
  },
  900_000, // nothing but work, on however slow a machine; one flip has its own limit
);
