import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/* The scripts that stream ten gigabytes, over little: that memory is flat they tell of more, that they still run is told here. */
test.each([
  ['rss-ndjson.ts', ['200', 'none'], 100],
  ['rss-ndjson.ts', ['200', 'plain'], 100],
  ['rss-parquet.ts', ['20'], 140],
] as const)('%s %s stays within %i MB of the idle process', async (script, args, limitMb) => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, script), ...args], {
    timeout: 400_000,
  });
  expect(JSON.parse(stdout).peakAboveIdleMb).toBeLessThan(limitMb);
});
