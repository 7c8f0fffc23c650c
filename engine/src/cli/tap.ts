import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { addPipelineOptions, type PipelineOptions } from './pipeline-options.ts';

export interface TapOptions extends PipelineOptions {
  address?: string;
  at: string;
  count: number;
  sample: number;
}

const help = `
Prints one line of JSON for each record: where it is (delivery and record), and its value with all digits. The engine
shows records on the address of telemetry.listen; a pipeline without it cannot be tapped. It is never held up: a reader that
is too slow misses records, and is told how many.

Records are data. By default only this machine may tap; with telemetry.tap: token whoever has the token, which both sides
take from the variable PARQUETRY_TAP_TOKEN. Through kubectl port-forward an engine in a cluster is on this machine.

Examples:
  $ parquetry tap clicks                                     ten rows that leave the transform
  $ parquetry tap clicks --at source --count 1000 --sample 0.01
  $ parquetry tap --address localhost:9464 --at dead-letters | jq .error.message
`;

/** `parquetry tap`: records of a running engine. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('tap'))
    .description('print records of a running engine')
    .option('--address <host:port>', 'where the engine listens; default: telemetry.listen of the pipeline')
    .addOption(
      new Option('--at <point>', 'as read from the source, as rows of the output, or as set aside')
        .choices(['source', 'output', 'dead-letters'])
        .default('output'),
    )
    .option('--count <n>', 'records to print', wholeNumber, 10)
    .option('--sample <share>', 'share of the records to look at, 0.01 for one in a hundred', share, 1)
    .addHelpText('after', help)
    .action(async (folder: string, options: TapOptions) => {
      const { runTap } = await import('./tap-client.ts');
      await runTap(folder, options, context);
    });
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number above 0 and at most 1.');
}
