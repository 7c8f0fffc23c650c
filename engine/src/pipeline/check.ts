import { randomUUID } from 'node:crypto';
import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import type { ComponentContext } from '../core/component.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Field, Schema } from '../core/schema.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { compileModule, compileTransform } from '../transforms/compile.ts';
import { describeTransform } from '../transforms/describe.ts';
import type { CheckedPipeline, SinkPlan } from './checked-pipeline.ts';
import { type Choice, createComponent } from './components.ts';
import { problemsOfError } from './error-problems.ts';
import type { Path } from './located.ts';
import type { Origin, Problem } from './problems.ts';

export interface PipelineCheck {
  /** The contract: what every sink gets. */
  readonly output: Schema;
  /** What does not fit together; empty when all does. */
  readonly problems: readonly Problem[];
}

/** Where the value at a path is written: `originAt` of a reading. */
export type FindOrigin = (path: Path) => Origin | undefined;

/**
 * Checks what the file alone cannot tell: compiles the transform, and holds output, partition templates and encoders against each
 * other. Nothing is contacted. Rejects if there is no output to hold anything against: the transform does not compile or load.
 */
export async function checkPipeline(
  pipeline: CheckedPipeline,
  findOrigin: FindOrigin = nowhere,
): Promise<PipelineCheck> {
  const output = await outputOf(pipeline);
  const sinks = await Promise.all(
    pipeline.sinks.map((plan, index) => checkSink(plan, index, output.fields, pipeline, findOrigin)),
  );
  const modules = await checkModules(pipeline, findOrigin);
  return { output, problems: [...modules, ...sinks.flat()] };
}

/** As `checkPipeline`, for who wants problems only: a transform that does not compile is one of them. */
export async function findProblems(
  pipeline: CheckedPipeline,
  findOrigin: FindOrigin = nowhere,
): Promise<readonly Problem[]> {
  try {
    return (await checkPipeline(pipeline, findOrigin)).problems;
  } catch (thrown) {
    return problemsOfError(asParquetryError(thrown), findOrigin(['transform']));
  }
}

/** The rows that leave the transform; without one the records as they are read. */
async function outputOf({ transform, input }: CheckedPipeline): Promise<Schema> {
  if (transform !== undefined) return (await describeTransform(await compileTransform(transform))).output;
  const rest: Field[] = input.rest ? [{ name: '_rest', type: { kind: 'json' }, optional: true }] : [];
  return { fields: [...input.schema.fields, ...rest] };
}

async function checkSink(
  plan: SinkPlan,
  index: number,
  fields: readonly Field[],
  pipeline: CheckedPipeline,
  findOrigin: FindOrigin,
): Promise<readonly Problem[]> {
  const own: Path = 'type' in plan.sink ? ['sinks', index, plan.sink.type] : ['sinks', index];
  const templates = plan.partitionBy.map((template, at) => ({ template, path: [...own, 'partitionBy', at] }));
  // Each by itself first, so that a mistake is shown at its template; then together, for what only shows together.
  const single = templates.flatMap(({ template, path }) =>
    problemsIn(() => compilePartitioner([template], fields), findOrigin(path)),
  );
  if (single.length > 0) return single;
  const whole = problemsIn(() => compilePartitioner(plan.partitionBy, fields), findOrigin([...own, 'partitionBy']));
  if (whole.length > 0) return whole;
  const { fileFields } = compilePartitioner(plan.partitionBy, fields);
  return checkEncoder(plan.encoder, fileFields, pipeline, findOrigin([...own, encoderKey(plan.encoder)]));
}

async function checkEncoder(
  choice: Choice,
  fields: readonly Field[],
  pipeline: CheckedPipeline,
  origin: Origin | undefined,
): Promise<readonly Problem[]> {
  // Own encoders are code of the user's: they are made where they run, not on this thread.
  if ('module' in choice) return [];
  try {
    const encoder: Encoder = await createComponent('encoder', choice, checkingContext(pipeline));
    encoder.check?.(fields);
    return [];
  } catch (thrown) {
    return problemsOfError(asParquetryError(thrown), origin);
  }
}

function encoderKey(encoder: Choice): string {
  return 'type' in encoder ? encoder.type : 'encoder';
}

/** Whether the user's own components compile. */
async function checkModules(pipeline: CheckedPipeline, findOrigin: FindOrigin): Promise<readonly Problem[]> {
  const modules: { choice: Choice; path: Path }[] = [
    { choice: pipeline.source, path: ['source', 'module'] },
    ...pipeline.sinks.flatMap(({ sink, encoder }, index) => [
      { choice: sink, path: ['sinks', index, 'module'] },
      { choice: encoder, path: ['sinks', index] },
    ]),
  ];
  const problems = modules.map(async ({ choice, path }) => {
    if ('type' in choice) return [];
    return compileModule(choice.module).then(
      () => [],
      (thrown: unknown) => problemsOfError(asParquetryError(thrown), findOrigin(path)),
    );
  });
  return (await Promise.all(problems)).flat();
}

function problemsIn(attempt: () => unknown, origin: Origin | undefined): readonly Problem[] {
  try {
    attempt();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ParquetryError)) throw thrown;
    return problemsOfError(thrown, origin);
  }
}

function checkingContext(pipeline: CheckedPipeline): ComponentContext {
  return {
    pipeline: pipeline.name,
    runId: randomUUID(),
    folder: pipeline.folder,
    aws: pipeline.aws === 'embedded' ? {} : pipeline.aws,
    expectedHoldMs: pipeline.batch.maxAgeMs,
    logger: silentLogger,
    metrics: silentMetrics,
  };
}

function nowhere(): undefined {
  return undefined;
}
