import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { ParquetryError } from '../core/errors.ts';
import { displayPath } from '../pipeline/render-problems.ts';
import { pipelineName } from '../pipeline/schema.ts';
import {
  exampleScaffold,
  recordsScaffold,
  type Scaffold,
  scaffoldName,
  writeScaffold,
} from '../studio/scaffold/scaffold.ts';
import type { CliContext } from './context.ts';
import { resolvePath } from './pipeline-options.ts';
import { alignRows } from './table.ts';

interface InitFlags {
  from?: string;
  name?: string;
}

const help = `
Examples:
  $ parquetry init clicks                       a small example to change
  $ parquetry init orders --from orders.ndjson  the input schema is inferred from your records
`;

/** `parquetry init`: a folder that validates, passes its tests and runs as it is. */
export function register(program: Command, context: CliContext): void {
  program
    .command('init')
    .summary('make a pipeline that runs as it is')
    .description(
      'Make the folder of a small pipeline: it validates, passes its tests and runs on the embedded SQS and S3.',
    )
    .argument('[folder]', 'where to make it; must be empty or new', '.')
    .option('--from <sample.ndjson>', 'infer the input schema from these records instead of the example’s')
    .option('--name <name>', 'name of the pipeline; default: the folder’s')
    .addHelpText('after', help)
    .action((folder: string, flags: InitFlags) => init(resolvePath(folder, context), flags, context));
}

async function init(folder: string, flags: InitFlags, context: CliContext): Promise<void> {
  await refuseFull(folder);
  const name = checkedName(flags.name ?? scaffoldName(path.basename(folder)));
  const scaffold = await scaffoldOf(name, flags, context);
  await writeScaffold(folder, scaffold);
  printResult(folder, Object.keys(scaffold.files), context);
}

/** The example, or a pipeline for the records of the file that `--from` names. */
async function scaffoldOf(name: string, flags: InitFlags, context: CliContext): Promise<Scaffold> {
  if (flags.from === undefined) return await exampleScaffold(name);
  const { readSample } = await import('../studio/samples/sample-files.ts');
  const { bytes } = await readSample(resolvePath(flags.from, context), context.cwd);
  return await recordsScaffold(name, bytes);
}

/** Files that do not stand in the way: of version control and editors. */
const harmless = new Set(['.git', '.DS_Store', '.idea', '.vscode', 'README.md', 'LICENSE']);

async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new ParquetryError('E_CONFIG', `${folder} must be a folder`, { cause: error });
  });
  const found = names.find((name) => !harmless.has(name));
  if (found === undefined) return;
  throw new ParquetryError('E_CONFIG', `${folder} must be empty, it has ${found}`, {
    hint: 'Name a new folder: `parquetry init clicks`.',
  });
}

function checkedName(name: string): string {
  const parsed = pipelineName.safeParse(name);
  if (parsed.success) return name;
  throw new ParquetryError('E_CONFIG', `the name ${parsed.error.issues[0]?.message}, got ${JSON.stringify(name)}`, {
    hint: 'Give another with --name.',
  });
}

const explanations: Readonly<Record<string, string>> = {
  'pipeline.yaml': 'what goes where',
  'transform.ts': 'your TypeScript',
  'transform.test.yaml': 'tests of the transform',
  'samples/sample.ndjson': 'records to try it with',
  'schema/input.v1.json': 'the input schema, inferred from the samples',
};

function printResult(folder: string, files: readonly string[], context: CliContext): void {
  const { paint } = context.stdout;
  const place = displayPath(folder, context.cwd);
  const rows = [...files, 'schema/input.v1.json']
    .filter((file) => file in explanations)
    .map((file) => [file, paint.dim(explanations[file] ?? '')]);
  const target = place === '.' ? '' : ` ${/[^\w./-]/.test(place) ? JSON.stringify(place) : place}`;
  const next = [
    [`parquetry preview${target}`, 'what becomes of each sample record?'],
    ...(files.includes('transform.test.yaml')
      ? [[`parquetry test${target}`, 'does the transform do what it should?']]
      : []),
    [`parquetry run${target} --env local --drain`, 'run it here: no account, no Docker'],
    ['parquetry help', 'what else there is'],
  ];
  const lines = [
    `${paint.green('made')} ${paint.bold(place === '.' ? path.basename(folder) : place)}`,
    ...alignRows(rows, '  '),
    '',
    'Next:',
    ...alignRows(
      next.map(([command = '', meaning = '']) => [`$ ${command}`, paint.dim(meaning)]),
      '  ',
    ),
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
}
