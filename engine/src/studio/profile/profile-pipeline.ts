import type { ParquetOptions } from '../../encoders/parquet/options.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { setInYaml } from '../../pipeline/set-in-file.ts';
import type { Advice, ProfileResult } from '../../protocol/profile.ts';
import { markedEdits } from '../../protocol/text-mark.ts';
import { compileModule, compileTransform, type UnsavedTexts } from '../../transforms/compile.ts';
import type { MeasuresCache } from '../plan/measures-cache.ts';
import { encoderPath, type Suggestion, suggest } from './advice.ts';
import { FEW_ROWS } from './few-rows.ts';
import type { Measures, ProfileJob } from './profile-job.ts';
import { type MeasureOptions, runMeasurement } from './run-measurement.ts';
import { readSampleBodies } from './sample-bodies.ts';
import { settingPath } from './setting-path.ts';

/** What a profile is of, beside the pipeline. */
export interface ProfileInputs {
  /** Absolute paths. Default: those of the pipeline's `samples/`. */
  readonly samples?: readonly string[];
  /** What editors have not saved. */
  readonly texts?: UnsavedTexts;
  /** Text of the pipeline file, for fixes. Absent: advice has none. */
  readonly pipelineText?: string;
  /** What was measured last, which holds as long as the inputs do. Absent: it is measured. */
  readonly measures?: MeasuresCache;
}

const MAX_PARTITIONS = 100;

/** Measures samples by the engine, and draws advice from what was measured. User code runs, in a thread with limits. */
export async function profilePipeline(
  pipeline: CheckedPipeline,
  inputs: ProfileInputs,
  options: MeasureOptions & { readonly isAgain?: boolean } = {},
): Promise<ProfileResult> {
  const measures =
    (await inputs.measures?.measure(pipeline, inputs, options)) ??
    (await runMeasurement(await prepareJob(pipeline, inputs, 'all'), options));
  return resultOf(measures, adviceOn(measures, pipeline, inputs.pipelineText));
}

/** Reads samples and compiles code: all that a measurement needs. Rejects where either cannot be. */
export async function prepareJob(
  pipeline: CheckedPipeline,
  { samples, texts }: ProfileInputs,
  depth: ProfileJob['depth'],
): Promise<Omit<ProfileJob, 'pulse'>> {
  const modules = new Set(pipeline.sinks.flatMap(({ encoder }) => ('module' in encoder ? [encoder.module] : [])));
  const [bodies, transform, own] = await Promise.all([
    readSampleBodies(pipeline.folder, samples),
    pipeline.transform === undefined ? undefined : compileTransform(pipeline.transform, texts),
    Promise.all([...modules].map(async (file) => [file, await compileModule(file, texts)] as const)),
  ]);
  return { pipeline, transform, own: Object.fromEntries(own), bodies, depth };
}

function resultOf(
  { sinks, sorted: _, shapes: __, named: ___, ...measures }: Measures,
  advice: readonly Advice[],
): ProfileResult {
  const partitions = sinks[0]?.partitions ?? [];
  return {
    ...measures,
    partitions: partitions.slice(0, MAX_PARTITIONS).map(({ path, rows }) => [path, rows]),
    partitionCount: partitions.length,
    advice,
  };
}

function adviceOn(measures: Measures, pipeline: CheckedPipeline, text: string | undefined): Advice[] {
  const [{ encoder }] = pipeline.sinks;
  const isParquet = 'type' in encoder && encoder.type === 'parquet';
  const suggestions = suggest({
    measures,
    pipeline,
    parquet: isParquet ? { options: encoder.config as ParquetOptions, path: encoderPath(pipeline, 0) } : undefined,
    hasManyRows: measures.rows >= FEW_ROWS,
  });
  return suggestions.map((suggestion) => withFix(suggestion, pipeline, text));
}

function withFix(
  { gain: _, setting, ...advice }: Suggestion,
  pipeline: CheckedPipeline,
  text: string | undefined,
): Advice {
  if (!setting || text === undefined) return advice;
  const { file, environment } = pipeline;
  try {
    const path = settingPath(text, environment, setting.path);
    const edits = markedEdits(setInYaml(text, file, path, setting.value), text);
    return edits.length === 0 ? advice : { ...advice, fix: { title: setting.title, edits } };
  } catch {
    return advice; // behind an alias: to be done by hand
  }
}
