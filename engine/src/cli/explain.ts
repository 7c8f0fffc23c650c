import type { Command } from 'commander';
import type { Field } from '../core/schema.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Explanation } from '../transforms/columnar/explain.ts';
import { type CliContext, writeJson } from './context.ts';
import { addPipelineOptions, loadOptions, type PipelineOptions, resolvePath } from './pipeline-options.ts';

/** What the scanner keeps unknown keys in. */
const REST: Field = { name: '_rest', type: { kind: 'json' }, optional: true };

interface ExplainOptions extends PipelineOptions {
  json?: boolean;
}

const help = `
An output field that is a plain copy of an input field is handed on as a column: its values never become JavaScript values,
which is the fastest way. This shows for every field whether the code was recognised as such a copy, and why not where
it was not, with the place in your code. The result is the same either way.

Examples:
  $ parquetry explain
  $ parquetry explain clicks --json | jq '.fields[] | select(.how == "computed")'
`;

/** `parquetry explain`: how the transform of a pipeline runs. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('explain'))
    .description('show which fields the transform hands on as columns, and why it computes the others')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action((given: string, options: ExplainOptions) => explain(resolvePath(given, context), options, context));
}

async function explain(given: string, options: ExplainOptions, context: CliContext): Promise<void> {
  const { loadPipeline } = await import('../pipeline/file.ts');
  const pipeline = await loadPipeline(given, loadOptions(options, context));
  const explanation = await explainPipeline(pipeline);
  if (options.json)
    return writeJson(context, { pipeline: pipeline.name, transform: pipeline.transform, ...explanation });
  const { renderExplanation } = await import('./explain-report.ts');
  const { displayPath } = await import('../pipeline/render-problems.ts');
  const { paint } = context.stdout;
  const showPath = (file: string) => displayPath(file, context.cwd);
  context.stdout.write(renderExplanation(pipeline.name, explanation, { paint, showPath }));
}

async function explainPipeline({ transform, input, errors }: CheckedPipeline): Promise<Explanation> {
  const { explainTransform, explainNoTransform } = await import('../transforms/columnar/explain.ts');
  const schema = input.rest ? { fields: [...input.schema.fields, REST] } : input.schema;
  if (transform === undefined) return explainNoTransform(schema);
  const { compileTransform } = await import('../transforms/compile.ts');
  const { describeTransform } = await import('../transforms/describe.ts');
  const compiled = await compileTransform(transform);
  const { output, hasPrefetch } = await describeTransform(compiled);
  return explainTransform(compiled, {
    input: schema,
    output,
    hasPrefetch,
    passthrough: errors.record === 'passthrough',
  });
}
