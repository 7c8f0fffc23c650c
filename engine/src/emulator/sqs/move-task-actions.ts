import type { Action } from './action.ts';
import type { Fields } from './fields.ts';
import { optionalInteger, optionalString, requiredString } from './fields.ts';
import type { MoveTask } from './move-tasks.ts';
import { decodeTaskHandle, encodeTaskHandle } from './move-tasks.ts';

/** The fastest rate AWS takes; without a rate it chooses its own. */
const MAX_MESSAGES_PER_SECOND = 500;
const MAX_LISTED = 10;

/** The operations on moves of dead letters. */
export const MOVE_TASK_ACTIONS: Record<string, Action> = {
  StartMessageMoveTask(input, { moveTasks }) {
    const task = moveTasks.start(requiredString(input, 'SourceArn'), {
      destinationArn: optionalString(input, 'DestinationArn'),
      messagesPerSecond: optionalInteger(input, 'MaxNumberOfMessagesPerSecond', 1, MAX_MESSAGES_PER_SECOND),
    });
    return { TaskHandle: encodeTaskHandle(task) };
  },

  ListMessageMoveTasks(input, { moveTasks }) {
    const max = optionalInteger(input, 'MaxResults', 1, MAX_LISTED) ?? 1;
    return { Results: moveTasks.list(requiredString(input, 'SourceArn'), max).map(describe) };
  },

  CancelMessageMoveTask(input, { moveTasks }) {
    const { taskId, sourceArn } = decodeTaskHandle(requiredString(input, 'TaskHandle'));
    return { ApproximateNumberOfMessagesMoved: moveTasks.cancel(sourceArn, taskId).moved };
  },
};

function describe(task: MoveTask): Fields {
  return {
    TaskHandle: task.status === 'RUNNING' ? encodeTaskHandle(task) : undefined,
    Status: task.status,
    SourceArn: task.sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.messagesPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAtMs,
  };
}
