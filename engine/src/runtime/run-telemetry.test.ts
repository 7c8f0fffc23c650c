import { expect, test } from 'vitest';
import { type LogFields, silentLogger, silentMetrics } from '../core/telemetry.ts';
import { createRunTelemetry } from './run-telemetry.ts';

test('an environment that asks for what cannot be had costs a warning with what to do, not the run', async () => {
  const said: [string, LogFields][] = [];
  const warn = (event: string, fields: LogFields = {}) => void said.push([event, fields]);
  const otelEnv = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  const logger = { ...silentLogger, warn };
  const telemetry = await createRunTelemetry({ otelEnv, labels: {}, listener: silentMetrics, logger });
  telemetry.metrics.count('own_total', 1);
  expect(said).toEqual([
    ['telemetry.export.failed', { message: expect.stringContaining('grpc'), hint: expect.stringContaining('4318') }],
  ]);
});
