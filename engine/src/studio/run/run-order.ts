import { asParquetryError } from '../../core/errors.ts';
import type { Run } from '../../runtime/run.ts';
import { runPipeline } from '../../runtime/run-pipeline.ts';
import type { RunOrder, RunProcessMethods, RunProgress } from './run-link.ts';
import { emptyProgress, MAX_BATCHES, RunRecorder } from './run-recorder.ts';

/** A page takes no more than four views a second. */
const SHOW_EVERY_MS = 250;
const SHOWS_A_SECOND = 4;
/** The embedded queue may be asked as often as one likes, and whoever tries a pipeline on it is watching. */
const EMBEDDED_BACKLOG_EVERY_MS = 250;

export interface RunPort {
  readonly signal: AbortSignal;
  show(progress: RunProgress): void;
  started(): void;
}

/** Runs a pipeline as it was ordered, and shows how it goes. Rejects only if nothing could be received at all. */
export async function runOrder(
  { pipeline, runId, drain, embeddedEndpoint }: RunOrder,
  port: RunPort,
): Promise<RunProcessMethods['process.run']['result']> {
  const recorder = new RunRecorder(Date.now);
  const { logger, metrics } = recorder;
  let look = emptyProgress;
  let last = () => {};
  let timer: NodeJS.Timeout | undefined;
  const onStart = (run: Run) => {
    port.started();
    look = () => recorder.progress({ snapshot: run.snapshot(), batches: run.batches(MAX_BATCHES) });
    last = () => recorder.second(run.snapshot(), []);
    let shows = 0;
    timer = setInterval(() => {
      if (shows++ % SHOWS_A_SECOND === 0) void second(run, recorder);
      port.show(look());
    }, SHOW_EVERY_MS);
  };
  try {
    const summary = await runPipeline(pipeline, {
      ...{ runId, drain, logger, metrics, onStart, embeddedEndpoint, signal: port.signal },
      otelEnv: process.env,
      isTapped: true,
      tapToken: process.env.PARQUETRY_TAP_TOKEN,
      backlogEveryMs: embeddedEndpoint === undefined ? undefined : EMBEDDED_BACKLOG_EVERY_MS,
    });
    const failure = summary.error && { message: summary.error.message, hint: summary.error.hint };
    last(); // most of what a short run writes, it writes in the end
    return { progress: look(), failure };
  } catch (thrown) {
    throw asParquetryError(thrown);
  } finally {
    clearInterval(timer);
  }
}

async function second(run: Run, recorder: RunRecorder): Promise<void> {
  recorder.second(run.snapshot(), await run.laneUsage());
}
