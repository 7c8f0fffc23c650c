import type { MetricProducer, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Logger } from '../core/telemetry.ts';
import type { MetricStore } from './metric-store.ts';
import { toMetricData } from './otlp-data.ts';
import type { OtlpSettings } from './otlp-settings.ts';

/**
 * Time for an export and its retries, where OTEL_EXPORTER_OTLP_TIMEOUT does not say. Shorter than the specification's 10 s: the end of
 * a run waits for the last one, and totals that were not sent are in the next export.
 */
const EXPORT_MS = 2_000;
/** The end of a run waits for no longer, whatever the environment says. */
const LAST_EXPORT_MS = 2_500;

/**
 * Sends everything in the store to an OTLP endpoint, every so often and at disposal. Address, headers, certificates, timeout and
 * compression are read from the environment by the exporter, service name and attributes by the resource detector. A failure is
 * logged, once until it passes, and disturbs nothing.
 */
export async function startOtlpExport(
  store: MetricStore,
  settings: OtlpSettings,
  logger: Logger,
): Promise<AsyncDisposable> {
  const sdk = await import('@opentelemetry/sdk-metrics');
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = await import(
    '@opentelemetry/resources'
  );
  const startMs = Date.now();
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'parquetry' }))
    .merge(detectResources({ detectors: [envDetector] }));
  const producer: MetricProducer = {
    async collect() {
      const metrics = toMetricData(await store.states(), sdk, startMs, Date.now());
      return { resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'parquetry' }, metrics }] }, errors: [] };
    },
  };
  const exporter = watched(
    new OTLPMetricExporter(settings.hasTimeout ? {} : { timeoutMillis: EXPORT_MS }),
    settings.endpoint,
    logger,
  );
  const { intervalMs } = settings;
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    metricProducers: [producer],
  });
  const provider = new sdk.MeterProvider({ resource, readers: [reader] });
  logger.info('telemetry.exporting', { endpoint: settings.endpoint, intervalMs });
  return {
    [Symbol.asyncDispose]: () => provider.shutdown({ timeoutMillis: LAST_EXPORT_MS }).catch(() => undefined),
  };
}

/** Logs when exports begin to fail, and when they do not any more. */
function watched(exporter: PushMetricExporter, endpoint: string, logger: Logger): PushMetricExporter {
  let failing = false;
  const note = (error: Error | undefined) => {
    if (error && !failing) {
      const hint = 'Is a collector listening there for OTLP over HTTP? The run goes on without it.';
      logger.warn('telemetry.export.failed', { endpoint, message: error.message || error.name, hint });
    } else if (!error && failing) logger.info('telemetry.export.recovered', { endpoint });
    failing = error !== undefined;
  };
  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        note(result.code === 0 ? undefined : (result.error ?? new Error('the exporter does not say why')));
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
