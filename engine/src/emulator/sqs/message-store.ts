import type { EmulatorClock } from '../service.ts';
import { TimeHeap } from '../time-heap.ts';
import type { MessageState, StoredMessage } from './message.ts';
import type { ReadyMessages } from './ready-messages.ts';

/** Heaps are cleaned when most entries are stale; small ones are left alone. */
const MIN_STALE_ENTRIES = 64;

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/**
 * The messages of one queue and their states as time goes by. Nothing here runs by itself: owners call `advance` before
 * they look, so counts are right at every moment without a timer. All operations are O(log n) amortised.
 *
 * **Invariant:** a message that is not `gone` is in one place: `ready` ones in the ready messages, `delayed` and
 * `in-flight` ones in `#hidden`, where entries of another time are stale. All are in `#bySendTime`.
 */
export class MessageStore {
  readonly #clock: EmulatorClock;
  readonly #ready: ReadyMessages;
  readonly #onChange: () => void;
  readonly #tally: Record<MessageState, number> = { delayed: 0, ready: 0, 'in-flight': 0, gone: 0 };
  /** By when they become visible. */
  readonly #hidden = new TimeHeap<StoredMessage>();
  /** For their retention. */
  readonly #bySendTime = new TimeHeap<StoredMessage>();
  /** By `order`, those that have been received: only they have handles. */
  readonly #received = new Map<number, StoredMessage>();

  /** `onChange` is called when a message may have become receivable. */
  constructor(options: { clock: EmulatorClock; ready: ReadyMessages; onChange: () => void }) {
    this.#clock = options.clock;
    this.#ready = options.ready;
    this.#onChange = options.onChange;
  }

  get counts(): QueueCounts {
    return { visible: this.#tally.ready, inFlight: this.#tally['in-flight'], delayed: this.#tally.delayed };
  }

  /** When the oldest message that is still there was sent; undefined where there is none. */
  get oldestSentAtMs(): number | undefined {
    while (this.#bySendTime.earliest?.state === 'gone') this.#bySendTime.pop();
    return this.#bySendTime.earliest?.sentAtMs;
  }

  /** No hidden message becomes visible before; may be earlier than any does. */
  get nextVisibleMs(): number {
    return this.#hidden.earliestMs;
  }

  /** Catches up with the clock: what became visible, and what is older than the retention period. */
  advance(retentionSeconds: number): void {
    const nowMs = this.#clock.now();
    while (this.#hidden.earliestMs <= nowMs) {
      const dueMs = this.#hidden.earliestMs;
      const message = this.#hidden.pop()!;
      if (isHiddenUntil(message, dueMs)) this.reveal(message);
    }
    const oldestSentMs = nowMs - retentionSeconds * 1000;
    while (this.#bySendTime.earliestMs <= oldestSentMs) {
      const message = this.#bySendTime.pop()!;
      if (message.state !== 'gone') this.discard(message);
    }
    this.#dropStaleEntries();
  }

  /** Takes in a new message; it is hidden when its `dueMs` lies ahead. */
  insert(message: StoredMessage): void {
    this.#bySendTime.push(message.sentAtMs, message);
    this.#tally[message.state]++;
    if (message.dueMs > this.#clock.now()) {
      this.#setState(message, 'delayed');
      this.#hidden.push(message.dueMs, message);
    } else {
      this.reveal(message);
    }
  }

  /** Takes up to `max` ready messages that `accept` approves; each must then be hidden or discarded. */
  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    return this.#ready.take(max, accept);
  }

  /** A message that was taken, or is in flight, is in flight until then. */
  hideUntil(message: StoredMessage, dueMs: number): void {
    this.#setState(message, 'in-flight');
    message.dueMs = dueMs;
    this.#hidden.push(dueMs, message);
    this.#received.set(message.order, message);
  }

  /** Makes a message visible that is not. */
  reveal(message: StoredMessage): void {
    if (message.state === 'in-flight') this.#ready.release(message);
    this.#setState(message, 'ready');
    this.#ready.add(message);
    this.#onChange();
  }

  /** Forgets a message in whatever state. */
  discard(message: StoredMessage): void {
    const wasInFlight = message.state === 'in-flight';
    this.#setState(message, 'gone');
    this.#tally.gone--;
    this.#received.delete(message.order);
    if (!wasInFlight) return;
    this.#ready.release(message);
    this.#onChange(); // a FIFO group may have opened, and there is room below the in-flight limit
  }

  /** Takes the next ready message out for good. */
  extract(): StoredMessage | undefined {
    const [message] = this.#ready.take(1, () => true);
    if (message === undefined) return undefined;
    this.#setState(message, 'in-flight'); // so that a FIFO group is unlocked again
    this.discard(message);
    return message;
  }

  /** The message with this order, if it was ever received and still exists. */
  findReceived(order: number): StoredMessage | undefined {
    return this.#received.get(order);
  }

  listInFlight(): StoredMessage[] {
    return [...this.#received.values()].filter((message) => message.state === 'in-flight');
  }

  discardAll(): void {
    for (let message = this.#bySendTime.pop(); message !== undefined; message = this.#bySendTime.pop()) {
      if (message.state !== 'gone') this.discard(message);
    }
    this.#hidden.clear();
    this.#ready.clear();
  }

  #setState(message: StoredMessage, state: MessageState): void {
    this.#tally[message.state]--;
    this.#tally[state]++;
    message.state = state;
  }

  #dropStaleEntries(): void {
    const hidden = this.#tally['in-flight'] + this.#tally.delayed;
    if (this.#hidden.size > 2 * hidden + MIN_STALE_ENTRIES) this.#hidden.retain(isHiddenUntil);
    const live = hidden + this.#tally.ready;
    if (this.#bySendTime.size > 2 * live + MIN_STALE_ENTRIES) {
      this.#bySendTime.retain((message) => message.state !== 'gone');
    }
  }
}

function isHiddenUntil(message: StoredMessage, dueMs: number): boolean {
  return message.dueMs === dueMs && (message.state === 'in-flight' || message.state === 'delayed');
}
