import type { ParquetryError } from '../core/errors.ts';
import type { LanePort } from './landing-parts.ts';
import type { LaneMessage } from './messages.ts';
import type { Pulse } from './pulse.ts';

/** A running lane, wherever it runs. */
export interface LaneHandle extends LanePort {
  onMessage(listener: (message: LaneMessage) => void): void;
  /** Resolves when the lane's thread is gone and everything it posted was heard; with an error if it did not end by itself. */
  readonly exited: Promise<ParquetryError | undefined>;
  readonly pulse: Pulse;
  /** How busy the lane's thread has been so far; absent where it has none of its own. Answers at once. */
  activity?(): ThreadActivity;
  /** What the lane's thread holds; absent or undefined where that cannot be told. Waits for the thread to come by. */
  heap?(): Promise<ThreadHeap | undefined>;
  /** Ends the lane at once, whatever it does; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** Time since a thread's start. Both count up. */
export interface ThreadActivity {
  /** Milliseconds in which it had something to do. */
  readonly activeMs: number;
  /** Milliseconds in which it waited. */
  readonly idleMs: number;
}

export interface ThreadHeap {
  /** JavaScript heap in use. */
  readonly usedBytes: number;
  /** Memory outside the heap that objects of it hold. */
  readonly externalBytes: number;
  /** What the JavaScript heap may grow to. */
  readonly limitBytes: number;
  /** What the lane is meant to hold beside the heap: columns that are not sealed yet. */
  readonly budgetBytes: number;
}
