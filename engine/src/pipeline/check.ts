import { randomUUID } from 'node:crypto';
import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import type { ComponentContext } from '../core/component.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Field, Schema } from '../core/schema.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { type CompiledTransform, compileModule, compileTransform, type UnsavedTexts } from '../transforms/compile.ts';
import { describeTransform, type TransformDescription } from '../transforms/describe.ts';
import type { CheckedPipeline, SinkPlan } from './checked-pipeline.ts';
import { type Choice, createComponent } from './components.ts';
import { problemsOfError } from './error-problems.ts';
import type { Path } from './located.ts';
import type { Origin, Problem } from './problems.ts';

export interface PipelineCheck {
  /** The contract: what every sink gets. */
  readonly output: Schema;
  /** Absent where there is no transform. */
  readonly compiled?: CompiledTransform;
  readonly hasPrefetch: boolean;
  /** What does not fit together; empty when all does. */
  readonly problems: readonly Problem[];
}

/** For editors: nothing of it changes what is found. */
export interface CheckOptions {
  /** What is not saved yet. Default: files are as they are on disk. */
  readonly texts?: UnsavedTexts;
  /** Who tells what a transform declares. Default: a thread that loads it. */
  readonly describe?: (compiled: CompiledTransform) => Promise<TransformDescription>;
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
  { texts, describe = describeTransform }: CheckOptions = {},
): Promise<PipelineCheck> {
  const compiled = pipeline.transform === undefined ? undefined : await compileTransform(pipeline.transform, texts);
  const described = compiled && (await describe(compiled));
  const output = described?.output ?? recordsOf(pipeline);
  const sinks = await Promise.all(
    pipeline.sinks.map((plan, index) => checkSink(plan, index, output.fields, pipeline, findOrigin)),
  );
  const modules = await checkModules(pipeline, findOrigin, texts);
  return { output, compiled, hasPrefetch: described?.hasPrefetch ?? false, problems: [...modules, ...sinks.flat()] };
}

/** As much of `checkPipeline` as runs none of the user's code: whether it compiles. Rejects if the transform does not. */
export async function checkCompiles(
  pipeline: CheckedPipeline,
  findOrigin: FindOrigin = nowhere,
  texts?: UnsavedTexts,
): Promise<readonly Problem[]> {
  if (pipeline.transform === undefined) return (await checkPipeline(pipeline, findOrigin, { texts })).problems;
  await compileTransform(pipeline.transform, texts);
  return checkModules(pipeline, findOrigin, texts);
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

/** The records as they are read: what leaves a pipeline without a transform. */
function recordsOf({ input }: CheckedPipeline): Schema {
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
async function checkModules(
  pipeline: CheckedPipeline,
  findOrigin: FindOrigin,
  texts?: UnsavedTexts,
): Promise<readonly Problem[]> {
  const modules: { choice: Choice; path: Path }[] = [
    { choice: pipeline.source, path: ['source', 'module'] },
    ...pipeline.sinks.flatMap(({ sink, encoder }, index) => [
      { choice: sink, path: ['sinks', index, 'module'] },
      { choice: encoder, path: ['sinks', index] },
    ]),
  ];
  const problems = modules.map(async ({ choice, path }) => {
    if ('type' in choice) return [];
    return compileModule(choice.module, texts).then(
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
