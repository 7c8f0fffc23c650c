import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { LogFields, Logger } from '../core/telemetry.ts';
import { createMetricStore } from './metric-store.ts';
import { startOtlpExport } from './otlp.ts';
import { otlpSettings } from './otlp-settings.ts';

afterEach(() => vi.unstubAllEnvs());

interface Export {
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
  readonly metrics: ReadonlyMap<string, SentMetric>;
  readonly resource: Record<string, string>;
}

type SentAttribute = { readonly key: string; readonly value: { readonly stringValue: string } };
type SentPoint = { readonly asDouble: number };

interface SentMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum: { readonly dataPoints: readonly [SentPoint] };
  readonly gauge: { readonly dataPoints: readonly [SentPoint] };
  readonly histogram: { readonly dataPoints: readonly [{ bucketCounts: number[]; explicitBounds: number[] }] };
}

/** A collector: what it was sent. It answers with `status`. */
async function collector(status = 200) {
  const exports: Export[] = [];
  const first = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [sent] = JSON.parse(Buffer.concat(chunks).toString()).resourceMetrics;
    const metrics = sent.scopeMetrics.flatMap((scope: { metrics: SentMetric[] }) => scope.metrics);
    exports.push({
      url: request.url,
      headers: request.headers,
      metrics: new Map(metrics.map((metric: SentMetric) => [metric.name, metric])),
      resource: Object.fromEntries(
        sent.resource.attributes.map(({ key, value }: SentAttribute) => [key, value.stringValue]),
      ),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    first.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { exports, first: first.promise, endpoint: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

function notes() {
  const said: [string, LogFields][] = [];
  const at = (event: string, fields: LogFields = {}) => void said.push([event, fields]);
  return { said, logger: { debug: at, info: at, warn: at, error: at } as Logger };
}

/** Counts something, exports it as the environment says, and ends. */
async function exportOnce(env: Record<string, string>, until: Promise<unknown> = Promise.resolve()) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { said, logger } = notes();
  const store = createMetricStore({ pipeline: 'clicks' }, () => undefined);
  store.watch(async () => [{ name: 'parquetry_files_written_total', values: [{ value: 3 }] }]);
  store.count('parquetry_sink_errors_total', 2, { code: 'E_ACCESS' });
  store.gauge('parquetry_paused', 1);
  store.watch(async () => [{ name: 'parquetry_backlog_seconds', values: [{ value: Number.POSITIVE_INFINITY }] }]);
  for (const seconds of [0.2, 0.2, 2, 9_999]) store.observe('parquetry_upload_seconds', seconds, { sink: 's3' });
  const exporting = await startOtlpExport(store, otlpSettings(process.env)!, logger);
  await until;
  await exporting[Symbol.asyncDispose]();
  return said;
}

test('exports at the end what Prometheus would see, under the same names and labels', async () => {
  await using to = await collector();
  await exportOnce({
    OTEL_EXPORTER_OTLP_ENDPOINT: to.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=k1,x-team=data',
    OTEL_SERVICE_NAME: 'clicks-ingest',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod',
  });
  expect(to.exports).toHaveLength(1);
  const { url, headers, metrics, resource } = to.exports[0]!;
  expect(url).toBe('/v1/metrics');
  expect(headers).toMatchObject({ 'api-key': 'k1', 'x-team': 'data' });
  expect(resource).toMatchObject({ 'service.name': 'clicks-ingest', 'deployment.environment': 'prod' });

  const pipeline = { key: 'pipeline', value: { stringValue: 'clicks' } };
  expect(metrics.get('parquetry_files_written_total')).toMatchObject({
    description: 'Files made durable.',
    sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asDouble: 3, attributes: [pipeline] }] },
  });
  expect(metrics.get('parquetry_sink_errors_total')!.sum.dataPoints[0]).toMatchObject({
    asDouble: 2,
    attributes: expect.arrayContaining([pipeline, { key: 'code', value: { stringValue: 'E_ACCESS' } }]),
  });
  expect(metrics.get('parquetry_paused')!.gauge.dataPoints[0].asDouble).toBe(1);
  const upload = metrics.get('parquetry_upload_seconds')!;
  const [point] = upload.histogram.dataPoints;
  expect(upload.unit).toBe('s');
  expect(point).toMatchObject({ count: 4, sum: 10_001.4 });
  expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
  expect(point.bucketCounts[point.explicitBounds.indexOf(0.25)]).toBe(2);
  expect(point.bucketCounts[point.explicitBounds.indexOf(2.5)]).toBe(1);
  expect(point.bucketCounts.at(-1)).toBe(1);
  expect(metrics.has('process_resident_memory_bytes')).toBe(true);
  expect(metrics.has('parquetry_backlog_seconds')).toBe(false);
});

test('exports every so often while a run lasts, to the address that is for metrics alone', async () => {
  await using to = await collector();
  const env = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${to.endpoint}/own/path`, OTEL_METRIC_EXPORT_INTERVAL: '20' };
  await exportOnce(env, to.first);
  expect(to.exports.length).toBeGreaterThan(1);
  expect(to.exports[0]!.url).toBe('/own/path');
});

test('a collector that refuses costs one warning, and nothing else', async () => {
  await using to = await collector(400);
  const said = await exportOnce(
    { OTEL_EXPORTER_OTLP_ENDPOINT: to.endpoint, OTEL_METRIC_EXPORT_INTERVAL: '20' },
    to.first,
  );
  expect(said.map(([event]) => event)).toEqual(['telemetry.exporting', 'telemetry.export.failed']);
  expect(said[1]![1]).toMatchObject({ endpoint: `${to.endpoint}/`, hint: expect.stringContaining('collector') });
});

test('where nothing listens the end of a run waits for a moment, and says so', async () => {
  const said = await exportOnce({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  });
  expect(said[1]).toMatchObject(['telemetry.export.failed', { message: expect.stringContaining('ECONNREFUSED') }]);
});

test.each([
  [{}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_METRICS_EXPORTER: 'none' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }],
])('%j asks for no export', (env) => {
  expect(otlpSettings(env)).toBeUndefined();
});

test('says where metrics go without user name, password or query', () => {
  const settings = otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:pw@c:4318/x?token=t' });
  expect(settings).toEqual({ endpoint: 'https://c:4318/x', intervalMs: 60_000, hasTimeout: false });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'nowhere' }, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'PROTOCOL'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_METRIC_EXPORT_INTERVAL: '10s' }, 'INTERVAL'],
])('%j cannot be had, and the error says what to write', (env, name) => {
  expect(() => otlpSettings(env)).toThrow(
    expect.objectContaining({
      code: 'E_CONFIG',
      message: expect.stringContaining(name),
      hint: expect.stringMatching(/./),
    }),
  );
});
