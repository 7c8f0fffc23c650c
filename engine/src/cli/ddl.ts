import { Argument, type Command, InvalidArgumentError } from 'commander';
import { parseDate } from '../core/calendar.ts';
import { DIALECTS, type DialectName } from '../pipeline/ddl/table.ts';
import { type CliContext, writeJson } from './context.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

interface DdlOptions extends PipelineOptions {
  location?: string;
  table?: string;
  since?: string;
  json?: boolean;
}

const help = `
Prints the statements that make what the pipeline writes a table: its columns as the output of the transform declares
them, its partitions as partitionBy names them. Athena computes partitions instead of listing them (partition projection).

Examples:
  $ parquetry ddl athena clicks --table lake.clicks --since 2026-01-01
  $ parquetry ddl duckdb clicks > clicks.sql
`;

/** `parquetry ddl`: CREATE TABLE for what a pipeline writes. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('ddl')
    .addArgument(new Argument('<engine>', 'who will read the files').choices(DIALECTS));
  addPipelineOptions(command)
    .description('print CREATE TABLE for what the pipeline writes')
    .option('-l, --location <uri>', 'where the files lie; default: where the sink writes')
    .option('-t, --table <name>', 'name of the table, also database.table; default: that of the pipeline')
    .option('--since <date>', 'first day of the data, for Athena; default: five years back', day)
    .option('--json', 'print statements and notes as JSON')
    .addHelpText('after', help)
    .action((dialect: DialectName, given: string, options: DdlOptions) =>
      printDdl(dialect, { given: resolvePath(given, context), options }, context),
    );
}

async function printDdl(
  dialect: DialectName,
  { given, options }: { given: string; options: DdlOptions },
  context: CliContext,
): Promise<void> {
  const { loadPipeline } = await import('../pipeline/file.ts');
  const { checkPipeline } = await import('../pipeline/check.ts');
  const { hasErrors, problemsError } = await import('../pipeline/problems.ts');
  const { formatDdl } = await import('../pipeline/ddl/ddl.ts');
  const { tableOf } = await import('../pipeline/ddl/pipeline-table.ts');
  const pipeline = await loadPipeline(given, loadOptions(options, context));
  const { output, problems } = await checkPipeline(pipeline);
  if (hasErrors(problems)) throw problemsError(problems);
  const { table: name, location, since } = options;
  const ddl = formatDdl(dialect, tableOf(pipeline, output.fields, { name, location, since }));
  if (options.json) return writeJson(context, ddl);
  context.stdout.write(ddl.sql);
  for (const note of ddl.notes) context.stderr.write(`${context.stderr.paint.cyan('note:')} ${note}\n`);
}

function day(text: string): string {
  if (parseDate(text) === undefined) throw new InvalidArgumentError('It must be a date such as 2026-01-31.');
  return text;
}
