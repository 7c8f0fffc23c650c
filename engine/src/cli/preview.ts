import path from 'node:path';
import type { Command } from 'commander';
import type { PreviewParams, PreviewResult } from '../protocol/preview.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { wholeNumber } from './numbers.ts';
import { resolvePath } from './pipeline-options.ts';

interface PreviewOptions {
  env?: string;
  samples?: string[];
  limit: number;
  json?: boolean;
}

const DEFAULT_LIMIT = 1_000;

const help = `
Runs records through the real engine, transform and all, and writes nothing: the rows, drops and dead letters are
those that a run would make of them. Beside each record stands what becomes of it: "~" marks values that differ from
the input field of the same name, "+" columns that the input does not have, "-" a record that is dropped, "!" one that
is dead-lettered.

Samples are NDJSON, JSON or arrays of records, also gzip or zstd, or Parquet; a folder means all in it. Without any,
those in the pipeline's samples folder are read.

Examples:
  $ parquetry preview                                   samples/ of the pipeline in this folder
  $ parquetry preview clicks --samples today.ndjson.gz --limit 50
  $ parquetry preview clicks --json | jq '.output.rows[0]'
`;

/** `parquetry preview`: what a run would make of some records. */
export function register(program: Command, context: CliContext): void {
  program
    .command('preview')
    .argument('[pipeline]', 'folder of the pipeline, or its file', '.')
    .description('show what a run would make of sample records, writing nothing')
    .option('-e, --env <name>', 'environment of the pipeline file; default: the variable PARQUETRY_ENV')
    .option('--samples <files...>', 'files or folders of records; default: those of the pipeline')
    .option('--limit <n>', 'records to read, over all samples', wholeNumber, DEFAULT_LIMIT)
    .option('--json', 'print everything as JSON: rows exact, to the last digit')
    .addHelpText('after', help)
    .action((given: string, options: PreviewOptions) => preview(resolvePath(given, context), options, context));
}

async function preview(folder: string, options: PreviewOptions, context: CliContext): Promise<void> {
  const result = await previewOf(folder, options, context);
  if (result.stopsAt !== undefined) context.setExitCode(exitCodes.failure);
  if (options.json) {
    const { previewJson } = await import('./preview-json.ts');
    context.stdout.write(`${previewJson(result)}\n`);
    return;
  }
  const { renderPreview } = await import('./preview-report.ts');
  const { displayPath } = await import('../pipeline/render-problems.ts');
  const showPath = (file: string) => displayPath(file, context.cwd);
  context.stdout.write(renderPreview(result, { output: context.stdout, showPath }));
}

async function previewOf(folder: string, options: PreviewOptions, context: CliContext): Promise<PreviewResult> {
  const { Previewer } = await import('../studio/preview/previewer.ts');
  const { Workbench } = await import('../studio/workbench.ts');
  const { findSamples } = await import('../studio/samples/sample-files.ts');
  const samples = options.samples && (await findSamples(options.samples, context.cwd));
  const workbench = new Workbench();
  // Who types the command may read what they name, and runs their own code.
  workbench.open(
    [folder, ...(samples ?? [])].map((file) => path.parse(file).root),
    true,
  );
  const previewer = new Previewer(workbench);
  const params: PreviewParams = {
    folder,
    environment: options.env ?? (context.env.PARQUETRY_ENV || undefined),
    samples,
    limit: options.limit,
  };
  try {
    return (await previewer.run(params, { signal: context.signal })).result;
  } finally {
    await previewer.close();
  }
}
