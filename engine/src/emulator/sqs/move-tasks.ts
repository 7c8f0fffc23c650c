import { randomUUID } from 'node:crypto';
import type { EmulatorClock } from '../service.ts';
import { invalidParameter, SqsError } from './errors.ts';
import type { QueueEntry, QueueRegistry } from './queue-registry.ts';

/** As many as ListMessageMoveTasks can show. */
const MAX_REMEMBERED = 10;

export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  /** Absent: every message goes back to the queue it came from. */
  readonly destinationArn: string | undefined;
  readonly messagesPerSecond: number | undefined;
  readonly startedAtMs: number;
  readonly toMove: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  moved: number;
  failureReason: string | undefined;
}

/** Moves of dead letters back to where they came from, or elsewhere. Rated tasks tick once a second on the clock. */
export class MoveTasks {
  readonly #registry: QueueRegistry;
  readonly #clock: EmulatorClock;
  /** By source, newest first. */
  readonly #tasks = new Map<string, MoveTask[]>();

  constructor(registry: QueueRegistry, clock: EmulatorClock) {
    this.#registry = registry;
    this.#clock = clock;
  }

  /** Starts to move what is visible in the source now. */
  start(
    sourceArn: string,
    options: { destinationArn?: string | undefined; messagesPerSecond?: number | undefined },
  ): MoveTask {
    const source = this.#requireSource(sourceArn);
    const { destinationArn, messagesPerSecond } = options;
    if (destinationArn !== undefined && this.#registry.findByArn(destinationArn) === undefined)
      throw notFound('DestinationArn');
    const isDeadLetterQueue = this.#registry
      .list()
      .some(({ queue }) => queue.settings.redrive?.deadLetterTargetArn === sourceArn);
    if (!isDeadLetterQueue) throw refused('Source queue must be configured as a Dead Letter Queue.');
    if (this.#of(sourceArn).some((task) => task.status === 'RUNNING')) {
      throw refused(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    const task: MoveTask = {
      id: randomUUID(),
      sourceArn,
      destinationArn,
      messagesPerSecond,
      startedAtMs: this.#clock.now(),
      toMove: source.queue.counts().visible,
      status: 'RUNNING',
      moved: 0,
      failureReason: undefined,
    };
    this.#tasks.set(sourceArn, [task, ...this.#of(sourceArn)].slice(0, MAX_REMEMBERED));
    this.#tick(task);
    return task;
  }

  /** The latest tasks of a source, newest first. */
  list(sourceArn: string, max: number): MoveTask[] {
    this.#requireSource(sourceArn);
    return this.#of(sourceArn).slice(0, max);
  }

  /** Stops a running task; what it moved stays moved. */
  cancel(sourceArn: string, id: string): MoveTask {
    this.#requireSource(sourceArn);
    const task = this.#of(sourceArn).find((candidate) => candidate.id === id);
    if (task === undefined) throw new SqsError('ResourceNotFoundException', 'Task does not exist.');
    if (task.status !== 'RUNNING') throw refused('Only active tasks can be cancelled.');
    task.status = 'CANCELLED';
    return task;
  }

  #of(sourceArn: string): MoveTask[] {
    return this.#tasks.get(sourceArn) ?? [];
  }

  #requireSource(sourceArn: string): QueueEntry {
    const source = this.#registry.findByArn(sourceArn);
    if (source === undefined) throw notFound('SourceArn');
    return source;
  }

  #tick(task: MoveTask): void {
    if (task.status !== 'RUNNING') return;
    const until = Math.min(task.toMove, task.moved + (task.messagesPerSecond ?? task.toMove));
    while (task.status === 'RUNNING' && task.moved < until) this.#moveOne(task);
    if (task.status !== 'RUNNING') return;
    if (task.moved >= task.toMove) task.status = 'COMPLETED';
    else this.#clock.at(this.#clock.now() + 1000, () => this.#tick(task));
  }

  #moveOne(task: MoveTask): void {
    const source = this.#registry.findByArn(task.sourceArn)?.queue;
    const message = source?.extract();
    if (source === undefined || message === undefined) {
      task.status = 'COMPLETED'; // received or deleted by others meanwhile
      return;
    }
    const cameFromArn = message.extras?.deadLetterSourceArn;
    const destination = this.#registry.findByArn(task.destinationArn ?? cameFromArn ?? '')?.queue;
    if (destination !== undefined) {
      destination.readmit(message);
      task.moved++;
      return;
    }
    source.adopt(message, cameFromArn);
    task.status = 'FAILED';
    const isSourceUnknown = (task.destinationArn ?? cameFromArn) === undefined;
    task.failureReason = isSourceUnknown ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
  }
}

/** The handle under which a running task can be cancelled. */
export function encodeTaskHandle(task: MoveTask): string {
  return Buffer.from(JSON.stringify({ taskId: task.id, sourceArn: task.sourceArn })).toString('base64');
}

/** Throws InvalidParameterValue for what is no handle. */
export function decodeTaskHandle(handle: string): { taskId: string; sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn };
  } catch {
    // falls through: no JSON
  }
  throw invalidParameter('TaskHandle', handle, 'Value for parameter TaskHandle is invalid.');
}

function refused(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message);
}

function notFound(parameter: string): SqsError {
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return new SqsError('ResourceNotFoundException', message);
}
