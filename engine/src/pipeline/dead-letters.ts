import type { ComponentContext } from '../core/component.ts';
import type { DeadLetterWriter } from '../sinks/dead-letters/dead-letter-writer.ts';
import type { CheckedPipeline, DeadLetterTarget } from './checked-pipeline.ts';

/** The writer of a pipeline's dead letters; undefined where its policy makes none. */
export async function createDeadLetters(
  { errors, input }: CheckedPipeline,
  context: ComponentContext,
): Promise<DeadLetterWriter | undefined> {
  if (errors.record === 'drop' || errors.record === 'fail') return undefined;
  const { createDeadLetterWriter } = await import('../sinks/dead-letters/dead-letter-writer.ts');
  return createDeadLetterWriter(asTarget(errors.to), { ...context, version: String(input.schema.version ?? 1) });
}

function asTarget(to: DeadLetterTarget) {
  if (to.type === 's3') return { s3: { bucket: to.bucket, prefix: to.prefix } };
  return to.type === 'sqs' ? { sqs: { queue: to.queue } } : { file: { path: to.path } };
}
