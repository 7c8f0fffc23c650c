import type { Labels, Logger, Metrics } from '../core/telemetry.ts';
import { metricHelp } from '../telemetry/metric-help.ts';
import type { PrometheusMetrics } from '../telemetry/prometheus.ts';
import { startHealthServer } from '../telemetry/server.ts';
import type { Engine } from './engine.ts';
import { runReadings } from './readings.ts';

/** What a run tells of itself over HTTP; see `telemetry.listen`. */
export interface RunTelemetry {
  /** Gets everything that is counted. */
  readonly metrics: Metrics;
  /** Starts to listen; what it says follows the engine. Rejects with E_CONFIG if the address cannot be had. */
  serve(engine: Engine, logger: Logger): Promise<AsyncDisposable>;
}

/** `listener` is told everything too. Without an address nothing is kept and nothing listens. */
export async function createRunTelemetry(
  address: string | undefined,
  labels: Labels,
  listener: Metrics,
): Promise<RunTelemetry> {
  if (address === undefined)
    return { metrics: listener, serve: async () => ({ [Symbol.asyncDispose]: async () => {} }) };
  const { createPrometheusMetrics } = await import('../telemetry/prometheus.ts');
  const prometheus = createPrometheusMetrics(labels, metricHelp);
  return {
    metrics: both(listener, prometheus),
    serve: async (engine, logger) => serve(address, engine, prometheus, logger),
  };
}

async function serve(
  address: string,
  engine: Engine,
  prometheus: PrometheusMetrics,
  logger: Logger,
): Promise<AsyncDisposable> {
  prometheus.watch(async () => runReadings(engine.snapshot(), await engine.laneUsage()));
  const server = await startHealthServer(address, {
    isAlive: () => true, // it answers: nothing in this thread waits for user code
    isReady: () => engine.isReady,
    contentType: prometheus.contentType,
    metrics: () => prometheus.text(),
  });
  logger.info('telemetry.listening', { address: server.address });
  return { [Symbol.asyncDispose]: () => server.close() };
}

function both(first: Metrics, second: Metrics): Metrics {
  return {
    count(...given) {
      first.count(...given);
      second.count(...given);
    },
    gauge(...given) {
      first.gauge(...given);
      second.gauge(...given);
    },
    observe(...given) {
      first.observe(...given);
      second.observe(...given);
    },
  };
}
