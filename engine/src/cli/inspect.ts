import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type CliContext, writeJson } from './context.ts';
import { renderParquet } from './inspect-report.ts';

interface InspectFlags {
  rows: number;
  statistics?: boolean;
  region?: string;
  profile?: string;
  endpoint?: string;
  json?: boolean;
}

const help = `
Only the parts that are shown are read: the footer, and the pages of the first rows.

Examples:
  $ parquetry inspect out/part-0001.parquet
  $ parquetry inspect s3://lake/clicks/dt=2026-01-31/x.parquet --rows 5
  $ parquetry inspect s3://lake/x.parquet --endpoint http://127.0.0.1:4566
  $ parquetry inspect x.parquet --json | jq .rowGroups[0].columns
`;

/** `parquetry inspect`: what is in a Parquet file. */
export function register(program: Command, context: CliContext): void {
  program
    .command('inspect')
    .summary('show schema, row groups, statistics and rows of a Parquet file')
    .description('Show schema, row groups, statistics and the first rows of Parquet files, local or in S3.')
    .argument('<files...>', 'paths, or s3://bucket/key')
    .option('-n, --rows <n>', 'rows to show', parseCount, 10)
    .option('--statistics', 'show minimum, maximum and encodings of every column in every row group')
    .option('--region <region>', 'region of the bucket')
    .option('--profile <name>', 'profile of ~/.aws/config')
    .option('--endpoint <url>', 'endpoint of S3, e.g. of the emulator')
    .option('--json', 'print everything as JSON, values exact')
    .addHelpText('after', help)
    .action((files: string[], flags: InspectFlags) => inspect(files, flags, context));
}

async function inspect(files: readonly string[], flags: InspectFlags, context: CliContext): Promise<void> {
  const { inspectParquet } = await import('../encoders/parquet/inspect.ts');
  const { openBytes } = await import('../studio/byte-source.ts');
  const { region, profile, endpoint, rows } = flags;
  for (const file of files) {
    const place = file.startsWith('s3://') ? file : path.resolve(context.cwd, file);
    await using source = await openBytes(place, { region, profile, endpoint }, context.signal);
    const summary = await inspectParquet(source, { rows });
    if (flags.json) writeJson(context, { file, ...summary });
    else
      context.stdout.write(
        renderParquet(file, summary, { statistics: flags.statistics ?? false, output: context.stdout }),
      );
  }
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
