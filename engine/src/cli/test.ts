import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TestedFile } from '../pipeline/transform-test.ts';
import { type CliContext, writeJson } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { loadOptions, resolvePath } from './pipeline-options.ts';

interface TestOptions {
  env?: string;
  update?: boolean;
  junit?: string;
  timeout: number;
  json?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;

const help = `
Runs the cases of transform.test.yaml as production would run their records: input schema, transform, output contract. Rows
are compared exactly: integers beyond 2^53, decimals and timestamps are never rounded. A case reads:

  - name: drops bots
    input: { id: 2, bot: true }          # a record, a list of records, or NDJSON text
    attributes: { source: web }          # optional: message attributes
    now: 2026-01-31T10:00:00Z            # optional: what ctx.now says
    expect:
      rows: []
      dropped: [bot]                     # reasons, in order
      failed: [{ reason: misfit, field: id, message: "…" }]

Examples:
  $ parquetry test
  $ parquetry test pipelines/* --junit report.xml
  $ parquetry test --update              write what the transform answers now, keeping comments
`;

/** `parquetry test`: the cases of a pipeline's test files. */
export function register(program: Command, context: CliContext): void {
  program
    .command('test')
    .argument('[pipelines...]', 'folders of pipelines; default: this one')
    .description('run the tests of transforms')
    .option('-e, --env <name>', 'environment of the pipeline file; default: the variable PARQUETRY_ENV')
    .option('-u, --update', 'write what came out as what is expected')
    .option('--junit <file>', 'write a JUnit report, too')
    .addOption(
      new Option('--timeout <ms>', 'longest time for one case').argParser(milliseconds).default(DEFAULT_TIMEOUT_MS),
    )
    .option('--json', 'print results as JSON')
    .addHelpText('after', help)
    .action((given: string[], options: TestOptions) => test(given.length > 0 ? given : ['.'], options, context));
}

/** The tests of one pipeline. */
export interface TestedPipeline {
  readonly name: string;
  readonly files: readonly TestedFile[];
}

async function test(given: readonly string[], options: TestOptions, context: CliContext): Promise<void> {
  const { isPassed } = await import('../pipeline/transform-test/run-tests.ts');
  const { renderTests } = await import('./test-report.ts');
  const tested: TestedPipeline[] = [];
  for (const folder of given) tested.push(await testOne(resolvePath(folder, context), options, context));
  const files = tested.flatMap((pipeline) => pipeline.files);
  const updated = options.update ? await updateAll(files) : 0;
  if (options.junit) await writeReport(options.junit, tested, context);
  const failed = files.flatMap(({ results }) => results).filter((result) => !isPassed(result)).length;
  if (failed > updated) context.setExitCode(exitCodes.failure);
  if (options.json) printJson(tested, context);
  else context.stdout.write(renderTests(tested, { updated, output: context.stdout, cwd: context.cwd }));
}

async function testOne(folder: string, options: TestOptions, context: CliContext): Promise<TestedPipeline> {
  const { loadPipeline } = await import('../pipeline/file.ts');
  const { testTransform } = await import('../pipeline/transform-test.ts');
  const pipeline = await loadPipeline(folder, loadOptions({ env: options.env, set: [] }, context));
  const print = (text: string) => context.stderr.write(text);
  const files = await testTransform(pipeline, { caseTimeMs: options.timeout, signal: context.signal, print });
  return { name: pipeline.name, files };
}

async function updateAll(files: readonly TestedFile[]): Promise<number> {
  const { updateTestFile } = await import('../pipeline/transform-test.ts');
  let updated = 0;
  for (const file of files) updated += await updateTestFile(file);
  return updated;
}

async function writeReport(file: string, tested: readonly TestedPipeline[], context: CliContext): Promise<void> {
  const { formatJunit } = await import('../pipeline/transform-test/junit.ts');
  const suites = tested.flatMap(({ name, files }) =>
    files.map(({ file, results }) => ({ name, file: path.relative(context.cwd, file), results })),
  );
  await writeFile(path.resolve(context.cwd, file), formatJunit(suites));
}

function printJson(tested: readonly TestedPipeline[], context: CliContext): void {
  const cases = tested.flatMap(({ name, files }) =>
    files.flatMap(({ file, results }) =>
      results.map(({ testCase, outcome, differences, problem }) => ({
        pipeline: name,
        file,
        line: testCase.line,
        name: testCase.name,
        passed: problem === undefined && differences.length === 0,
        problem,
        differences,
        elapsedMs: outcome?.elapsedMs,
      })),
    ),
  );
  writeJson(context, cases);
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number of milliseconds.');
  return value;
}
