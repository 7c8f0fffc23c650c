import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { PartitionsRun } from './rss-partitions.ts';

const script = path.join(import.meta.dirname, 'rss-partitions.ts');

async function measured(...given: readonly string[]): Promise<PartitionsRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...given]);
  return JSON.parse(stdout);
}

/** What a process may take above its idle size: the memory that is configured, and so much for each lane. */
const LANE_MB = 100;

test.each([1, 2])(
  'check 9: 2,000 partitions at random stay within the memory that is configured and 100 MB a lane: %i',
  async (lanes) => {
    const { idleMb, peakMb, files, rows, records, isClosed } = await measured('2000', String(lanes), '256MiB', '300');
    expect({ files, rows, isClosed }).toEqual({ files: 2_000, rows: records, isClosed: true });
    expect(peakMb - idleMb).toBeLessThan((256 * 2 ** 20) / 1e6 + LANE_MB * lanes);
  },
);

test('10,000 partitions by mistake become small files, a few a partition at most, and nothing is lost', async () => {
  const { files, rows, records, isClosed } = await measured('10000', '1', '128MiB', '60');
  expect({ rows, isClosed }).toEqual({ rows: records, isClosed: true });
  expect(files).toBeGreaterThan(9_900);
  // Even the metadata of so many row groups takes memory, so that some files are written early.
  expect(files).toBeLessThan(20_000);
});
