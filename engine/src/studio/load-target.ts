import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { PipelineReading } from '../pipeline/file.ts';
import type { Target } from '../protocol/places.ts';
import type { Workbench } from './workbench.ts';

/**
 * The pipeline that a request means, as the editor has its file, unsaved. Rejects with E_CONFIG, which carries every problem, where
 * it has mistakes, and with E_ACCESS outside of the open folders.
 */
export async function loadTarget(workbench: Workbench, target: Target): Promise<CheckedPipeline> {
  return (await readTarget(workbench, target)).pipeline;
}

/** As `loadTarget`, with where values of the file are written. */
export async function readTarget(
  workbench: Workbench,
  { folder, environment }: Target,
): Promise<{ readonly pipeline: CheckedPipeline; readonly reading: PipelineReading }> {
  const { findPipelineFile, readPipelineText } = await import('../pipeline/file.ts');
  const { problemsError } = await import('../pipeline/problems.ts');
  const file = findPipelineFile(workbench.within(folder));
  // Who asks says which environment is meant, or that none is.
  const variables = { ...process.env, PARQUETRY_ENV: undefined };
  const reading = await readPipelineText(await workbench.read(file), file, {
    env: environment,
    texts: workbench.overlays,
    variables,
  });
  if (!reading.pipeline) throw problemsError(reading.problems);
  return { pipeline: reading.pipeline, reading };
}
