import { expect, vi } from 'vitest';
import { type LogFields, type Logger, silentLogger } from '../../engine/src/core/telemetry.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import type { RunSummary } from '../../engine/src/runtime/engine.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import type { PipelineFiles, World } from './harness.ts';

export const input = { id: 'int' };
export const patiently = { timeout: 40_000, interval: 20 };

/** Says which version of the code made a row. */
export const transformOf = (version: number, extra = '') => `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), v${version}: t.int() }),
  map: ({ id }) => { ${extra} return { id, v${version}: ${version} }; },
});`;

/** A run that receives, of a pipeline that can be changed. */
export interface Running extends AsyncDisposable {
  readonly folder: string;
  readonly run: Run;
  readonly ended: Promise<RunSummary>;
  readonly stop: AbortController;
  /** Fields of the events of a name so far. */
  said(event: string): LogFields[];
  /** As it lies in the folder now. */
  reload(): ReturnType<Run['reload']>;
}

export async function startRun(world: World, files: Partial<PipelineFiles> = {}): Promise<Running> {
  const folder = await world.pipeline({
    input,
    transform: transformOf(1),
    ...files,
    config: { batch: { maxAge: '1m' }, ...files.config },
  });
  const events: [string, LogFields][] = [];
  const note = (event: string, fields: LogFields = {}) => void events.push([event, fields]);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note };
  const stop = new AbortController();
  const started = Promise.withResolvers<Run>();
  const ended = world.run(folder, { drain: false, logger, signal: stop.signal, onStart: started.resolve });
  ended.catch(started.reject); // what cannot be begun has no start to wait for
  const run = await started.promise;
  await vi.waitFor(() => expect(run.isReady).toBe(true), patiently);
  return {
    folder,
    run,
    ended,
    stop,
    said: (event) => events.filter(([name]) => name === event).map(([, fields]) => fields),
    reload: () => run.reload(() => loadPipeline(folder)),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

/** Nobody but the one that has taken over receives any more. */
export const oldLanesEnded = (run: Run) => vi.waitFor(() => expect(run.snapshot().lanes).toHaveLength(1), patiently);

export const received = (run: Run) => run.snapshot().ledger.messages.received;

/** Stops when everything was received; answers all rows, in the order of their ids. */
export async function rowsAtEnd(world: World, { run, stop, ended }: Running, records: number) {
  await vi.waitFor(() => expect(run.snapshot().ledger.records.received).toBeGreaterThanOrEqual(records), patiently);
  stop.abort();
  const summary = await ended;
  const rows = await world.rows();
  return { summary, rows: rows.toSorted((a, b) => Number(a.id) - Number(b.id)) };
}
