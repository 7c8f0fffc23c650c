import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/* The scripts that stream ten gigabytes, over little: that memory is flat they tell of more, that they still run is told here. */
test.each([
  ['rss-ndjson.ts', ['200', 'none']],
  ['rss-ndjson.ts', ['200', 'plain']],
  ['rss-parquet.ts', ['20']],
] as const)('%s %s stays within 100 MB of the idle process', async (script, args) => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, script), ...args], {
    timeout: 400_000,
  });
  expect(JSON.parse(stdout).peakAboveIdleMb).toBeLessThan(100);
});
