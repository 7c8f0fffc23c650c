import path from 'node:path';
import { defineConfig } from 'vitest/config';
import '../tools/compile-cache.ts';

export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/build.setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    // Each has a browser and an engine of its own.
    maxWorkers: 2,
  },
});
