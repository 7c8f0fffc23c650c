import { type Command, Option } from 'commander';
import type { CliContext } from './context.ts';
import type { SelectionOptions } from './dead-letters/selection.ts';
import { wholeNumber } from './numbers.ts';
import { addPipelineOptions, type PipelineOptions } from './pipeline-options.ts';

/** What every sub-command takes. */
export interface LetterOptions extends PipelineOptions, SelectionOptions {
  queue?: string;
  json?: boolean;
}

export interface ShowOptions extends LetterOptions {
  limit: number;
  full?: boolean;
  raw?: boolean;
}

export interface ReplayOptions extends LetterOptions {
  limit?: number;
  dryRun?: boolean;
  yes?: boolean;
  throughPipeline?: boolean;
}

const help = `
They lie where errors.to of the pipeline says; --queue names a dead-letter queue of SQS instead.

Examples:
  $ parquetry dead-letters list clicks                        how many, since when, and why
  $ parquetry dead-letters show clicks --reason thrown        records with error, stack and original bytes
  $ parquetry dead-letters replay clicks --since 2h --dry-run
  $ parquetry dead-letters list clicks --queue clicks-dlq
`;

const showHelp = `
Examples:
  $ parquetry dead-letters show clicks --limit 3
  $ parquetry dead-letters show clicks --raw > bad.ndjson     the records alone, to mend them
`;

const replayHelp = `
The original bytes go back to the pipeline's queue, with the attributes they came with. Where the source is no queue, or the
AWS is embedded, they go through the pipeline here and now. A record that is still bad becomes a new dead letter.

What was replayed is noted below _replayed/ beside the letters, so that a second replay does not send it again; the letters
themselves stay. Those in a queue are deleted once they are sent. An interrupted replay goes on where it was. Replays are at
least once: one that is killed may have sent some hundred records more than it had noted.

Examples:
  $ parquetry dead-letters replay clicks --limit 10           ten first, to see whether the cause is mended
  $ parquetry dead-letters replay clicks --reason misfit --since 2026-02-03 --yes
  $ parquetry dead-letters replay clicks --queue clicks-dlq
`;

/** `parquetry dead-letters`: what could not be delivered, and its way back. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('dead-letters')
    .description('list, show and replay the records that a pipeline could not deliver')
    .addHelpText('after', help);
  addLetterOptions(command.command('list'))
    .description('count dead letters by day and reason, with an example of each')
    .action(async (folder: string, options: LetterOptions) => {
      const { list } = await import('./dead-letters/list.ts');
      await list(folder, options, context);
    });
  addLetterOptions(command.command('show'))
    .description('print records with error, stack and original bytes')
    .option('--limit <n>', 'letters to print', wholeNumber, 10)
    .option('--full', 'print all bytes and all of the stack')
    .option('--raw', 'print the original bytes alone, a line feed after each')
    .addHelpText('after', showHelp)
    .action(async (folder: string, options: ShowOptions) => {
      const { show } = await import('./dead-letters/show.ts');
      await show(folder, options, context);
    });
  addLetterOptions(command.command('replay'))
    .description('send the original bytes back to where they came from')
    .option('--limit <n>', 'letters to replay, at most', wholeNumber)
    .option('--dry-run', 'say what would be replayed, and where to')
    .option('-y, --yes', 'do not ask')
    .option('--through-pipeline', 'run the records through the pipeline here, even if its source is a queue')
    .addHelpText('after', replayHelp)
    .action(async (folder: string, options: ReplayOptions) => {
      const { replay } = await import('./dead-letters/replay.ts');
      await replay(folder, options, context);
    });
}

function addLetterOptions(command: Command): Command {
  return addPipelineOptions(command)
    .option('--since <time>', 'written at or after: 2h (ago), 2026-02-03, 2026-02-03T04:05Z; without an offset UTC')
    .option('--until <time>', 'written before')
    .addOption(
      new Option('--reason <reason>', 'of this reason only; may be repeated')
        .argParser((value, all: string[]) => [...all, value])
        .default([], 'all'),
    )
    .option('--queue <queue>', 'name, URL or ARN of a dead-letter queue, instead of errors.to')
    .option('--json', 'print JSON');
}
