import type { EmulatorClock } from '../service.ts';
import type { Delivery } from './message.ts';

/** What one ReceiveMessage asks of a queue. */
export interface ReceiveRequest {
  max: number;
  /** The queue's own when absent. */
  visibilityTimeoutSeconds?: number | undefined;
}

/** What waiting polls need of their queue. */
export interface PollPorts {
  clock: EmulatorClock;
  receive(request: ReceiveRequest): Delivery[];
  /** No message becomes visible by itself before. */
  nextVisibleMs(): number;
}

interface WaitingPoll extends ReceiveRequest {
  finish(deliveries: Delivery[]): void;
}

/** The long polls waiting at one queue, first come first served. A poll that ended gets nothing any more. */
export class WaitingPolls {
  readonly #ports: PollPorts;
  // A Set keeps the order of arrival and forgets a poll that hung up at once.
  readonly #polls = new Set<WaitingPoll>();
  #isWaking = false;
  #armedForMs = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => {};

  constructor(ports: PollPorts) {
    this.#ports = ports;
  }

  /** Resolves with messages once there are some; with none when `waitMs` is over, on abort, or on `endAll`. */
  wait(request: ReceiveRequest, waitMs: number, signal?: AbortSignal): Promise<Delivery[]> {
    const { clock } = this.#ports;
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
      const cancelDeadline = clock.at(clock.now() + waitMs, end);
      signal?.addEventListener('abort', end);
      this.arm();
    });
  }

  /** Serves the polls after the current call: so that one of them takes all that a batch brought, up to its ten. */
  wake(): void {
    if (this.#isWaking || this.#polls.size === 0) return;
    this.#isWaking = true;
    queueMicrotask(() => {
      this.#isWaking = false;
      this.#serve();
    });
  }

  /** While polls wait, keeps one timer on the earliest moment at which a message may become visible. */
  arm(): void {
    const dueMs = this.#polls.size === 0 ? Number.POSITIVE_INFINITY : this.#ports.nextVisibleMs();
    if (dueMs === this.#armedForMs) return;
    this.#disarm();
    this.#armedForMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#disarm = this.#ports.clock.at(dueMs, () => {
      this.#armedForMs = Number.POSITIVE_INFINITY;
      this.#serve();
      this.arm();
    });
  }

  endAll(): void {
    for (const poll of this.#polls) poll.finish([]);
    this.arm();
  }

  #serve(): void {
    for (const poll of this.#polls) {
      const deliveries = this.#ports.receive(poll);
      if (deliveries.length === 0) return;
      poll.finish(deliveries);
    }
  }
}
