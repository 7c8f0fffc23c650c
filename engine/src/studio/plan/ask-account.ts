import type { AwsSettings } from '../../core/component.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { Diagnosis } from '../../protocol/places.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Traffic } from './plan-from.ts';

/** An account that does not answer by then is not waited for. */
const PATIENCE_MS = 8_000;

/**
 * What `doctor` finds, as diagnoses; nothing is changed. An account that is not there, or not asked, is said, too. Never rejects.
 */
export async function askAccount(
  pipeline: CheckedPipeline,
  { recordsPerS, recordsPerMessage = 1 }: Traffic,
): Promise<Diagnosis[]> {
  if (pipeline.aws === 'embedded') {
    return [
      info('No account was asked: this environment is the embedded AWS', 'Plan for the environment that is to run.'),
    ];
  }
  const late = new AbortController();
  const findings = await Promise.race([
    examine(pipeline, {
      aws: pipeline.aws as AwsSettings,
      env: process.env,
      rate: recordsPerS / recordsPerMessage,
      recordsPerMessage,
    }),
    new Promise<undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
      late.signal.addEventListener('abort', () => clearTimeout(timer));
    }),
  ]).catch((): undefined => undefined);
  late.abort();
  if (!findings) return [info('The account did not answer', 'Run `parquetry doctor`: it waits longer and says more.')];
  return findings.flatMap(diagnosisOfFinding);
}

/** The reachable size is the forecast's own to tell, with what was measured. */
function diagnosisOfFinding({ check, verdict, evidence, advice }: Finding): Diagnosis[] {
  if (check === 'file-size' || verdict === 'ok' || verdict === 'skipped') return [];
  const severity = verdict === 'failure' ? 'error' : 'warning';
  return [{ severity, message: `${check}: ${evidence}`, ...(advice !== undefined && { hint: advice }) }];
}

function info(message: string, hint: string): Diagnosis {
  return { severity: 'info', message, hint };
}
