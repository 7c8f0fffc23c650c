import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take three quarters of a minute or more, the longest first, for a fresh clone knows no durations. Only an order: one that
 * is missing here runs after them, by its size, and at worst alone at the end.
 */
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

/** Starts the files that take long first, so that no worker has one left when the others are done. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.indexOf(path.basename(moduleId, '.test.ts'));
  return rank < 0 ? LONG.length : rank;
}
