import { ParquetryError } from '../core/errors.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { PlannedRun } from './plan-run.ts';

/** Why a changed pipeline cannot take over while the run goes on; undefined where it can. Pure. */
export function refusalOfReload(
  { pipeline, plan }: Pick<PlannedRun, 'pipeline' | 'plan'>,
  next: CheckedPipeline,
  isLive: boolean,
): ParquetryError | undefined {
  if (isLive) {
    return new ParquetryError('E_CONFIG', 'a run with components given as objects cannot be reloaded', {
      hint: 'End it and start another one.',
    });
  }
  if (plan.source.replay === 'ordered') {
    const source = 'type' in pipeline.source ? pipeline.source.type : pipeline.source.module;
    return new ParquetryError(
      'E_CONFIG',
      `the source ${source} hands out everything once a run, so it cannot be reloaded`,
      {
        hint: 'Let the run end, or stop it, and run the changed pipeline.',
      },
    );
  }
  const keys = fixedKeys(pipeline, next);
  if (keys.length === 0) return undefined;
  return new ParquetryError('E_CONFIG', `${keys.join(', ')} cannot change while a run goes on`, {
    hint: 'Restart the run for it, or change it back; everything else is taken over.',
  });
}

/** Keys that belong to the process, and are changed. */
function fixedKeys(now: CheckedPipeline, next: CheckedPipeline): string[] {
  const facts = ({ name, telemetry, aws }: CheckedPipeline) => ({
    name,
    'telemetry.listen': telemetry.listen,
    'telemetry.tap': telemetry.tap,
    aws: aws === 'embedded',
  });
  const [before, after] = [facts(now), facts(next)];
  return Object.keys(before).filter((key) => before[key as keyof typeof before] !== after[key as keyof typeof after]);
}
