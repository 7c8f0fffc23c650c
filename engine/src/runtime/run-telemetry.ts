import { performance } from 'node:perf_hooks';
import { asParquetryError } from '../core/errors.ts';
import type { Labels, Logger, Metrics } from '../core/telemetry.ts';
import type { MetricStore, Reading } from '../telemetry/metric-store.ts';
import { type Environment, type OtlpSettings, otlpSettings } from '../telemetry/otlp-settings.ts';
import { startHealthServer } from '../telemetry/server.ts';
import { runReadings } from './readings.ts';
import type { Run } from './run.ts';
import type { TapRoute } from './tap-route.ts';

export interface RunTelemetryOptions {
  /** Address of the pages; see `telemetry.listen`. Without it nothing listens. */
  readonly listen?: string;
  /** The environment whose `OTEL_…` variables may ask for an export. Without it none does. */
  readonly otelEnv?: Environment;
  /** On everything that is counted. */
  readonly labels: Labels;
  /** Is told everything, too. */
  readonly listener: Metrics;
  readonly logger: Logger;
  /** The page that taps are read from; absent: there is none. */
  readonly tap?: TapRoute;
}

/** What a run tells of itself in numbers. */
export interface RunTelemetry {
  /** Gets everything that is counted. Never throws. */
  readonly metrics: Metrics;
  /** Starts to listen and to export; what they say follows the run. Rejects with E_CONFIG if the address cannot be had. */
  serve(run: Run): Promise<AsyncDisposable>;
}

/** Keeps numbers only where somebody asks for them: nothing heavy is loaded otherwise. */
export async function createRunTelemetry(options: RunTelemetryOptions): Promise<RunTelemetry> {
  const { listen, otelEnv = {}, labels, listener, logger, tap } = options;
  const otlp = settingsOrWarning(otelEnv, logger);
  const refused = refusals(logger);
  const told = guarded(listener, refused);
  if (listen === undefined && !otlp) return { metrics: told, serve: async () => closingAll([]) };
  const { createMetricStore } = await import('../telemetry/metric-store.ts');
  const store = createMetricStore(labels, refused);
  return {
    metrics: both(told, store),
    async serve(run) {
      const main = mainThread();
      store.watch(async () => {
        const lanes = await run.laneUsage();
        // The last look comes when all lanes have ended: what they counted is still of interest then.
        if (lanes.length > 0) await store.keepOnly('lane', new Set(lanes.map(({ lane }) => String(lane))));
        return [...runReadings(run.snapshot(), lanes), main()];
      });
      const pages = listen === undefined ? [] : [await listening(listen, run, store, logger, tap)];
      if (!otlp) return closingAll(pages);
      const { startOtlpExport } = await import('../telemetry/otlp.ts');
      return closingAll([...pages, await startOtlpExport(store, otlp, logger)]);
    },
  };
}

async function listening(
  address: string,
  run: Run,
  store: MetricStore,
  logger: Logger,
  tap: TapRoute | undefined,
): Promise<AsyncDisposable> {
  const server = await startHealthServer(address, {
    isAlive: () => true, // it answers: nothing in this thread waits for user code
    isReady: () => run.isReady,
    contentType: store.contentType,
    metrics: () => store.text(),
    pages: tap && { '/tap': tap.handle },
  });
  logger.info('telemetry.listening', { address: server.address });
  return { [Symbol.asyncDispose]: () => server.close() };
}

function closingAll(parts: readonly AsyncDisposable[]): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => void (await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()))),
  };
}

/** Measures the thread of the landing from one look to the next. */
function mainThread(): () => Reading {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return { name: 'parquetry_main_utilization_ratio', values: [{ value: utilization }] };
  };
}

/** An environment is often set for a whole cluster, with other programs in mind: what does not fit this one must not keep it from running. */
function settingsOrWarning(env: Environment, logger: Logger): OtlpSettings | undefined {
  try {
    return otlpSettings(env);
  } catch (thrown) {
    const { message, hint } = asParquetryError(thrown);
    logger.warn('telemetry.export.failed', { message, hint });
    return undefined;
  }
}

/** Says of each metric once why it could not be counted. */
function refusals(logger: Logger): (name: string, why: Error) => void {
  const said = new Set<string>();
  return (name, { message }) => {
    if (said.has(name)) return;
    said.add(name);
    logger.warn('telemetry.metric.refused', { name, message });
  };
}

/** A listener that throws must not keep a delivery from being settled. */
function guarded(metrics: Metrics, refused: (name: string, why: Error) => void): Metrics {
  const safely =
    (kind: keyof Metrics): Metrics['count'] =>
    (name, value, labels) => {
      try {
        metrics[kind](name, value, labels);
      } catch (thrown) {
        refused(name, thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    };
  return { count: safely('count'), gauge: safely('gauge'), observe: safely('observe') };
}

function both(first: Metrics, second: Metrics): Metrics {
  const each =
    (kind: keyof Metrics): Metrics['count'] =>
    (...given) => {
      first[kind](...given);
      second[kind](...given);
    };
  return { count: each('count'), gauge: each('gauge'), observe: each('observe') };
}
