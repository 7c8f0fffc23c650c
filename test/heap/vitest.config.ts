import path from 'node:path';
import { defineConfig } from 'vitest/config';
import '../tools/compile-cache.ts';

/** The tests of all that runs in the kernel, in kernels that find wild writes: `npm run test:heap`. */
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['engine/src/{kernel,encoders,formats,transforms}/**/*.test.ts', 'test/{parquet,contracts}/**/*.test.ts'],
    setupFiles: ['test/heap/setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
  },
});
