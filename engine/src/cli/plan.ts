import { type Command, InvalidArgumentError } from 'commander';
import type { Diagnosis } from '../protocol/places.ts';
import { type CliContext, writeJson } from './context.ts';
import { positiveNumber, wholeNumber } from './numbers.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

interface PlanOptions extends PipelineOptions {
  rate: number;
  recordsPerMessage?: number;
  partitions?: number;
  samples?: string[];
  offline?: boolean;
  json?: boolean;
}

const help = `
Measures samples as \`parquetry profile\` does, and forecasts what a steady rate of such records becomes: files an
hour and what closes them, their size, memory, lanes, requests and dollars a month, with the same through Firehose
beside it; and lists whatever \`validate\` and, where the account answers, \`doctor\` find. Prices are list prices of
us-east-1. Nothing is changed.

Examples:
  $ parquetry plan --rate 500/s
  $ parquetry plan clicks --env production --rate 2M/h --records-per-message 50
  $ parquetry plan --rate 500/s --json | jq '.filesPerHour, .usdPerMonth'
`;

/** `parquetry plan`: what a rate of records becomes, before it comes. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('plan'))
    .description('forecast files, memory, lanes and cost of a rate of records, from samples')
    .requiredOption('--rate <records>', 'records that arrive: 500/s, 30k/m, 2M/h, 100M/d', parseRate)
    .option('--records-per-message <n>', 'records that a message holds on average; default: 1', positiveNumber)
    .option('--partitions <n>', 'partitions that are open at a time; default: those of the samples', wholeNumber)
    .option('--samples <files...>', 'files or folders of records; default: samples/ of the pipeline')
    .option('--offline', 'do not ask the account what `doctor` would')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .showHelpAfterError('  hint: `parquetry help plan` lists its options; for example: parquetry plan --rate 500/s')
    .action((given: string, options: PlanOptions) => plan(resolvePath(given, context), options, context));
}

async function plan(given: string, options: PlanOptions, context: CliContext): Promise<void> {
  const { readPipeline } = await import('../pipeline/file.ts');
  const { problemsError } = await import('../pipeline/problems.ts');
  const { planPipeline } = await import('../studio/plan/plan-pipeline.ts');
  const { MeasuresCache } = await import('../studio/plan/measures-cache.ts');
  const { showSteps } = await import('./step-line.ts');
  const { readFile } = await import('node:fs/promises');
  const reading = await readPipeline(given, loadOptions(options, context));
  const { pipeline, problems } = reading;
  if (!pipeline) throw problemsError(problems);
  const { rate: recordsPerS, recordsPerMessage, partitions } = options;
  const traffic = { recordsPerS, recordsPerMessage, partitions };
  using steps = showSteps(context);
  const result = await planPipeline(
    pipeline,
    {
      ...{ traffic, reading, measures: new MeasuresCache() },
      samples: options.samples?.map((file) => resolvePath(file, context)),
      pipelineText: await readFile(pipeline.file, 'utf8'),
      async diagnose(): Promise<Diagnosis[]> {
        const { findProblems } = await import('../pipeline/check.ts');
        const { diagnosisOf } = await import('../studio/language/diagnosis.ts');
        const { askAccount } = await import('../studio/plan/ask-account.ts');
        const found = [...problems, ...(await findProblems(pipeline, reading.originAt))];
        const account = options.offline ? [] : await askAccount(pipeline, traffic);
        return [...found.map((problem) => diagnosisOf(problem)), ...account];
      },
    },
    { signal: context.signal, show: steps.show },
  );
  steps.clear();
  if (options.json)
    return writeJson(context, { pipeline: pipeline.name, environment: pipeline.environment, ...result });
  const { renderPlan } = await import('./plan-report.ts');
  context.stdout.write(renderPlan(pipeline, result, context));
}

const RATE = /^(\d+(?:\.\d+)?)\s*([kMG]?)(?:\s*\/\s*(s|m|h|d))?$/;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `500/s`, `30k/m`, `2M/h`, `100M/d`; a number alone is a second's. */
export function parseRate(text: string): number {
  const [, number, factor = '', unit = 's'] = RATE.exec(text.trim()) ?? [];
  const rate = (Number(number) * FACTORS[factor]!) / SECONDS[unit]!;
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new InvalidArgumentError('It must be a rate such as 500/s, 30k/m, 2M/h or 100M/d.');
}
