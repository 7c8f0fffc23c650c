import path from 'node:path';
import type { Command } from 'commander';
import type { Inference } from '../core/infer.ts';
import { count, plural } from '../core/quantities.ts';
import type { Schema } from '../core/schema.ts';
import type { SchemaComparison } from '../core/schema-compare.ts';
import type { WrittenSchema } from '../pipeline/schema-files.ts';
import type { Sample } from '../studio/samples/sample-files.ts';
import { type CliContext, writeJson } from './context.ts';
import { renderInference } from './infer-report.ts';
import { findInferTarget, type InferTarget } from './infer-target.ts';

interface InferOptions {
  pipeline?: string;
  rest?: boolean;
  dryRun?: boolean;
  breaking?: boolean;
  json?: boolean;
}

const help = `
Reads records and works out the narrowest types that hold them all: int, or int64 beyond 2^53, never a rounded number.
Types already in the schema stay as long as they hold what is seen, so what you edited by hand is kept. A wider schema
becomes a new version in the pipeline's schema folder; one that would refuse records of old is refused itself.

Samples are NDJSON, JSON or arrays of records, also gzip or zstd; "-" is standard input; a folder means all in it.
Of Parquet files (*.parquet) the columns are taken as their footers declare them.
Without samples those in the pipeline's samples folder are read.

Examples:
  $ parquetry infer                                     samples/ of the pipeline in this folder
  $ parquetry infer clicks.ndjson.gz --pipeline clicks
  $ aws sqs receive-message … | jq -r .Messages[].Body | parquetry infer - --dry-run
`;

/** `parquetry infer`: samples to a frozen input schema and the types of the transform's input. */
export function register(program: Command, context: CliContext): void {
  program
    .command('infer')
    .argument('[samples...]', 'files or folders of sample records; "-" for standard input')
    .description('work out the input schema from samples, and freeze it as a new version')
    .option('-p, --pipeline <folder>', 'pipeline to write to; default: the one in this folder')
    .option('--rest', 'type unknown keys as _rest, as `input.rest: true` does')
    .option('--dry-run', 'write nothing')
    .option('--breaking', 'write a new version even if it refuses records that the last one takes')
    .option('--json', 'print schema, changes and what was seen as JSON')
    .addHelpText('after', help)
    .action((samples: string[], options: InferOptions) => infer(samples, options, context));
}

async function infer(names: readonly string[], options: InferOptions, context: CliContext): Promise<void> {
  const target = await findInferTarget(options.pipeline, context.cwd);
  const previous = target && (await schemaInForce(target));
  const inference = await inferFrom(names, target, previous, context);
  const { compareSchemas } = await import('../core/schema-compare.ts');
  const comparison = previous && compareSchemas(previous, inference.schema);
  if (!options.json) {
    context.stdout.write(renderInference(inference, context.stdout));
    printComparison(comparison, previous, context);
  }
  const isRefused = comparison?.verdict === 'incompatible' && !options.breaking;
  const outcome = target && !options.dryRun && !isRefused ? await write(target, inference.schema, options) : undefined;
  if (options.json) printJson(inference, comparison, outcome, context);
  else if (!isRefused) printOutcome(outcome, { target }, context);
  if (isRefused) await refuse(previous, comparison);
}

async function refuse(previous: Schema | undefined, comparison: SchemaComparison): Promise<never> {
  const { incompatibleWith } = await import('../pipeline/schema-files.ts');
  throw incompatibleWith(previous?.version, comparison);
}

async function schemaInForce(target: InferTarget): Promise<Schema | undefined> {
  const { readSchemaVersions } = await import('../pipeline/schema-files.ts');
  return (await readSchemaVersions(target.schemaFolder)).at(-1)?.schema;
}

async function inferFrom(
  names: readonly string[],
  target: InferTarget | undefined,
  previous: Schema | undefined,
  context: CliContext,
): Promise<Inference> {
  const { createInferrer } = await import('../core/infer.ts');
  const { findSamples, readSample } = await import('../studio/samples/sample-files.ts');
  const wanted = names.length > 0 ? names : [path.join(target?.folder ?? context.cwd, 'samples')];
  const files = await findSamples(
    wanted.filter((name) => name !== '-'),
    context.cwd,
  );
  const sources = wanted.includes('-') ? [context.stdin, ...files] : files;
  const { inferFromFooters, parquetSamples } = await import('./infer-parquet.ts');
  const footers = parquetSamples(sources);
  if (footers.length > 0) return inferFromFooters(footers, { previous, signal: context.signal });
  const inferrer = createInferrer();
  for (const source of sources) {
    context.signal.throwIfAborted();
    const sample = await readSample(source, context.cwd);
    if (sample.cut) noteCut(sample, context);
    inferrer.add(sample.bytes);
  }
  const inference = inferrer.finish({ previous });
  if (inference.malformed > 0) noteMalformed(inference, context);
  return inference;
}

interface Outcome extends WrittenSchema {
  /** Paths below the pipeline folder. */
  readonly types: readonly string[];
}

async function write(target: InferTarget, schema: Schema, options: InferOptions): Promise<Outcome> {
  const { writeInputSchema } = await import('../pipeline/schema-files.ts');
  const { writePipelineTypes } = await import('../pipeline/types-file.ts');
  const written = await writeInputSchema(target.schemaFolder, schema, { breaking: options.breaking });
  const versioned = { ...schema, version: written.version };
  const types = await writePipelineTypes(target.folder, versioned, { rest: options.rest ?? target.rest });
  return { ...written, types };
}

function printComparison(
  comparison: SchemaComparison | undefined,
  previous: Schema | undefined,
  context: CliContext,
): void {
  if (!comparison || comparison.verdict === 'same') return;
  const { paint } = context.stdout;
  context.stdout.write(`\nChanges since version ${previous?.version}:\n`);
  for (const change of comparison.changes) {
    const mark = change.widening ? paint.green('+') : paint.red('!');
    context.stdout.write(`  ${mark} ${change.text}\n`);
  }
}

function printOutcome(outcome: Outcome | undefined, about: { target?: InferTarget }, context: CliContext): void {
  const { paint } = context.stdout;
  context.stdout.write(`\n${sentenceOn(outcome, about, context)}\n`);
  if (!outcome || !about.target) return;
  for (const name of outcome.types) {
    context.stdout.write(
      `${paint.green('written')} ${path.relative(context.cwd, path.join(about.target.folder, name))}\n`,
    );
  }
}

function sentenceOn(outcome: Outcome | undefined, about: { target?: InferTarget }, context: CliContext): string {
  if (!about.target) return 'Nothing written: there is no pipeline here. Name one with --pipeline.';
  if (!outcome) return 'Nothing written: --dry-run.';
  const { paint } = context.stdout;
  const file = path.relative(context.cwd, outcome.file);
  if (outcome.written) return `${paint.green('written')} ${file}`;
  return `${paint.green('same')} as version ${outcome.version}: ${file} stays in force.`;
}

function printJson(
  inference: Inference,
  comparison: SchemaComparison | undefined,
  outcome: Outcome | undefined,
  context: CliContext,
): void {
  const { records, malformed, fields } = inference;
  const verdict = comparison?.verdict ?? 'new';
  const { file, version, written = false } = outcome ?? {};
  writeJson(context, {
    verdict,
    version,
    file,
    written,
    records,
    malformed,
    changes: comparison?.changes ?? [],
    fields,
  });
}

function noteCut(sample: Sample, context: CliContext): void {
  context.stderr.write(`note: only the first ${count(sample.bytes.byteLength)} bytes of ${sample.name} were read.\n`);
}

function noteMalformed({ malformed, firstMalformed }: Inference, context: CliContext): void {
  const line = firstMalformed?.line === undefined ? '' : ` in line ${firstMalformed.line}`;
  context.stderr.write(
    `${context.stderr.paint.yellow('warning')} ${plural(malformed, 'malformed record')} left out. The first${line}: ${firstMalformed?.message}\n`,
  );
}
