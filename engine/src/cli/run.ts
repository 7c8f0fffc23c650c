import { type Command, Option } from 'commander';
import { type LogLevel, logLevels } from '../telemetry/log-levels.ts';
import type { CliContext, OwnCommand } from './context.ts';
import { GUARD_VARIABLE } from './guard-messages.ts';
import { addPipelineOptions, type PipelineOptions } from './pipeline-options.ts';

export interface RunFlags extends PipelineOptions {
  drain?: boolean;
  dryRun?: boolean;
  feed: string[];
  runId?: string;
  lanes?: string;
  logLevel: LogLevel;
  logFormat?: 'json' | 'pretty';
  profile?: string;
  failOnDeadLetters?: boolean;
  guard?: boolean;
  watch?: boolean;
  json?: boolean;
}

const help = `
With \`aws: embedded\` an SQS and an S3 are started inside the process: queues and buckets are made, the records of samples/
are put on the queue, and what is written stays in .parquetry/s3. PARQUETRY_EMBEDDED_ENDPOINT names a running one instead.

Examples:
  $ parquetry run clicks --env local --drain      here and now, with the samples
  $ parquetry run clicks --dry-run                what would happen, with nothing received
  $ parquetry run clicks --set batch.maxAge=30s   with one key changed
  $ parquetry run clicks --env local --watch      change transform.ts while it runs
  $ cat clicks.ndjson | parquetry run clicks --set 'source={stdin: {}}'
`;

/** `parquetry run`: the engine, in the foreground. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('run'))
    .description('run a pipeline until it is stopped, or with --drain until its source is empty')
    .option('--drain', 'end when nothing is visible, in flight or delayed any more')
    .option('--dry-run', 'check everything, print the plan, receive nothing')
    .option(
      '--feed <file>',
      'embedded AWS: put the records of this NDJSON file on the queue first; may be repeated',
      collect,
      [],
    )
    .option('--run-id <id>', 'name of this run in logs, dead letters and objects; default: random')
    .option('--lanes <n>', 'number of lanes, instead of what the file says')
    .addOption(new Option('--log-level <level>', 'least serious events to log').choices(logLevels).default('warn'))
    .addOption(new Option('--log-format <format>', 'default: pretty on a terminal').choices(['json', 'pretty']))
    .option('--profile <folder>', 'write a CPU profile of each lane and of the main thread into this folder')
    .option(
      '--watch',
      'take over changes of the pipeline, its schema and its code as they are saved; SIGHUP does it once',
    )
    .option('--guard', 'start the engine again if its process dies, also with --drain')
    .option('--no-guard', 'run in this process alone; without --drain it is guarded by a parent')
    .option('--fail-on-dead-letters', 'exit with 4 if any record was dead-lettered')
    .option('--json', 'print the summary, or the plan, as JSON')
    .addHelpText('after', help)
    .action(async (folder: string, flags: RunFlags) => {
      const guarded = commandToGuard(flags, context);
      if (guarded) return (await import('./guard.ts')).guard(guarded, context);
      const { run } = await import('./run-command.ts');
      await run(folder, flags, context);
    });
}

/** The command line to start as a guarded child: of what runs on and on, unless this is that child. */
function commandToGuard({ guard, drain, dryRun }: RunFlags, { command, env }: CliContext): OwnCommand | undefined {
  if (dryRun || env[GUARD_VARIABLE] !== undefined) return undefined;
  return (guard ?? !drain) ? command : undefined;
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}
