import type { AwsSettings, ComponentContext } from '../../engine/src/core/component.ts';
import { silentLogger, silentMetrics } from '../../engine/src/core/telemetry.ts';

/** What a component is made with here: a folder, and maybe an AWS. */
export function contextAt(folder: string, aws: AwsSettings = {}): ComponentContext {
  return {
    pipeline: 'contract',
    runId: 'run-1',
    folder,
    aws,
    expectedHoldMs: 60_000,
    logger: silentLogger,
    metrics: silentMetrics,
  };
}
