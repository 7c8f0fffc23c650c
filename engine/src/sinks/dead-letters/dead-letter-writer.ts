import type { ComponentContext } from '../../core/component.ts';
import type { DeadLetter } from '../../core/delivery.ts';
import { createFileSink } from '../file/index.ts';
import { s3Config } from '../s3/config.ts';
import { createS3Sink } from '../s3/index.ts';
import { createFileLetters } from './file-letters.ts';
import { openLetterQueue } from './letter-queue.ts';
import { createQueueLetters } from './queue-letters.ts';
import type { DeadLetterTarget } from './target.ts';

export interface DeadLetterContext extends ComponentContext {
  /** Version of the pipeline's input schema or code, where it has one; goes into each letter. */
  readonly version?: string;
}

/** Keeps what could not be delivered. The landing settles a delivery only after its letters are durable. */
export interface DeadLetterWriter {
  /** Called once at start: fails with what is wrong (bucket or queue missing, access denied) and what to do. */
  check?(): Promise<void>;
  /** Resolves when all letters are durable. A rejection means that some may not be: nothing of them may be acked. */
  write(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A writer to the target. Files are NDJSON under `<prefix>/<pipeline>/dt=<day>/reason=<reason>/`. */
export async function createDeadLetterWriter(
  target: DeadLetterTarget,
  context: DeadLetterContext,
): Promise<DeadLetterWriter> {
  const about = { pipeline: context.pipeline, version: context.version, runId: context.runId };
  if ('sqs' in target) return createQueueLetters(await openLetterQueue(target.sqs.queue, context.aws), about);
  const sink =
    's3' in target
      ? await createS3Sink(s3Config.parse(target.s3), context)
      : createFileSink({ path: target.file.path }, context);
  return createFileLetters(sink, about);
}
