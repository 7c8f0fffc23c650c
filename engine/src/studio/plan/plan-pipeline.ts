import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { PipelineReading } from '../../pipeline/file.ts';
import { setInYaml } from '../../pipeline/set-in-file.ts';
import type { Diagnosis, Fix } from '../../protocol/places.ts';
import type { PlanResult } from '../../protocol/plan.ts';
import { markedEdits } from '../../protocol/text-mark.ts';
import { diagnosisOf } from '../language/diagnosis.ts';
import type { ProfileInputs } from '../profile/profile-pipeline.ts';
import type { MeasureOptions } from '../profile/run-measurement.ts';
import { settingPath } from '../profile/setting-path.ts';
import type { MeasuresCache } from './measures-cache.ts';
import { planFrom, type Traffic } from './plan-from.ts';
import type { PlanWarning } from './plan-warnings.ts';

/** What is planned. */
export interface PlanInputs extends ProfileInputs {
  readonly traffic: Traffic;
  readonly measures: MeasuresCache;
  readonly reading: Pick<PipelineReading, 'originAt'>;
  /** What is wrong with the pipeline as it stands, and what an account says to it. */
  diagnose(): Promise<readonly Diagnosis[]>;
}

/** Measures samples, as a profile does, and forecasts what a steady rate of such records becomes. */
export async function planPipeline(
  pipeline: CheckedPipeline,
  inputs: PlanInputs,
  options: MeasureOptions = {},
): Promise<PlanResult> {
  const [measures, known] = await Promise.all([inputs.measures.measure(pipeline, inputs, options), inputs.diagnose()]);
  const { result, warnings } = planFrom(measures, pipeline, inputs.traffic);
  const own = warnings.map((warning) => diagnosisOfWarning(warning, pipeline, inputs));
  return { ...result, diagnoses: [...known, ...own] };
}

function diagnosisOfWarning(
  { message, hint, path, setting }: PlanWarning,
  { file, environment }: CheckedPipeline,
  { pipelineText, reading }: PlanInputs,
): Diagnosis {
  const origin = reading.originAt(path);
  return diagnosisOf({ severity: 'warning', message, hint, origin }, fixesOf());

  function fixesOf(): Fix[] {
    if (!setting || pipelineText === undefined) return [];
    try {
      const at = settingPath(pipelineText, environment, setting.path);
      const edits = setInYaml(pipelineText, file, at, setting.value);
      return [{ title: setting.title, edits: markedEdits(edits, pipelineText) }];
    } catch {
      return []; // behind an alias: to be done by hand
    }
  }
}
