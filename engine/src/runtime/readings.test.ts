import { expect, test } from 'vitest';
import type { RunSnapshot } from './engine.ts';
import { runReadings } from './readings.ts';
import { sumSnapshots } from './run-sums.ts';

const messages = { received: 0, acked: 0, returned: 0, leaseLost: 0, inFlight: 0 };
const records = { received: 0, delivered: 0, dropped: {}, deadLettered: {}, returned: 0, leaseLost: 0, inFlight: 0 };
const sample = {
  nowMs: 1,
  lanes: 2,
  cpu: 0.5,
  memory: 0.25,
  laneMemory: 0.1,
  busy: 0.9,
  moreReceivesHelp: true,
  isPaused: false,
};
const run: RunSnapshot = {
  ledger: { messages, records, rowsWritten: 0, rowsDelivered: 0, closed: true },
  written: { files: 0, rows: 0, bytes: 0 },
  lanes: [
    { lane: 3, state: 'busy' },
    { lane: 5, state: 'busy' },
    { lane: 4, state: 'ending' },
  ],
  openFiles: 0,
  heldBytes: 0,
  sinks: [],
  isPaused: false,
  elapsedMs: 0,
};

const read = (snapshot: RunSnapshot) =>
  new Map(runReadings(snapshot, []).map(({ name, values }) => [String(name), values]));

test('lanes are counted by state, and say nothing of scaling before the first look at the load', () => {
  const readings = read(run);
  expect(readings.get('parquetry_lanes')).toEqual([
    { value: 2, labels: { state: 'busy' } },
    { value: 1, labels: { state: 'ending' } },
  ]);
  expect(readings.has('parquetry_saturated')).toBe(false);
});

test.each([
  [12_000, [{ value: 12 }]],
  [Number.POSITIVE_INFINITY, []],
  [undefined, []],
])('the scaler of a fleet reads what is wanted; %s ms behind is %j', (behindMs, seconds) => {
  const scaling = { wanted: 4, saturated: true, reason: 'no more lanes are allowed', sample: { ...sample, behindMs } };
  const readings = read({ ...run, scaling });
  expect(readings.get('parquetry_lanes_wanted')).toEqual([{ value: 4 }]);
  expect(readings.get('parquetry_saturated')).toEqual([{ value: 1 }]);
  expect(readings.get('parquetry_cpu_used_ratio')).toEqual([{ value: 0.5 }]);
  expect(readings.get('parquetry_memory_used_ratio')).toEqual([{ value: 0.25 }]);
  expect(readings.get('parquetry_backlog_seconds')).toEqual(seconds);
});

test('sinks are told apart, and a pause is seen', () => {
  const sinks = [
    { sink: 's3', concurrency: 8, uploads: 3 },
    { sink: 'file', concurrency: 4, uploads: 0 },
  ];
  const readings = read({ ...run, sinks, isPaused: true });
  expect(readings.get('parquetry_sink_concurrency')).toEqual([
    { value: 8, labels: { sink: 's3' } },
    { value: 4, labels: { sink: 'file' } },
  ]);
  expect(readings.get('parquetry_uploads')).toMatchObject([{ value: 3 }, { value: 0 }]);
  expect(readings.get('parquetry_paused')).toEqual([{ value: 1 }]);
});

test('while one engine retires and another receives, a sink bears what both may write', () => {
  const of = (concurrency: number, uploads: number, isPaused: boolean) => ({
    ...run,
    sinks: [{ sink: 's3', concurrency, uploads }],
    isPaused,
  });
  const current = of(4, 0, false);
  const both = sumSnapshots(current, [of(8, 3, true), current], undefined);
  expect(both).toMatchObject({ sinks: [{ sink: 's3', concurrency: 12, uploads: 3 }], isPaused: false });
  expect(sumSnapshots(current, [], undefined).sinks).toEqual(current.sinks);
});
