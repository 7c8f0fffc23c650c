import type { Command } from 'commander';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';
import type { PipelineReading } from '../pipeline/file.ts';
import { hasErrors, type Problem, sortProblems } from '../pipeline/problems.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import { type CliContext, writeJson } from './context.ts';
import { printProblems } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

interface ValidateOptions extends PipelineOptions {
  json?: boolean;
  strict?: boolean;
}

const help = `
Checks the pipeline file, the input schema, the transform, partition templates and encoders together, and lists
everything that is wrong at once. Nothing is contacted. The generated types in .parquetry/types, by which an editor knows
the records, are brought up to date.

Examples:
  $ parquetry validate
  $ parquetry validate clicks --env production --strict
`;

/** `parquetry validate`: everything that is wrong or will hurt, before anything runs. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('validate'))
    .description('say what is wrong with a pipeline, and what will hurt later')
    .option('--strict', 'fail on warnings, too')
    .option('--json', 'print problems and the resolved pipeline as JSON')
    .addHelpText('after', help)
    .action((given: string, options: ValidateOptions) => validate(resolvePath(given, context), options, context));
}

async function validate(given: string, options: ValidateOptions, context: CliContext): Promise<void> {
  const { readPipeline } = await import('../pipeline/file.ts');
  const reading = await readPipeline(given, loadOptions(options, context));
  if (reading.pipeline) await writeTypes(reading.pipeline);
  const checked = reading.pipeline ? await checkTogether(reading.pipeline, reading.originAt) : [];
  const problems = sortProblems([...reading.problems, ...checked]);
  const isWrong = hasErrors(problems) || (options.strict === true && problems.length > 0);
  if (isWrong) context.setExitCode(exitCodes.usage);
  if (options.json) return writeJson(context, { valid: !isWrong, problems, pipeline: reading.pipeline });
  if (problems.length > 0) printProblems(context, problems);
  if (!isWrong && reading.pipeline) context.stdout.write(renderPlan(reading.pipeline, context));
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
function renderPlan(pipeline: CheckedPipeline, context: CliContext): string {
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
