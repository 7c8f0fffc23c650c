import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { Target } from '../../protocol/places.ts';
import { embeddedAwsOf } from '../embedded-aws.ts';
import { loadTarget } from '../load-target.ts';
import type { Workbench } from '../workbench.ts';
import { ChildRun } from './child-run.ts';

/**
 * Starts a run of a pipeline as it is on disk. Rejects, before any process is there, if the pipeline has mistakes, or texts of it are
 * not saved: what runs must be what is seen.
 */
export async function startRun(
  workbench: Workbench,
  { target, drain, runId }: { target: Target; drain: boolean; runId: string },
): Promise<ChildRun> {
  await requireSaved(workbench, workbench.within(target.folder));
  const pipeline = await loadTarget(workbench, target);
  const { embeddedEndpoint } = await embeddedAwsOf(workbench).of(pipeline);
  const { name, folder, environment } = pipeline;
  const facts = { run: runId, pipeline: name, folder, environment, startedAtMs: Date.now() };
  return new ChildRun(facts, { pipeline, runId, drain, embeddedEndpoint });
}

async function requireSaved(workbench: Workbench, folder: string): Promise<void> {
  for (const [file, text] of workbench.overlays) {
    if (!file.startsWith(folder + path.sep)) continue;
    const saved = await readFile(file, 'utf8').catch(() => undefined);
    if (saved === text) continue;
    throw new ParquetryError('E_CONFIG', `${path.basename(file)} has changes that are not saved`, {
      file,
      hint: 'Save it first: a run takes what is on disk.',
    });
  }
}
