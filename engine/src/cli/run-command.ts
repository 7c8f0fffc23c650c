import path from 'node:path';
import { sumReasons } from '../core/ledger.ts';
import { checkPipeline } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { loadPipeline } from '../pipeline/file.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import type { Engine, RunSummary } from '../runtime/engine.ts';
import { runPipeline } from '../runtime/run-pipeline.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type CliContext, writeJson } from './context.ts';
import { type EmbeddedAws, feed, sampleFiles, startEmbedded } from './embedded.ts';
import { exitCodes } from './exit-codes.ts';
import { loadOptions, resolvePath } from './pipeline-options.ts';
import { plural } from './quantities.ts';
import type { RunFlags } from './run.ts';
import { showProgress } from './run-display.ts';
import { describePlan } from './run-plan.ts';
import { renderRun, runAsData } from './run-report.ts';

/** The embedded queue may be asked as often as one likes, and whoever tries a pipeline on it is waiting. */
const EMBEDDED_BACKLOG_EVERY_MS = 250;

/** What `parquetry run` does, once it is asked to. */
export async function run(folder: string, flags: RunFlags, context: CliContext): Promise<void> {
  const set = [...flags.set, ...(flags.lanes === undefined ? [] : [`lanes=${flags.lanes}`])];
  const pipeline = await loadPipeline(resolvePath(folder, context), loadOptions({ ...flags, set }, context));
  for (const { message } of pipeline.warnings)
    context.stderr.write(`${context.stderr.paint.yellow('warning')} ${message}\n`);
  if (flags.dryRun) return printPlan(pipeline, flags, context);
  await using embedded = pipeline.aws === 'embedded' ? await startEmbedded(pipeline, context.env) : undefined;
  if (embedded) await feedEmbedded(pipeline, embedded, flags, context);
  const summary = await runShown(pipeline, embedded, flags, context);
  report(pipeline, summary, flags, context);
  for (const place of embedded?.objects ?? []) {
    context.stderr.write(`objects lie in ${displayPath(place, context.cwd)}\n`);
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

async function runShown(
  pipeline: CheckedPipeline,
  embedded: EmbeddedAws | undefined,
  flags: RunFlags,
  context: CliContext,
): Promise<RunSummary> {
  const runId = flags.runId ?? crypto.randomUUID();
  const { stderr } = context;
  const logger = createLogger({
    level: flags.logLevel,
    format: flags.logFormat ?? (stderr.isTTY ? 'pretty' : 'json'),
    write: (line) => stderr.write(line),
    base: { pipeline: pipeline.name, runId },
    now: Date.now,
  });
  let hide: (() => void) | undefined;
  const onStart = (engine: Engine) => {
    if (!flags.json) hide = showProgress(stderr, [{ name: pipeline.name, snapshot: () => engine.snapshot() }]);
  };
  try {
    const embeddedEndpoint = embedded?.endpoint;
    return await runPipeline(pipeline, {
      drain: flags.drain,
      runId,
      logger,
      embeddedEndpoint,
      backlogEveryMs: embedded && EMBEDDED_BACKLOG_EVERY_MS,
      signal: context.signal,
      onStart,
    });
  } finally {
    hide?.();
  }
}

function report(pipeline: CheckedPipeline, summary: RunSummary, flags: RunFlags, context: CliContext): void {
  if (flags.json) writeJson(context, runAsData(summary));
  else context.stderr.write(renderRun(pipeline.name, summary, context.stderr.paint));
  if (!summary.ledger.closed) context.setExitCode(exitCodes.notDelivered);
  if (summary.error) context.setExitCode(exitCodes.failure);
  const dead = sumReasons(summary.ledger.records.deadLettered);
  if (flags.failOnDeadLetters && dead > 0) context.setExitCode(exitCodes.deadLetters);
}
