import path from 'node:path';
import type { Command } from 'commander';
import { sumReasons } from '../core/ledger.ts';
import { checkPipeline } from '../pipeline/check.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { loadPipeline } from '../pipeline/file.ts';
import type { Engine, RunSummary } from '../runtime/engine.ts';
import { runPipeline } from '../runtime/run-pipeline.ts';
import { createLogger, type LogLevel, logLevels } from '../telemetry/logger.ts';
import { type CliContext, writeJson } from './context.ts';
import { type EmbeddedAws, feed, sampleFiles, startEmbedded } from './embedded.ts';
import { exitCodes } from './exit-codes.ts';
import { plural } from './quantities.ts';
import { showProgress } from './run-display.ts';
import { describePlan } from './run-plan.ts';
import { renderRun, runAsData } from './run-report.ts';

interface RunFlags {
  env?: string;
  set?: string[];
  drain?: boolean;
  dryRun?: boolean;
  feed?: string[];
  runId?: string;
  lanes?: string;
  logLevel: LogLevel;
  logFormat?: 'json' | 'pretty';
  failOnDeadLetters?: boolean;
  json?: boolean;
}

/** `parquetry run`: the engine, in the foreground. */
export function register(program: Command, context: CliContext): void {
  program
    .command('run')
    .summary('run a pipeline')
    .description('Run a pipeline until it is stopped, or with --drain until its source is empty.')
    .argument('[folder]', 'folder of the pipeline, or its file', '.')
    .option('--env <name>', 'environment of the pipeline file')
    .option('--set <path=value>', 'override one key (repeatable)', collect)
    .option('--drain', 'end when nothing is visible, in flight or delayed any more')
    .option('--dry-run', 'check everything, print the plan, receive nothing')
    .option('--feed <file>', 'with `aws: embedded`: put the records of this NDJSON file on the queue first (repeatable)', collect)
    .option('--run-id <id>', 'name of this run in logs, dead letters and objects (default: random)')
    .option('--lanes <n>', 'number of lanes, instead of what the file says')
    .option('--log-level <level>', `one of ${logLevels.join(', ')}`, 'warn')
    .option('--log-format <format>', 'json or pretty (default: pretty on a terminal)')
    .option('--fail-on-dead-letters', 'exit with 4 if any record was dead-lettered')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', examples)
    .action((folder: string, flags: RunFlags) => run(folder, flags, context));
}

const examples = `
Examples:
  $ parquetry run ./clicks --env local --drain     on the embedded AWS, with the records of ./clicks/samples
  $ parquetry run ./clicks --dry-run               what would happen, with nothing received
  $ parquetry run ./clicks --set batch.maxAge=30s  with one key changed
  $ cat clicks.ndjson | parquetry run ./clicks --set 'source={stdin: {}}'`;

async function run(folder: string, flags: RunFlags, context: CliContext): Promise<void> {
  const set = [...(flags.set ?? []), ...(flags.lanes === undefined ? [] : [`lanes=${flags.lanes}`])];
  const target = path.resolve(context.cwd, folder);
  const pipeline = await loadPipeline(target, { env: flags.env, set, variables: context.env });
  for (const { message } of pipeline.warnings) context.stderr.write(`${context.stderr.paint.yellow('warning')} ${message}\n`);
  if (flags.dryRun) return printPlan(pipeline, flags, context);
  await using embedded = pipeline.aws === 'embedded' ? await startEmbedded(pipeline, context.env) : undefined;
  if (embedded) await feedEmbedded(pipeline, embedded, flags, context);
  const summary = await runShown(pipeline, embedded, flags, context);
  report(pipeline, summary, flags, context);
  if (embedded?.folder) context.stderr.write(`objects lie in ${embedded.folder}\n`);
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

async function feedEmbedded(pipeline: CheckedPipeline, embedded: EmbeddedAws, flags: RunFlags, context: CliContext): Promise<void> {
  const asked = flags.feed?.map((file) => path.resolve(context.cwd, file));
  const files = asked ?? (embedded.folder === undefined ? [] : await sampleFiles(pipeline.folder));
  if (files.length === 0 || !('type' in pipeline.source) || pipeline.source.type !== 'sqs') return;
  const messages = await feed(pipeline, embedded.endpoint, files);
  const names = files.map((file) => path.relative(context.cwd, file)).join(', ');
  context.stderr.write(`embedded AWS at ${embedded.endpoint}: ${plural(messages, 'message')} from ${names} put on the queue\n`);
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
    return await runPipeline(pipeline, { drain: flags.drain, runId, logger, embeddedEndpoint, signal: context.signal, onStart });
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

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
