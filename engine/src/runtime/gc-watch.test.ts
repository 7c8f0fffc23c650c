import { expect, test } from 'vitest';
import { type Labels, silentMetrics } from '../core/telemetry.ts';
import { watchGc } from './gc-watch.ts';

test('counts the collections of its thread and how long they took, by kind, and tells the last ones at the end', async () => {
  const counted: { name: string; add: number; labels: Labels }[] = [];
  const count = (name: string, add: number, labels: Labels = {}) => void counted.push({ name, add, labels });
  const end = watchGc({ ...silentMetrics, count }, 7);
  let garbage: unknown[] = [];
  for (let i = 0; i < 300; i++) garbage = Array.from({ length: 10_000 }, () => ({ garbage: garbage.length }));
  // Entries come to an observer in a later turn.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  end();
  const minor = counted.filter(({ labels }) => labels.kind === 'minor');
  // A slow machine takes longer than a second, and is told more than once.
  expect(new Set(minor.map(({ name, labels }) => `${name} ${labels.lane}`))).toEqual(
    new Set(['parquetry_lane_gc_seconds_total 7', 'parquetry_lane_gcs_total 7']),
  );
  expect(minor.every(({ add }) => add > 0)).toBe(true);
});
