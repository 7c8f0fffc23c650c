import path from 'node:path';
import { type Command, Option } from 'commander';
import type { LoadOptions } from '../pipeline/file.ts';
import type { CliContext } from './context.ts';

/** What `addPipelineOptions` parses. */
export interface PipelineOptions {
  env?: string;
  set: string[];
}

/** Gives a command the argument and options by which every command finds and adjusts its pipeline. */
export function addPipelineOptions(command: Command): Command {
  return command
    .argument('[pipeline]', 'folder of the pipeline, or its file', '.')
    .option('-e, --env <name>', 'environment of the pipeline file; default: the variable PARQUETRY_ENV')
    .addOption(
      new Option('-s, --set <path=value>', 'override a key of the pipeline file, e.g. batch.maxAge=1m; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    );
}

/** How to load the pipeline these options mean. */
export function loadOptions(options: PipelineOptions, context: CliContext): LoadOptions {
  return { env: options.env, set: options.set, variables: context.env };
}

/** A path argument, resolved where the user stands. */
export function resolvePath(given: string, context: CliContext): string {
  return path.resolve(context.cwd, given);
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
