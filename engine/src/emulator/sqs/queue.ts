import { randomUUID } from 'node:crypto';
import { Deque } from '../deque.ts';
import type { DeliveryFault } from '../faults.ts';
import type { EmulatorClock } from '../service.ts';
import { TimeHeap } from '../time-heap.ts';
import { DeduplicationWindow } from './deduplication.ts';
import { invalidParameter, SqsError } from './errors.ts';
import { FifoReady } from './fifo-ready.ts';
import type { Delivery, MessageDraft, MessageExtras, MessageState, StoredMessage } from './message.ts';
import { sequenceNumberOf } from './message.ts';
import { contentDeduplicationId, md5OfText } from './message-digest.ts';
import type { ReceiveRequest } from './polls.ts';
import { WaitingPolls } from './polls.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { ReadyMessages } from './ready-messages.ts';
import { decodeReceiptHandle, encodeReceiptHandle } from './receipt-handle.ts';
import { StandardReady } from './standard-ready.ts';

/** The longest a message can be hidden after a receive, however often its visibility is changed. */
const MAX_VISIBILITY_SECONDS = 43_200;
/** Heaps are cleaned when most entries are stale; small ones are left alone. */
const MIN_STALE_ENTRIES = 64;

/** What a queue needs of its surroundings. */
export interface QueuePorts {
  clock: EmulatorClock;
  /** The queue with this ARN, if there is one: where messages received too often go. */
  findQueue(arn: string): Queue | undefined;
  /** Asked once for each message received. */
  decideDelivery(queueName: string): DeliveryFault[];
}

export interface QueueOptions {
  name: string;
  arn: string;
  fifo: boolean;
  settings: QueueSettings;
  /** 120,000 at AWS; tests set less. */
  inFlightLimit: number;
  ports: QueuePorts;
}

/** What SendMessage answers, apart from the digests of attributes. */
export interface SentMessage {
  id: string;
  bodyMd5: string;
  sequenceNumber: string | undefined;
}

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/**
 * One queue: its messages and their states, without HTTP. Every operation first catches up with the clock, so counts and
 * receives are right at every moment and no timer is needed while nobody waits. All operations are O(log n) amortised.
 *
 * **Invariant:** a message that is not `gone` is in exactly one place: `ready` state in `#ready`, `delayed` and
 * `in-flight` in `#due`; and always in `#bySendTime`.
 */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  settings: QueueSettings;
  readonly #uid = randomUUID().slice(0, 8);
  readonly #inFlightLimit: number;
  readonly #ports: QueuePorts;
  readonly #ready: ReadyMessages;
  readonly #tally: Record<MessageState, number> = { delayed: 0, ready: 0, 'in-flight': 0, gone: 0 };
  /** Delayed and in-flight messages, by when they become visible. */
  readonly #due = new TimeHeap<StoredMessage>();
  /** All messages, for their retention. */
  readonly #bySendTime = new TimeHeap<StoredMessage>();
  /** Messages that have been received, by `order`: only those have handles. */
  readonly #received = new Map<number, StoredMessage>();
  readonly #duplicates = new Deque<StoredMessage>();
  readonly #deduplication = new DeduplicationWindow();
  readonly #polls = new WaitingPolls();
  #nextOrder = 0;
  #latestDelayMs = 0;
  #wakeScheduled = false;
  #armedForMs = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => {};

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.arn = options.arn;
    this.fifo = options.fifo;
    this.settings = options.settings;
    this.#inFlightLimit = options.inFlightLimit;
    this.#ports = options.ports;
    this.#ready = options.fifo ? new FifoReady() : new StandardReady();
  }

  /** Stores a message; a FIFO duplicate is answered like its first and not stored. */
  send(draft: MessageDraft): SentMessage {
    const bodyMd5 = md5OfText(draft.body);
    if (!this.fifo) {
      return { id: this.#store(draft, bodyMd5, extrasOf(draft)).id, bodyMd5, sequenceNumber: undefined };
    }
    const nowMs = this.#ports.clock.now();
    const deduplicationId = draft.deduplicationId ?? contentDeduplicationId(draft.body);
    const key =
      this.settings.deduplicationScope === 'messageGroup' ? `${draft.groupId} ${deduplicationId}` : deduplicationId;
    let first = this.#deduplication.find(key, nowMs);
    if (first === undefined) {
      first = this.#store(draft, bodyMd5, { ...extrasOf(draft), deduplicationId });
      this.#deduplication.remember(key, { id: first.id, order: first.order }, nowMs);
    }
    return { id: first.id, bodyMd5, sequenceNumber: sequenceNumberOf(first.order) };
  }

  /** Up to `max` messages, at once. */
  receive(request: ReceiveRequest): Delivery[] {
    this.#advance();
    const timeoutSeconds = request.visibilityTimeoutSeconds ?? this.settings.visibilityTimeoutSeconds;
    const deliveries = this.#takeDuplicates(request.max).map((message) => this.#deliver(message, timeoutSeconds));
    const room = Math.min(request.max - deliveries.length, this.#inFlightLimit - this.#tally['in-flight']);
    for (const message of this.#ready.take(room, this.#isDeliverable)) {
      deliveries.push(this.#deliver(message, timeoutSeconds));
      this.#applyDeliveryFaults(message);
    }
    this.#arm();
    return deliveries;
  }

  /**
   * Like `receive`, but waits up to `waitMs` for the first message. At the in-flight limit a standard queue answers a
   * short poll with OverLimit and a long one with nothing; a FIFO queue always with nothing.
   */
  async poll(request: ReceiveRequest & { waitMs: number; signal?: AbortSignal | undefined }): Promise<Delivery[]> {
    const { waitMs, signal } = request;
    if (signal?.aborted) return []; // nobody there to receive anything
    const deliveries = this.receive(request);
    if (deliveries.length > 0) return deliveries;
    if (waitMs > 0) {
      const { clock } = this.#ports;
      const waiting = this.#polls.wait(request, (end) => clock.at(clock.now() + waitMs, end), signal);
      this.#arm();
      return waiting;
    }
    if (!this.fifo && this.#tally['in-flight'] >= this.#inFlightLimit) {
      throw new SqsError('OverLimit', 'Too many messages in flight; delete some before you receive more.');
    }
    return [];
  }

  /**
   * Deletes the message, also when it is visible again, as long as it was not received since. An outdated handle deletes
   * nothing and says nothing on a standard queue, the strictest reading of AWS's "might not be deleted"; on a FIFO queue
   * a handle ends with its visibility timeout.
   */
  delete(receiptHandle: string): void {
    this.#advance();
    const { message, isCurrent } = this.#find(receiptHandle);
    if (message === undefined) return;
    if (this.fifo && !(isCurrent && message.state === 'in-flight')) {
      throw invalidParameter('ReceiptHandle', receiptHandle, 'The receipt handle has expired.');
    }
    if (isCurrent) this.#discard(message);
  }

  /** Hides an in-flight message for `seconds` from now; 0 makes it visible at once. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    this.#advance();
    const { message, isCurrent } = this.#find(receiptHandle);
    if (message === undefined || !isCurrent) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidParameter('ReceiptHandle', receiptHandle, reason);
    }
    if (message.state !== 'in-flight') {
      throw new SqsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    const nowMs = this.#ports.clock.now();
    const heldSeconds = Math.floor((nowMs - message.lastReceivedAtMs) / 1000);
    if (heldSeconds + seconds > MAX_VISIBILITY_SECONDS) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`;
      throw invalidParameter('VisibilityTimeout', seconds, reason);
    }
    if (seconds === 0) this.#makeVisible(message);
    else this.#hideUntil(message, nowMs + seconds * 1000);
    this.#arm();
  }

  counts(): QueueCounts {
    this.#advance();
    return { visible: this.#tally.ready, inFlight: this.#tally['in-flight'], delayed: this.#tally.delayed };
  }

  /** Forgets all messages in whatever state; deduplication ids are remembered on. */
  purge(): void {
    for (let message = this.#bySendTime.pop(); message !== undefined; message = this.#bySendTime.pop()) {
      if (message.state !== 'gone') this.#discard(message);
    }
    this.#due.clear();
    this.#ready.clear();
    this.#duplicates.clear();
  }

  /** Ends the visibility timeout of everything in flight; says how many that were. */
  expireInFlight(): number {
    this.#advance();
    const expired = [...this.#received.values()].filter((message) => message.state === 'in-flight');
    for (const message of expired) this.#makeVisible(message);
    return expired.length;
  }

  /** Takes a message from a queue it was received from too often; it keeps its id, and on standard queues its age. */
  adopt(message: StoredMessage, sourceArn: string | undefined): void {
    const extras = { ...message.extras, deadLetterSourceArn: sourceArn };
    this.#store({ body: message.body, delaySeconds: 0 }, message.bodyMd5, extras, message);
  }

  /** Takes a message moved by a move task: it starts anew, with another id. */
  readmit(message: StoredMessage): void {
    this.#store({ body: message.body, delaySeconds: 0 }, message.bodyMd5, {
      ...message.extras,
      deadLetterSourceArn: undefined,
    });
  }

  /** Takes the next visible message out for good, without a receive. */
  extract(): StoredMessage | undefined {
    this.#advance();
    const [message] = this.#ready.take(1, () => true);
    if (message === undefined) return undefined;
    this.#setState(message, 'in-flight'); // taken: a FIFO group is locked until the discard below
    this.#discard(message);
    return message;
  }

  /** Answers all waiting polls with nothing; to be called when the queue goes. */
  close(): void {
    this.#disarm();
    this.#polls.endAll();
  }

  #store(
    draft: MessageDraft,
    bodyMd5: string,
    extras: MessageExtras | undefined,
    moved?: StoredMessage,
  ): StoredMessage {
    this.#advance();
    const nowMs = this.#ports.clock.now();
    const dueMs = this.#visibleAt(nowMs, draft.delaySeconds ?? this.settings.delaySeconds);
    const message: StoredMessage = {
      id: moved?.id ?? randomUUID(),
      body: draft.body,
      bodyMd5,
      sentAtMs: moved !== undefined && !this.fifo ? moved.sentAtMs : nowMs,
      extras,
      order: this.#nextOrder++,
      receivedElsewhere: moved === undefined ? 0 : moved.receivedElsewhere + moved.receiveCount,
      state: 'gone',
      dueMs,
      receiveCount: 0,
      firstReceivedAtMs: moved?.firstReceivedAtMs ?? 0,
      lastReceivedAtMs: 0,
    };
    this.#tally.gone++;
    this.#bySendTime.push(message.sentAtMs, message);
    if (dueMs > nowMs) {
      this.#setState(message, 'delayed');
      this.#hideUntil(message, dueMs);
      this.#arm();
    } else {
      this.#show(message);
    }
    return message;
  }

  /** A FIFO queue whose delay was shortened still shows its messages in order: none before an earlier one. */
  #visibleAt(nowMs: number, delaySeconds: number): number {
    const dueMs = nowMs + delaySeconds * 1000;
    if (!this.fifo) return dueMs;
    this.#latestDelayMs = Math.max(dueMs, this.#latestDelayMs);
    return this.#latestDelayMs;
  }

  /** Refuses a message that was received too often, after moving it to the dead-letter queue. */
  #isDeliverable = (message: StoredMessage): boolean => {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return true;
    const deadLetterQueue = this.#ports.findQueue(redrive.deadLetterTargetArn);
    if (deadLetterQueue === undefined) return true;
    this.#discard(message);
    deadLetterQueue.adopt(message, this.arn);
    return false;
  };

  #deliver(message: StoredMessage, timeoutSeconds: number): Delivery {
    const nowMs = this.#ports.clock.now();
    if (message.receiveCount === 0 && message.receivedElsewhere === 0) message.firstReceivedAtMs = nowMs;
    message.lastReceivedAtMs = nowMs;
    message.receiveCount++;
    this.#setState(message, 'in-flight');
    this.#received.set(message.order, message);
    this.#hideUntil(message, nowMs + timeoutSeconds * 1000);
    const receiptHandle = encodeReceiptHandle(this.#uid, message);
    return { message, receiptHandle, receiveCount: message.receivedElsewhere + message.receiveCount };
  }

  #applyDeliveryFaults(message: StoredMessage): void {
    for (const fault of this.#ports.decideDelivery(this.name)) {
      if (fault.kind === 'early-redelivery') {
        this.#hideUntil(message, Math.min(message.dueMs, this.#ports.clock.now() + fault.afterMs));
      } else if (!this.fifo) {
        this.#duplicates.push(message);
        this.#scheduleWake();
      }
    }
  }

  /** Messages that a fault has delivered once more; those settled meanwhile are not. */
  #takeDuplicates(max: number): StoredMessage[] {
    const taken: StoredMessage[] = [];
    while (taken.length < max) {
      const message = this.#duplicates.shift();
      if (message === undefined) break;
      if (message.state === 'in-flight') taken.push(message);
    }
    return taken;
  }

  #find(receiptHandle: string): { message: StoredMessage | undefined; isCurrent: boolean } {
    const receipt = decodeReceiptHandle(this.#uid, receiptHandle);
    const message = this.#received.get(receipt.order);
    return { message, isCurrent: message?.receiveCount === receipt.receiveCount };
  }

  /** Catches up with the clock: what became visible, and what is too old to keep. */
  #advance(): void {
    const nowMs = this.#ports.clock.now();
    while (this.#due.earliestMs <= nowMs) {
      const dueMs = this.#due.earliestMs;
      const message = this.#due.pop()!;
      if (isHiddenUntil(message, dueMs)) this.#makeVisible(message);
    }
    const oldestSentMs = nowMs - this.settings.retentionSeconds * 1000;
    while (this.#bySendTime.earliestMs <= oldestSentMs) {
      const message = this.#bySendTime.pop()!;
      if (message.state !== 'gone') this.#discard(message);
    }
    this.#dropStaleEntries();
  }

  #dropStaleEntries(): void {
    const hidden = this.#tally['in-flight'] + this.#tally.delayed;
    if (this.#due.size > 2 * hidden + MIN_STALE_ENTRIES) this.#due.retain(isHiddenUntil);
    const live = hidden + this.#tally.ready;
    if (this.#bySendTime.size > 2 * live + MIN_STALE_ENTRIES) {
      this.#bySendTime.retain((message) => message.state !== 'gone');
    }
  }

  #hideUntil(message: StoredMessage, dueMs: number): void {
    message.dueMs = dueMs;
    this.#due.push(dueMs, message);
  }

  /** From delayed or in flight to ready. */
  #makeVisible(message: StoredMessage): void {
    if (message.state === 'in-flight') this.#ready.release(message);
    this.#show(message);
  }

  #show(message: StoredMessage): void {
    this.#setState(message, 'ready');
    this.#ready.add(message);
    this.#scheduleWake();
  }

  #discard(message: StoredMessage): void {
    const wasInFlight = message.state === 'in-flight';
    this.#setState(message, 'gone');
    this.#tally.gone--;
    this.#received.delete(message.order);
    if (!wasInFlight) return;
    this.#ready.release(message);
    this.#scheduleWake(); // a FIFO group may have opened, and there is room below the in-flight limit
  }

  #setState(message: StoredMessage, state: MessageState): void {
    this.#tally[message.state]--;
    this.#tally[state]++;
    message.state = state;
  }

  /** Serves the waiting polls after the current call, so that they share what a whole batch brought. */
  #scheduleWake(): void {
    if (this.#wakeScheduled || this.#polls.size === 0) return;
    this.#wakeScheduled = true;
    queueMicrotask(() => {
      this.#wakeScheduled = false;
      this.#polls.serve((request) => this.receive(request));
    });
  }

  /** While polls wait, keeps one timer on the earliest moment at which a message may become visible. */
  #arm(): void {
    const dueMs = this.#polls.size === 0 ? Number.POSITIVE_INFINITY : this.#due.earliestMs;
    if (dueMs === this.#armedForMs) return;
    this.#disarm();
    this.#armedForMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#disarm = this.#ports.clock.at(dueMs, () => {
      this.#armedForMs = Number.POSITIVE_INFINITY;
      this.#advance();
      this.#arm(); // the entry may have been stale
    });
  }
}

function extrasOf(draft: MessageDraft): MessageExtras | undefined {
  const { attributes, traceHeader, groupId, deduplicationId } = draft;
  if (!attributes && !traceHeader && !groupId && !deduplicationId) return undefined;
  return { attributes, traceHeader, groupId, deduplicationId };
}

function isHiddenUntil(message: StoredMessage, dueMs: number): boolean {
  return message.dueMs === dueMs && (message.state === 'in-flight' || message.state === 'delayed');
}
