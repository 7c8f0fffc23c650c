import type { StoredMessage } from './message.ts';

/**
 * The visible messages of one queue, in the order in which they are to be received. Messages that are `gone` may linger
 * inside and are never handed out.
 */
export interface ReadyMessages {
  /** Takes in a message that became visible, for the first time or again. */
  add(message: StoredMessage): void;
  /**
   * Takes out up to `max` messages that `accept` approves; one it refuses is dropped, and `accept` has seen to it.
   * Those returned count as in flight until `release`.
   */
  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[];
  /** A taken message is no longer in flight: deleted, or about to be added again. */
  release(message: StoredMessage): void;
  clear(): void;
}
