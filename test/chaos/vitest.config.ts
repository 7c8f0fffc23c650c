import path from 'node:path';
import { defineConfig } from 'vitest/config';

/** The whole chaos suite: `npm run test:chaos`. Its slice is part of `npm test`. */
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['test/chaos/*.chaos.ts'],
    testTimeout: 900_000, // ends what hangs, not what a busy machine does slowly: 80 s alone may be 300 beside others
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
    // Of tests that mostly wait.
    maxConcurrency: 3,
  },
});
