import { randomUUID } from 'node:crypto';
import { systemClock } from '../core/clock.ts';
import { type Logger, type Metrics, silentLogger, silentMetrics } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { RunSummary } from './engine.ts';
import { collectGarbage } from './garbage.ts';
import type { Restart } from './guardian.ts';
import { isLive } from './live.ts';
import { type Inheritance, planRun, type RunOptions } from './plan-run.ts';
import { Run } from './run.ts';
import { endFields, startFields } from './run-events.ts';
import { createRunTelemetry } from './run-telemetry.ts';
import { createTapRoute } from './tap-route.ts';

/**
 * Runs a checked pipeline to its end. Rejects with a ParquetryError before anything was received if the transform does not
 * compile or a queue or bucket cannot be used; later failures are in the summary, with the accounts.
 */
export async function runPipeline(pipeline: CheckedPipeline, options: RunOptions = {}): Promise<RunSummary> {
  const { logger = silentLogger, metrics = silentMetrics, runId = randomUUID(), otelEnv, profileFolder } = options;
  await using _profile = await profiledThread(pipeline.name, profileFolder, logger);
  const { listen, tap: access } = pipeline.telemetry;
  const labels = { pipeline: pipeline.name };
  using tap = listen === undefined ? undefined : createTapRoute({ access, token: options.tapToken, runId });
  const telemetry = await createRunTelemetry({ listen, otelEnv, labels, listener: metrics, logger, tap });
  const told = { ...options, runId, metrics: telemetry.metrics };
  const plan = (each: CheckedPipeline, inherited: Inheritance) => planRun(each, told, inherited);
  const run = await Run.of(pipeline, { plan, isLive: isLive(options.live ?? {}), clock: systemClock, logger });
  await using _listening = await telemetry.serve(run);
  const stop = () => {
    run.stop(timeLeft(options.signal?.reason));
    logger.info('run.stopping');
  };
  logger.info('run.started', startFields(pipeline, runId));
  if (options.guard?.restart) tellRestart(options.guard.restart, logger, telemetry.metrics);
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  options.onStart?.(run);
  const endCollecting = collectGarbage();
  try {
    const summary = await run.run();
    if (summary.shutdown) logger.info('run.stopped', { ...summary.shutdown });
    logger[summary.error ? 'error' : 'info']('run.ended', endFields(summary));
    return summary;
  } finally {
    endCollecting();
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Whoever aborts may say that the system leaves only so long: `withinMs` of the reason. */
function timeLeft(reason: unknown): number | undefined {
  const { withinMs } = (reason ?? {}) as { readonly withinMs?: unknown };
  return typeof withinMs === 'number' ? withinMs : undefined;
}

function tellRestart({ restarts, ending, found, known }: Restart, logger: Logger, metrics: Metrics): void {
  const { poison, suspects } = known;
  logger.warn('engine.restarted', { restarts, ending, suspects: suspects.length, poison: poison.length });
  for (const each of found) {
    logger.warn('poison.isolated', { ...each });
    metrics.count('parquetry_poison_total', 1, { reason: each.reason });
  }
  metrics.count('parquetry_restarts_total', restarts);
}

async function profiledThread(pipeline: string, folder: string | undefined, logger: Logger): Promise<AsyncDisposable> {
  if (folder === undefined) return { [Symbol.asyncDispose]: async () => undefined };
  const { startCpuProfile } = await import('./cpu-profile.ts');
  return { [Symbol.asyncDispose]: await startCpuProfile({ folder, pipeline, thread: 'main' }, logger) };
}
