import path from 'node:path';
import { sumReasons } from '../core/ledger.ts';
import { plural } from '../core/quantities.ts';
import { checkPipeline } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { loadPipeline } from '../pipeline/file.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import type { RunSummary } from '../runtime/engine.ts';
import type { Restart } from '../runtime/guardian.ts';
import type { Run } from '../runtime/run.ts';
import { runPipeline } from '../runtime/run-pipeline.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type CliContext, writeJson } from './context.ts';
import { type EmbeddedAws, feed, sampleFiles, startEmbedded } from './embedded.ts';
import { exitCodes } from './exit-codes.ts';
import { type Guarded, guarded } from './guarded.ts';
import { loadOptions, resolvePath } from './pipeline-options.ts';
import { type Changes, followChanges, loadAgain } from './reload.ts';
import type { RunFlags } from './run.ts';
import { type Shown, showProgress } from './run-display.ts';
import { describePlan } from './run-plan.ts';
import { renderRun, runAsData } from './run-report.ts';

/** The embedded queue may be asked as often as one likes, and whoever tries a pipeline on it is waiting. */
const EMBEDDED_BACKLOG_EVERY_MS = 250;

/** What `parquetry run` does, once it is asked to. */
export async function run(folder: string, flags: RunFlags, context: CliContext): Promise<void> {
  const set = [...flags.set, ...(flags.lanes === undefined ? [] : [`lanes=${flags.lanes}`])];
  const where = resolvePath(folder, context);
  const loading = loadOptions({ ...flags, set }, context);
  const pipeline = await loadPipeline(where, loading);
  for (const { message } of pipeline.warnings)
    context.stderr.write(`${context.stderr.paint.yellow('warning')} ${message}\n`);
  if (flags.dryRun) return printPlan(pipeline, flags, context);
  await using embedded = pipeline.aws === 'embedded' ? await startEmbedded(pipeline, context.env) : undefined;
  const guard = guarded(context);
  if (embedded && !guard?.restart) await feedEmbedded(pipeline, embedded, flags, context);
  const load = () => loadAgain(where, loading, embedded);
  const summary = await runShown({ pipeline, load, embedded, guard }, flags, context);
  report(pipeline, summary, guard?.restart, flags, context);
  for (const place of embedded?.objects ?? []) {
    context.stderr.write(`objects lie in ${displayPath(place, context.cwd)}\n`);
  }
  const dead = sumReasons(summary.ledger.records.deadLettered);
  if (dead > 0 && !flags.json) {
    const environment = flags.env === undefined ? '' : ` --env ${flags.env}`;
    context.stderr.write(
      `${plural(dead, 'record')} dead-lettered; to see why: parquetry dead-letters list ${folder}${environment}\n`,
    );
  }
}

async function printPlan(pipeline: CheckedPipeline, flags: RunFlags, context: CliContext): Promise<void> {
  const { output } = await checkPipeline(pipeline);
  const plan = describePlan(pipeline, output);
  if (flags.json) return writeJson(context, plan);
  const width = Math.max(...Object.keys(plan).map((key) => key.length));
  for (const [key, value] of Object.entries(plan)) {
    const lines = Array.isArray(value) ? value : [value];
    lines.forEach((line, i) => {
      context.stdout.write(`${context.stdout.paint.bold((i === 0 ? key : '').padEnd(width))}  ${line}\n`);
    });
  }
}

async function feedEmbedded(
  pipeline: CheckedPipeline,
  embedded: EmbeddedAws,
  flags: RunFlags,
  context: CliContext,
): Promise<void> {
  const asked = flags.feed.length === 0 ? undefined : flags.feed.map((file) => resolvePath(file, context));
  const files = asked ?? (embedded.objects === undefined ? [] : await sampleFiles(pipeline.folder));
  if (files.length === 0 || !('type' in pipeline.source) || pipeline.source.type !== 'sqs') return;
  const messages = await feed(pipeline, embedded.endpoint, files);
  const names = files.map((file) => path.relative(context.cwd, file)).join(', ');
  context.stderr.write(
    `embedded AWS at ${embedded.endpoint}: ${plural(messages, 'message')} from ${names} put on the queue\n`,
  );
}

interface Asked {
  readonly pipeline: CheckedPipeline;
  /** Reads it again. */
  readonly load: () => Promise<CheckedPipeline>;
  readonly embedded: EmbeddedAws | undefined;
  readonly guard: Guarded | undefined;
}

async function runShown(
  { pipeline, load, embedded, guard }: Asked,
  flags: RunFlags,
  context: CliContext,
): Promise<RunSummary> {
  const runId = flags.runId ?? crypto.randomUUID();
  const { stderr } = context;
  let shown: Shown | undefined;
  const logger = await createLogger({
    level: flags.logLevel,
    format: flags.logFormat ?? (stderr.isTTY ? 'pretty' : 'json'),
    write: (line) => (shown ?? { above: stderr.write }).above(line),
    base: { pipeline: pipeline.name, runId },
    color: stderr.paint.bold('x') !== 'x',
  });
  const hungUp = new AbortController();
  let changes: Changes | undefined;
  const onStart = (run: Run) => {
    if (!flags.json) shown = showProgress(stderr, [{ name: pipeline.name, snapshot: () => run.snapshot() }]);
    const say = (lines: string) => shown?.above(lines);
    const hangUp = () => hungUp.abort();
    changes = followChanges({ run, load, pipeline, watch: flags.watch ?? false, say, hangUp }, context);
  };
  try {
    const embeddedEndpoint = embedded?.endpoint;
    return await runPipeline(pipeline, {
      drain: flags.drain,
      runId,
      logger,
      otelEnv: context.env,
      tapToken: context.env.PARQUETRY_TAP_TOKEN,
      profileFolder: flags.profile === undefined ? undefined : resolvePath(flags.profile, context),
      embeddedEndpoint,
      backlogEveryMs: embedded && EMBEDDED_BACKLOG_EVERY_MS,
      signal: AbortSignal.any([context.signal, hungUp.signal, ...(guard ? [guard.orphaned] : [])]),
      // A queue inside of this process is gone with it: nothing would come again.
      guard: embedded?.objects ? undefined : guard,
      onStart,
    });
  } finally {
    changes?.[Symbol.dispose]();
    shown?.end();
    shown = undefined;
  }
}

function report(
  pipeline: CheckedPipeline,
  summary: RunSummary,
  restart: Restart | undefined,
  flags: RunFlags,
  context: CliContext,
): void {
  if (flags.json) writeJson(context, runAsData(summary, restart));
  else context.stderr.write(renderRun(pipeline.name, summary, context.stderr.paint, restart));
  if (!summary.ledger.closed) context.setExitCode(exitCodes.notDelivered);
  if (summary.error) context.setExitCode(exitCodes.failure);
  const dead = sumReasons(summary.ledger.records.deadLettered);
  if (flags.failOnDeadLetters && dead > 0) context.setExitCode(exitCodes.deadLetters);
}
