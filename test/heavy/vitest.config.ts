import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import '../tools/compile-cache.ts';
import { longestFirst } from '../tools/longest-first.ts';

/** Files that take three quarters of a minute or more. */
const LONG = [
  'fifo',
  'scaling',
  'twin-million',
  'parquet-viewer',
  'plan-forecast',
  'isolation',
  'rolling-restarts',
  'partitions',
  'profile-fixes',
  'leases',
  'parquet-matrix',
  'credentials',
  'parquet-flips',
  'guardian',
];

const root = path.resolve(import.meta.dirname, '..', '..');

/** Every test file with properties, found by what it imports: run here with many times the cases. */
const properties = ['engine/src', 'test/contracts']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join(folder, file.replaceAll('\\', '/')),
    ),
  )
  .filter((file) => file.endsWith('.test.ts') && hasProperties(path.join(root, file)));

/** Also those whose properties stand in a contract that they hold components to. */
function hasProperties(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  if (text.includes("from 'fast-check'")) return true;
  const contract = /from '(\.\/[\w-]+-contract\.ts)'/.exec(text)?.[1];
  return contract !== undefined && hasProperties(path.resolve(path.dirname(file), contract));
}

export default defineConfig({
  test: {
    root,
    include: [...properties, 'engine/src/runtime/commit-log.sim.test.ts', 'test/heavy/**/*.test.ts'],
    env: { PARQUETRY_TEST_FACTOR: '100' },
    setupFiles: ['test/heavy/many-runs.setup.ts'],
    testTimeout: 900_000, // ends what hangs, not what a busy machine does slowly
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    isolate: false,
    sequence: { sequencer: longestFirst(LONG) },
    maxWorkers: 4, // many wait
  },
});
