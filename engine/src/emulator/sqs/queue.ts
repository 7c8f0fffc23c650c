import { randomUUID } from 'node:crypto';
import { Deque } from '../deque.ts';
import type { DeliveryFault } from '../faults.ts';
import type { EmulatorClock } from '../service.ts';
import { DeduplicationWindow } from './deduplication.ts';
import { invalidParameter, SqsError } from './errors.ts';
import { FifoReady } from './fifo-ready.ts';
import type { Delivery, MessageDraft, MessageExtras, StoredMessage } from './message.ts';
import { sequenceNumberOf } from './message.ts';
import { contentDeduplicationId, md5OfText } from './message-digest.ts';
import type { QueueCounts } from './message-store.ts';
import { MessageStore } from './message-store.ts';
import type { ReceiveRequest } from './polls.ts';
import { WaitingPolls } from './polls.ts';
import type { QueueSettings } from './queue-settings.ts';
import { decodeReceiptHandle, encodeReceiptHandle } from './receipt-handle.ts';
import { StandardReady } from './standard-ready.ts';

/** The longest a message can be hidden after a receive, however often its visibility is changed. */
const MAX_VISIBILITY_SECONDS = 43_200;

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

/** One queue, standard or FIFO, without HTTP. Every operation first catches up with the clock. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  settings: QueueSettings;
  /** In receipt handles, so that those of a deleted queue do not fit its successor. */
  readonly #uid = randomUUID().slice(0, 8);
  readonly #inFlightLimit: number;
  readonly #ports: QueuePorts;
  readonly #store: MessageStore;
  readonly #polls: WaitingPolls;
  readonly #deduplication = new DeduplicationWindow();
  /** In-flight messages that a fault delivers once more. */
  readonly #duplicates = new Deque<StoredMessage>();
  #nextOrder = 0;
  #latestVisibleMs = 0;

  constructor(options: QueueOptions) {
    const { clock } = options.ports;
    this.name = options.name;
    this.arn = options.arn;
    this.fifo = options.fifo;
    this.settings = options.settings;
    this.#inFlightLimit = options.inFlightLimit;
    this.#ports = options.ports;
    const ready = options.fifo ? new FifoReady() : new StandardReady();
    this.#store = new MessageStore({ clock, ready, onChange: () => this.#polls.wake() });
    this.#polls = new WaitingPolls({
      clock,
      receive: (request) => this.receive(request),
      nextVisibleMs: () => this.#store.nextVisibleMs,
    });
  }

  /** Stores a message; a FIFO duplicate is answered like its first and not stored. */
  send(draft: MessageDraft): SentMessage {
    this.#advance();
    const bodyMd5 = md5OfText(draft.body);
    if (!this.fifo) {
      const { id } = this.#insert({ ...draft, bodyMd5, extras: extrasOf(draft) });
      return { id, bodyMd5, sequenceNumber: undefined };
    }
    const nowMs = this.#ports.clock.now();
    const deduplicationId = draft.deduplicationId ?? contentDeduplicationId(draft.body);
    const scope = this.settings.deduplicationScope === 'messageGroup' ? `${draft.groupId} ` : '';
    const key = scope + deduplicationId;
    let first = this.#deduplication.find(key, nowMs);
    if (first === undefined) {
      const { id, order } = this.#insert({ ...draft, bodyMd5, extras: { ...extrasOf(draft), deduplicationId } });
      first = { id, order };
      this.#deduplication.remember(key, first, nowMs);
    }
    return { id: first.id, bodyMd5, sequenceNumber: sequenceNumberOf(first.order) };
  }

  /** Up to `max` messages, at once. */
  receive(request: ReceiveRequest): Delivery[] {
    this.#advance();
    const timeoutSeconds = request.visibilityTimeoutSeconds ?? this.settings.visibilityTimeoutSeconds;
    const deliveries = this.#takeDuplicates(request.max).map((message) => this.#deliver(message, timeoutSeconds));
    const room = Math.min(request.max - deliveries.length, this.#inFlightLimit - this.#store.counts.inFlight);
    for (const message of this.#store.take(room, this.#isDeliverable)) {
      deliveries.push(this.#deliver(message, timeoutSeconds));
      this.#applyDeliveryFaults(message);
    }
    this.#polls.arm();
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
    if (waitMs > 0) return this.#polls.wait(request, waitMs, signal);
    if (!this.fifo && this.#store.counts.inFlight >= this.#inFlightLimit) {
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
    if (isCurrent) this.#store.discard(message);
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
    if (seconds === 0) this.#store.reveal(message);
    else this.#store.hideUntil(message, nowMs + seconds * 1000);
    this.#polls.arm();
  }

  counts(): QueueCounts {
    this.#advance();
    return this.#store.counts;
  }

  /** When the oldest message that is still there was sent, whatever its state; undefined where there is none. */
  oldestSentAtMs(): number | undefined {
    this.#advance();
    return this.#store.oldestSentAtMs;
  }

  /** Forgets all messages in whatever state; deduplication ids are remembered on. */
  purge(): void {
    this.#store.discardAll();
    this.#duplicates.clear();
  }

  /** Ends the visibility timeout of everything in flight; says how many that were. */
  expireInFlight(): number {
    this.#advance();
    const inFlight = this.#store.listInFlight();
    for (const message of inFlight) this.#store.reveal(message);
    return inFlight.length;
  }

  /** Takes a message from a queue it was received from too often; it keeps its id, and on standard queues its age. */
  adopt(message: StoredMessage, sourceArn: string | undefined): void {
    this.#advance();
    const { body, bodyMd5 } = message;
    const extras = { ...message.extras, deadLetterSourceArn: sourceArn };
    this.#insert({ body, bodyMd5, extras, delaySeconds: 0, moved: message });
  }

  /** Takes a message moved by a move task: it starts anew, with another id. */
  readmit(message: StoredMessage): void {
    this.#advance();
    const { body, bodyMd5 } = message;
    this.#insert({ body, bodyMd5, extras: { ...message.extras, deadLetterSourceArn: undefined }, delaySeconds: 0 });
  }

  /** Takes the next visible message out for good, without a receive. */
  extract(): StoredMessage | undefined {
    this.#advance();
    return this.#store.extract();
  }

  /** Answers all waiting polls with nothing; to be called when the queue goes. */
  close(): void {
    this.#polls.endAll();
  }

  #advance(): void {
    this.#store.advance(this.settings.retentionSeconds);
  }

  #insert(message: {
    body: string;
    bodyMd5: string;
    extras: MessageExtras | undefined;
    delaySeconds?: number | undefined;
    moved?: StoredMessage;
  }): StoredMessage {
    const { body, bodyMd5, extras, moved } = message;
    const nowMs = this.#ports.clock.now();
    const stored: StoredMessage = {
      id: moved?.id ?? randomUUID(),
      body,
      bodyMd5,
      extras,
      sentAtMs: moved !== undefined && !this.fifo ? moved.sentAtMs : nowMs,
      order: this.#nextOrder++,
      receivedElsewhere: moved === undefined ? 0 : moved.receivedElsewhere + moved.receiveCount,
      state: 'delayed',
      dueMs: this.#visibleAt(nowMs, message.delaySeconds ?? this.settings.delaySeconds),
      receiveCount: 0,
      firstReceivedAtMs: moved?.firstReceivedAtMs ?? 0,
      lastReceivedAtMs: 0,
    };
    this.#store.insert(stored);
    this.#polls.arm();
    return stored;
  }

  /** A FIFO queue whose delay was shortened still shows its messages in order: none before an earlier one. */
  #visibleAt(nowMs: number, delaySeconds: number): number {
    const dueMs = nowMs + delaySeconds * 1000;
    if (!this.fifo) return dueMs;
    this.#latestVisibleMs = Math.max(dueMs, this.#latestVisibleMs);
    return this.#latestVisibleMs;
  }

  /** Refuses a message that was received too often, after moving it to the dead-letter queue. */
  #isDeliverable = (message: StoredMessage): boolean => {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return true;
    const deadLetterQueue = this.#ports.findQueue(redrive.deadLetterTargetArn);
    if (deadLetterQueue === undefined) return true;
    this.#store.discard(message);
    deadLetterQueue.adopt(message, this.arn);
    return false;
  };

  #deliver(message: StoredMessage, timeoutSeconds: number): Delivery {
    const nowMs = this.#ports.clock.now();
    if (message.receiveCount === 0 && message.receivedElsewhere === 0) message.firstReceivedAtMs = nowMs;
    message.lastReceivedAtMs = nowMs;
    message.receiveCount++;
    this.#store.hideUntil(message, nowMs + timeoutSeconds * 1000);
    const receiptHandle = encodeReceiptHandle(this.#uid, message);
    return { message, receiptHandle, receiveCount: message.receivedElsewhere + message.receiveCount };
  }

  #applyDeliveryFaults(message: StoredMessage): void {
    for (const fault of this.#ports.decideDelivery(this.name)) {
      if (fault.kind === 'early-redelivery') {
        this.#store.hideUntil(message, Math.min(message.dueMs, this.#ports.clock.now() + fault.afterMs));
      } else if (!this.fifo) {
        this.#duplicates.push(message);
        this.#polls.wake();
      }
    }
  }

  /** Messages that a fault delivers once more; those settled meanwhile are not. */
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
    const message = this.#store.findReceived(receipt.order);
    return { message, isCurrent: message?.receiveCount === receipt.receiveCount };
  }
}

function extrasOf(draft: MessageDraft): MessageExtras | undefined {
  const { attributes, traceHeader, groupId, deduplicationId } = draft;
  if (!attributes && !traceHeader && !groupId && !deduplicationId) return undefined;
  return { attributes, traceHeader, groupId, deduplicationId };
}
