import { expect, test } from 'vitest';
import { batchStates, mostFull } from './batch-states.ts';
import { OpenFiles } from './open-files.ts';

const limits = { targetSizeBytes: 100, maxAgeMs: 1_000, memoryBytes: 1_000 };
const sinks = [{ name: 's3', limits }];

test('files nearest to being written come first, by size or by age, with what lanes foresee of them', () => {
  const files = new OpenFiles();
  files.opened(0, { sink: 0, partition: 'old' }, 100);
  files.opened(0, { sink: 0, partition: 'new' }, 900);
  files.opened(0, { sink: 0, partition: 'full' }, 900);
  files.opened(1, { sink: 0, partition: 'full' }, 800);
  files.grown(0, { sink: 0, partition: 'full' }, 60);
  files.grown(1, { sink: 0, partition: 'full' }, 35);
  const states = batchStates(files.values(), sinks, { nowMs: 1_000, limit: 2 });
  expect(states.map(({ partition, sizeBytes, ageMs }) => [partition, sizeBytes, ageMs])).toEqual([
    ['full', 95, 200],
    ['old', 0, 900],
  ]);
  expect(mostFull(states)).toEqual(states);
});
