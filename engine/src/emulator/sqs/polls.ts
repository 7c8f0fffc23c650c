import type { Delivery } from './message.ts';

/** What one ReceiveMessage asks of a queue. */
export interface ReceiveRequest {
  max: number;
  /** The queue's own when absent. */
  visibilityTimeoutSeconds?: number | undefined;
}

interface WaitingPoll extends ReceiveRequest {
  finish(deliveries: Delivery[]): void;
}

/** The long polls waiting at one queue, first come first served. A poll that ended is no longer here. */
export class WaitingPolls {
  // A Set keeps the order of arrival and forgets a poll that hung up at once.
  #polls = new Set<WaitingPoll>();

  get size(): number {
    return this.#polls.size;
  }

  /** Resolves with what `serve` finds, or with nothing at the end of the wait, on abort, or on `endAll`. */
  wait(
    request: ReceiveRequest,
    onDeadline: (end: () => void) => () => void,
    signal?: AbortSignal,
  ): Promise<Delivery[]> {
    return new Promise((resolve) => {
      const finish = (deliveries: Delivery[]) => {
        if (!this.#polls.delete(poll)) return;
        cancelDeadline();
        signal?.removeEventListener('abort', end);
        resolve(deliveries);
      };
      const end = () => finish([]);
      const poll: WaitingPoll = { ...request, finish };
      this.#polls.add(poll);
      const cancelDeadline = onDeadline(end);
      signal?.addEventListener('abort', end);
    });
  }

  /** Offers messages to one poll after the other until `receive` has none left. */
  serve(receive: (request: ReceiveRequest) => Delivery[]): void {
    for (const poll of this.#polls) {
      const deliveries = receive(poll);
      if (deliveries.length === 0) return;
      poll.finish(deliveries);
    }
  }

  endAll(): void {
    for (const poll of this.#polls) poll.finish([]);
  }
}
