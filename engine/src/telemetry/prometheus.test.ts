import { expect, test } from 'vitest';
import { createPrometheusMetrics } from './prometheus.ts';

const create = () => createPrometheusMetrics({ pipeline: 'clicks' }, (name) => `help of ${name}`);

test('writes what was counted, set and observed in the text exposition format', async () => {
  const metrics = create();
  metrics.count('errors_total', 2, { code: 'E_ACCESS' });
  metrics.count('errors_total', 1, { code: 'E_ACCESS' });
  metrics.gauge('paused', 1);
  metrics.observe('upload_seconds', 0.2, { sink: 's3' });
  const lines = (await metrics.text()).split('\n');
  expect(lines).toContain('# HELP errors_total help of errors_total');
  expect(lines).toContain('errors_total{code="E_ACCESS",pipeline="clicks"} 3');
  expect(lines).toContain('paused{pipeline="clicks"} 1');
  expect(lines).toContain('upload_seconds_bucket{le="0.1",pipeline="clicks",sink="s3"} 0');
  expect(lines).toContain('upload_seconds_bucket{le="0.25",pipeline="clicks",sink="s3"} 1');
  expect(lines).toContain('upload_seconds_sum{pipeline="clicks",sink="s3"} 0.2');
});

test('reads watched values anew at each scrape, and escapes what users name', async () => {
  const metrics = create();
  let value = 1;
  metrics.watch(async () => [
    { name: 'dropped_total', help: 'Dropped.', kind: 'counter', values: [{ value, labels: { reason: 'a "b"\\\n' } }] },
  ]);
  expect(await metrics.text()).toContain('dropped_total{pipeline="clicks",reason="a \\"b\\"\\\\\\n"} 1\n');
  value = 7;
  expect(await metrics.text()).toContain('} 7\n');
});
