import type { Fields } from './fields.ts';
import { requiredString } from './fields.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { QueueEntry, QueueRegistry } from './queue-registry.ts';

/** What an action works on, made for each request. */
export interface ActionContext {
  registry: QueueRegistry;
  moveTasks: MoveTasks;
  /** The URL under which the caller reaches a queue: with the host the caller used. */
  queueUrl(name: string): string;
  /** Aborted when the caller hung up. Made on first use: only waiting polls need it. */
  signal(): AbortSignal;
}

/** One operation of SQS: its JSON in, its JSON out, or an SqsError thrown. */
export type Action = (input: Fields, context: ActionContext) => Fields | Promise<Fields>;

/** The name at the end of a queue's URL; a bare name is taken too, as AWS does. */
export function queueNameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

/** The queue that the request's QueueUrl names. */
export function queueOf(input: Fields, context: ActionContext): QueueEntry {
  return context.registry.require(queueNameOf(requiredString(input, 'QueueUrl')));
}
