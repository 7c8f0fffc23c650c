import type { Command } from 'commander';
import { type CliContext, writeJson } from './context.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

interface ProfileOptions extends PipelineOptions {
  samples?: string[];
  json?: boolean;
}

const help = `
Runs samples through the pipeline's own scanner, transform and encoder on one core, and says where bytes and time
go: per column nulls, distinct values, bytes before and after encoding, and what every other encoding and codec that
the reader can read would make of it; how row groups compress by their size; which lines of the transform take the
time; and what would be better, with figures. Nothing is contacted, nothing is written.

Samples come from samples/ or --samples. A thousand records or more make advice on sizes; speed is measured with any
number.

Examples:
  $ parquetry profile
  $ parquetry profile clicks --samples yesterday.ndjson.gz
  $ parquetry profile --json | jq '.advice[].title'
`;

/** `parquetry profile`: what samples cost in bytes and time, and what would be better. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('profile'))
    .description('show where bytes and time go, column by column and line by line, and what would be better')
    .option('--samples <files...>', 'files or folders of records; default: samples/ of the pipeline')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action((given: string, options: ProfileOptions) => profile(resolvePath(given, context), options, context));
}

async function profile(given: string, options: ProfileOptions, context: CliContext): Promise<void> {
  const { loadPipeline } = await import('../pipeline/file.ts');
  const { readFile } = await import('node:fs/promises');
  const { profilePipeline } = await import('../studio/profile/profile-pipeline.ts');
  const { showSteps } = await import('./step-line.ts');
  const pipeline = await loadPipeline(given, loadOptions(options, context));
  const samples = options.samples?.map((file) => resolvePath(file, context));
  const pipelineText = await readFile(pipeline.file, 'utf8');
  using steps = showSteps(context);
  const result = await profilePipeline(
    pipeline,
    { samples, pipelineText },
    { signal: context.signal, show: steps.show },
  );
  steps.clear();
  if (options.json) return writeJson(context, { pipeline: pipeline.name, ...result });
  const { renderProfile } = await import('./profile-report.ts');
  context.stdout.write(await renderProfile(pipeline.name, result, context));
}
