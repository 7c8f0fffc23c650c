import os from 'node:os';
import { defineConfig } from 'vitest/config';
import './test/tools/compile-cache.ts';
import { longestFirst } from './test/tools/longest-first.ts';

/** Files that take ten seconds or more. */
const LONG = [
  'faults',
  'slice',
  'examples',
  'crash',
  'docs',
  'sink',
  'delivery',
  'exactness',
  'poison',
  'source',
  'columnar-mapper',
  'dead-letters',
  's3',
  'preview',
  'shutdown',
  'guardian',
];

export default defineConfig({
  test: {
    include: ['engine/src/**/*.test.ts', 'webview/src/**/*.test.ts', 'extension/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Files through all readers (test/parquet) are the work of test:heap, in kernels that find wild writes.
    exclude: ['**/node_modules/**', 'test/heavy/**', 'test/parquet/**', 'test/browser/**'],
    testTimeout: 60_000, // ends what hangs, not what a busy machine does slowly
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    // Modules are loaded once a worker and not once a file: starting 270 processes took a third of the time.
    isolate: false,
    // Many tests wait for processes and queues: more workers than cores keep the cores busy.
    maxWorkers: os.availableParallelism() + 1,
    sequence: { sequencer: longestFirst(LONG) },
    coverage: {
      provider: 'v8',
      include: ['engine/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.generated.ts'],
      reporter: ['text-summary', 'html', 'lcov'],
    },
  },
});
