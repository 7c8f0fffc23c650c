import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { loadPipeline } from '../../pipeline/file.ts';
import { examine } from '../../studio/doctor/examine.ts';
import type { Finding } from '../../studio/doctor/finding.ts';
import { openAws } from '../aws-of.ts';
import { type CliContext, writeJson } from '../context.ts';
import type { DoctorOptions } from '../doctor.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadOptions, resolvePath } from '../pipeline-options.ts';
import { renderFindings } from './render-findings.ts';

/** `parquetry doctor`. */
export async function runDoctor(folder: string, options: DoctorOptions, context: CliContext): Promise<void> {
  const pipeline = await loadPipeline(resolvePath(folder, context), loadOptions(options, context));
  await using aws = await openAws(pipeline, context);
  // Nobody else sees a private embedded store.
  const write = options.write || aws.isPrivate;
  const findings = await examine(pipeline, { ...options, aws: aws.settings, env: context.env, write });
  const has = (verdict: Finding['verdict']) => findings.some((one) => one.verdict === verdict);
  if (has('failure') || (options.strict && has('warning'))) context.setExitCode(exitCodes.failure);
  const healthy = context.exitCode() === exitCodes.ok;
  if (options.json) return writeJson(context, { pipeline: pipeline.name, healthy, findings });
  context.stdout.write(renderFindings(titleOf(pipeline), findings, context.stdout));
}

function titleOf({ name, environment }: CheckedPipeline): string {
  return environment === undefined ? name : `${name} in ${environment}`;
}
