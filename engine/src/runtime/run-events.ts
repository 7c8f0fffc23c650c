import type { LogFields } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';
import type { RunSummary } from './engine.ts';

/** Fields of `run.started`. */
export function startFields(pipeline: CheckedPipeline, runId: string): LogFields {
  const { name, environment, source, sinks, lanes, delivery } = pipeline;
  return {
    pipeline: name,
    runId,
    environment,
    source: typeOf(source),
    sinks: sinks.map(({ sink }) => typeOf(sink)),
    lanes,
    delivery,
  };
}

/** Fields of `run.ended`. */
export function endFields({ reason, elapsedMs, ledger, written, error }: RunSummary): LogFields {
  const { messages, records, closed } = ledger;
  const failure = error && { error: error.message, code: error.code, hint: error.hint };
  return { reason, elapsedMs, closed, messages, records, written, ...failure };
}

function typeOf(choice: Choice): string {
  return 'type' in choice ? choice.type : choice.module;
}
