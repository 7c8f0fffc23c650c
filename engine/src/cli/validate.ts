import type { Command } from 'commander';
import { plural, size } from '../core/quantities.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';
import type { PipelineReading } from '../pipeline/file.ts';
import { hasErrors, type Problem, sortProblems, warningAt } from '../pipeline/problems.ts';
import { explainReachableSize, reachableSize } from '../pipeline/reachable-size.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import { type CliContext, writeJson } from './context.ts';
import { printProblems } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { positiveNumber } from './numbers.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

interface ValidateOptions extends PipelineOptions {
  json?: boolean;
  strict?: boolean;
  rate?: number;
  recordsPerMessage?: number;
}

const help = `
Checks the pipeline file, the input schema, the transform, partition templates and encoders together, and lists
everything that is wrong at once. Nothing is contacted. The generated types in .parquetry/types, by which an editor knows
the records, are brought up to date.

SQS lends 120,000 messages at a time, of which a run holds at most 100,000, each until its file is written: with few
records a message files stay small, whatever batch.targetSize says. How small is computed from the records in samples/,
and warned of once the traffic is told by --rate or --records-per-message.

Examples:
  $ parquetry validate
  $ parquetry validate clicks --env production --strict
  $ parquetry validate clicks --rate 200 --records-per-message 50
`;

/** `parquetry validate`: everything that is wrong or will hurt, before anything runs. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('validate'))
    .description('say what is wrong with a pipeline, and what will hurt later')
    .option('--strict', 'fail on warnings, too')
    .option('--rate <n>', 'messages a second that the queue gets: can files reach batch.targetSize?', positiveNumber)
    .option('--records-per-message <n>', 'records that a message holds on average; default: 1', positiveNumber)
    .option('--json', 'print problems and the resolved pipeline as JSON')
    .addHelpText('after', help)
    .action((given: string, options: ValidateOptions) => validate(resolvePath(given, context), options, context));
}

async function validate(given: string, options: ValidateOptions, context: CliContext): Promise<void> {
  const { readPipeline } = await import('../pipeline/file.ts');
  const reading = await readPipeline(given, loadOptions(options, context));
  if (reading.pipeline) await writeTypes(reading.pipeline);
  const checked = reading.pipeline ? await checkTogether(reading.pipeline, reading.originAt) : [];
  const sizes = reading.pipeline ? await sizeProblems(reading.pipeline, options, reading.originAt) : [];
  const problems = sortProblems([...reading.problems, ...checked, ...sizes]);
  const isWrong = hasErrors(problems) || (options.strict === true && problems.length > 0);
  if (isWrong) context.setExitCode(exitCodes.usage);
  if (options.json) return writeJson(context, { valid: !isWrong, problems, pipeline: reading.pipeline });
  if (problems.length > 0) printProblems(context, problems);
  if (isWrong || !reading.pipeline) return;
  const fileSize = sizes.length > 0 ? undefined : await fileSizeNote(reading.pipeline, options);
  context.stdout.write(renderPlan(reading.pipeline, fileSize, context));
}

/** What is asked about the traffic. */
type Traffic = Pick<ValidateOptions, 'rate' | 'recordsPerMessage'>;

/** Only facts about the traffic make a warning: without them the number of records a message is a guess. */
async function sizeProblems(
  pipeline: CheckedPipeline,
  { rate, recordsPerMessage }: Traffic,
  findOrigin: PipelineReading['originAt'],
): Promise<readonly Problem[]> {
  if (rate === undefined && recordsPerMessage === undefined) return [];
  const { fileSizeFacts } = await import('../studio/samples/record-size.ts');
  const facts = await fileSizeFacts(pipeline, { messagesPerSecond: rate, recordsPerMessage });
  const limit = facts && explainReachableSize(facts, size);
  return limit ? [warningAt(findOrigin(['batch', 'targetSize']), limit.message, limit.hint)] : [];
}

async function fileSizeNote(pipeline: CheckedPipeline, traffic: Traffic): Promise<string | undefined> {
  const { fileSizeFacts } = await import('../studio/samples/record-size.ts');
  const { rate, recordsPerMessage } = traffic;
  const facts = await fileSizeFacts(pipeline, { messagesPerSecond: rate, recordsPerMessage });
  if (!facts) return undefined;
  const { sizeBytes, limit, enoughRecords } = reachableSize(facts);
  const told = rate !== undefined || recordsPerMessage !== undefined;
  if (limit === 'target') return told ? `${size(sizeBytes)}, as batch.targetSize says` : undefined;
  return `at most about ${size(sizeBytes)} with one record a message; from ${plural(enoughRecords, 'record')} on ${size(facts.targetSizeBytes)}`;
}

async function checkTogether(
  pipeline: CheckedPipeline,
  findOrigin: PipelineReading['originAt'],
): Promise<readonly Problem[]> {
  const { findProblems } = await import('../pipeline/check.ts');
  return findProblems(pipeline, findOrigin);
}

/** They are generated and stay out of the repository: a fresh checkout has none. */
async function writeTypes({ folder, transform, input }: CheckedPipeline): Promise<void> {
  if (transform === undefined) return;
  const { writePipelineTypes } = await import('../pipeline/types-file.ts');
  await writePipelineTypes(folder, input.schema, { rest: input.rest });
}

/** What the pipeline will do, in the fewest lines. */
function renderPlan(pipeline: CheckedPipeline, fileSize: string | undefined, context: CliContext): string {
  const { paint } = context.stdout;
  const { name, environment, source, sinks, transform, errors, input } = pipeline;
  const rows = [
    ['source', describe(source, context)],
    ['input', `${input.format}, schema version ${input.schema.version ?? 1}, ${input.schema.fields.length} fields`],
    ['transform', transform === undefined ? 'none' : displayPath(transform, context.cwd)],
    ...sinks.map(({ sink, encoder, partitionBy }) => [
      'sink',
      [describe(sink, context), describeType(encoder), ...partitionBy].join(' '),
    ]),
    ...(fileSize === undefined ? [] : [['file size', fileSize]]),
    ['bad records', errors.record === 'dead-letter' ? describeTarget(pipeline, context) : errors.record],
  ];
  const title = `${paint.green('valid')} ${paint.bold(name)}${environment ? ` in ${environment}` : ''}`;
  return `${[title, ...rows.map(([key, value]) => `  ${paint.dim((key ?? '').padEnd(11))} ${value}`)].join('\n')}\n`;
}

function describe(choice: Choice, context: CliContext): string {
  if ('module' in choice) return displayPath(choice.module, context.cwd);
  const { queue, bucket, prefix, path } = choice.config;
  if (bucket !== undefined) return `s3://${bucket}/${prefix ?? ''}`;
  return [choice.type, queue ?? path].filter((part) => part !== undefined).join(' ');
}

function describeType(choice: Choice): string {
  return 'type' in choice ? choice.type : 'own encoder';
}

function describeTarget({ name, errors: { to } }: CheckedPipeline, context: CliContext): string {
  if (to.type === 's3') return `s3://${to.bucket}/${to.prefix}/${name}`;
  return to.type === 'sqs' ? `sqs ${to.queue}` : displayPath(to.path, context.cwd);
}
