/** A message attribute as it travels; exactly one of the values is set. Binary values stay base64 text. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** What a sender asks for, already checked. */
export interface MessageDraft {
  body: string;
  /** The queue's own delay when absent. */
  delaySeconds?: number;
  attributes?: MessageAttributes;
  traceHeader?: string;
  groupId?: string;
  deduplicationId?: string;
}

/**
 * - `delayed`: sent, not yet to be seen
 * - `ready`: visible, waits for a receive
 * - `in-flight`: received, hidden until its visibility timeout ends
 * - `gone`: deleted, expired or moved; stays in heaps and rings until it surfaces there
 */
export type MessageState = 'delayed' | 'ready' | 'in-flight' | 'gone';

/** What most messages do not have, apart, so that plain ones stay small. */
export interface MessageExtras {
  attributes?: MessageAttributes | undefined;
  traceHeader?: string | undefined;
  groupId?: string | undefined;
  deduplicationId?: string | undefined;
  deadLetterSourceArn?: string | undefined;
}

/** One message in one queue. A move to another queue makes a new one there. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly sentAtMs: number;
  readonly extras: MessageExtras | undefined;
  /** Counts up within the queue: the order of sending, and the message's key in receipt handles. */
  readonly order: number;
  /** Receives in queues it was moved here from; they count in ApproximateReceiveCount, not for this queue's redrive. */
  readonly receivedElsewhere: number;
  state: MessageState;
  /** When a delayed or in-flight message becomes visible; an entry of the time heap with another time is stale. */
  dueMs: number;
  /** Receives from this queue; also tells the current receipt handle from earlier ones. */
  receiveCount: number;
  firstReceivedAtMs: number;
  lastReceivedAtMs: number;
}

/** One message handed to one receive. The count is a copy, for the message may be received again before it is shown. */
export interface Delivery {
  message: StoredMessage;
  receiptHandle: string;
  receiveCount: number;
}

/** SQS numbers grow by large steps from a large base; 20 digits always, so that they also sort as text. */
const FIRST_SEQUENCE_NUMBER = 18_849_496_460_467_696_128n;
const SEQUENCE_STEP = 256n;

/** The SequenceNumber of the message with this `order` in a FIFO queue. */
export function sequenceNumberOf(order: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(order) * SEQUENCE_STEP);
}
