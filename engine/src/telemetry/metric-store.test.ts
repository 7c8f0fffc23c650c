import { expect, test } from 'vitest';
import { createMetricStore, type Reading } from './metric-store.ts';

function create() {
  const refused: string[] = [];
  const store = createMetricStore({ pipeline: 'clicks' }, (name, { message }) => refused.push(`${name}: ${message}`));
  return { store, refused };
}

test('writes what was counted, set and observed in the text exposition format', async () => {
  const { store } = create();
  store.count('parquetry_sink_errors_total', 2, { code: 'E_ACCESS' });
  store.count('parquetry_sink_errors_total', 1, { code: 'E_ACCESS' });
  store.gauge('parquetry_paused', 1);
  store.observe('parquetry_upload_seconds', 0.2, { sink: 's3' });
  const lines = (await store.text()).split('\n');
  expect(lines).toContain('# HELP parquetry_sink_errors_total Writes that failed for good, by code.');
  expect(lines).toContain('# TYPE parquetry_sink_errors_total counter');
  expect(lines).toContain('parquetry_sink_errors_total{code="E_ACCESS",pipeline="clicks"} 3');
  expect(lines).toContain('parquetry_paused{pipeline="clicks"} 1');
  expect(lines).toContain('parquetry_upload_seconds_bucket{le="0.1",pipeline="clicks",sink="s3"} 0');
  expect(lines).toContain('parquetry_upload_seconds_bucket{le="0.25",pipeline="clicks",sink="s3"} 1');
  expect(lines).toContain('parquetry_upload_seconds_sum{pipeline="clicks",sink="s3"} 0.2');
});

test('reads watched values anew at each look, forgets what is gone, and escapes what users name', async () => {
  const { store } = create();
  let value = 1;
  let lanes = ['0', '1'];
  store.watch(
    async (): Promise<Reading[]> => [
      {
        name: 'parquetry_ledger_records_total',
        values: [{ value, labels: { how: 'dropped', reason: 'a "b"\\\n' } }],
      },
      { name: 'parquetry_lane_heap_used_bytes', values: lanes.map((lane) => ({ value: 5, labels: { lane } })) },
    ],
  );
  const first = await store.text();
  expect(first).toContain('{how="dropped",reason="a \\"b\\"\\\\\\n",pipeline="clicks"} 1\n');
  expect(first).toContain('parquetry_lane_heap_used_bytes{lane="1",pipeline="clicks"} 5\n');
  value = 7;
  lanes = [];
  const second = await store.text();
  expect(second).toContain('} 7\n');
  expect(second).not.toContain('parquetry_lane_heap_used_bytes{');
});

test('drops what was counted of lanes that are gone, so that a service that replaces lanes does not grow', async () => {
  const { store } = create();
  for (const lane of ['0', '1']) store.count('parquetry_lane_gcs_total', 1, { lane, kind: 'minor' });
  store.count('parquetry_sink_errors_total', 1, { code: 'E_ACCESS' });
  await store.keepOnly('lane', new Set(['1']));
  const text = await store.text();
  expect(text.match(/lane="\d"/g)).toEqual(['lane="1"']);
  expect(text).toContain('parquetry_sink_errors_total{');
});

test('tells of the process what it measures itself, and of the run only what was counted', async () => {
  const text = await create().store.text();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} [\\d.e-]+$`, 'm'));
  }
  expect(text).not.toContain('parquetry_');
});

test('a component that counts wrongly is refused by name, and disturbs nothing', async () => {
  const { store, refused } = create();
  store.count('own_total', 1, { kind: 'a' });
  store.count('own_total', 1, { other: 'b' });
  store.gauge('own_total', 1, { kind: 'a' });
  store.count('own total', 1);
  store.count('own_total', Number.NaN, { kind: 'a' });
  expect(refused.map((line) => line.split(':')[0])).toEqual(['own_total', 'own_total', 'own total', 'own_total']);
  expect(await store.text()).toContain('own_total{kind="a",pipeline="clicks"} 1\n');
});
