import { expect, test } from 'vitest';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { PlannedRun } from './plan-run.ts';
import { refusalOfReload } from './reload-rules.ts';

const pipeline = {
  name: 'p',
  source: { type: 'sqs', config: {} },
  aws: {},
  telemetry: { samplePayloads: 0, tap: 'loopback' },
} as unknown as CheckedPipeline;
const run = (replay: 'ordered' | 'unordered') => ({ pipeline, plan: { source: { replay } } }) as PlannedRun;

test.each<[Partial<CheckedPipeline>, string]>([
  [{ name: 'q' }, 'name'],
  [{ aws: 'embedded' }, 'aws'],
  [{ telemetry: { samplePayloads: 0, tap: 'off', listen: ':1' } }, 'telemetry.listen, telemetry.tap'],
])('%j is what a run cannot take over, and said by name', (change, keys) => {
  const refused = refusalOfReload(run('unordered'), { ...pipeline, ...change }, false);
  expect(refused?.message).toBe(`${keys} cannot change while a run goes on`);
});

test.each<[Partial<CheckedPipeline>]>([
  [{}],
  [{ aws: { endpoint: 'http://localhost:1' } }],
  [{ telemetry: { samplePayloads: 1, tap: 'loopback' } }],
  [{ lanes: { min: 1, max: 9 } }],
])('%j is taken over', (change) => {
  expect(refusalOfReload(run('unordered'), { ...pipeline, ...change }, false)).toBeUndefined();
});

test('sources that hand out everything once a run, and components given as objects, are not reloaded', () => {
  expect(refusalOfReload(run('ordered'), pipeline, false)?.message).toContain('the source sqs hands out everything');
  expect(refusalOfReload(run('unordered'), pipeline, true)?.message).toContain('given as objects');
});
