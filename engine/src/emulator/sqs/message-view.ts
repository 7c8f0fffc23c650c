import type { Delivery, MessageAttributes } from './message.ts';
import { sequenceNumberOf } from './message.ts';
import { selectAttributes } from './message-attributes.ts';
import { md5OfAttributes } from './message-digest.ts';

/** The user that all messages of the emulator come from. */
const SENDER_ID = 'AIDAEMULATEDSENDER000';

/** What a receive wants to see beside the body. */
export interface ViewRequest {
  systemAttributes: readonly string[];
  attributes: readonly string[];
}

/** A message as ReceiveMessage answers it; JSON leaves out what is undefined. */
export interface MessageView {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string> | undefined;
  MessageAttributes: MessageAttributes | undefined;
  MD5OfMessageAttributes: string | undefined;
}

/** Shows one delivery. The digest of attributes covers those that are shown, as SDKs check it against them. */
export function viewOf(delivery: Delivery, request: ViewRequest, fifo: boolean): MessageView {
  const { message, receiptHandle } = delivery;
  const attributes = selectAttributes(message.extras?.attributes, request.attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: message.bodyMd5,
    Attributes: selectSystemAttributes(delivery, request.systemAttributes, fifo),
    MessageAttributes: attributes,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

function selectSystemAttributes(
  delivery: Delivery,
  names: readonly string[],
  fifo: boolean,
): MessageView['Attributes'] {
  if (names.length === 0) return undefined;
  const all = systemAttributes(delivery, fifo);
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && (names.includes('All') || names.includes(name))) shown[name] = value;
  }
  return shown;
}

function systemAttributes({ message, receiveCount }: Delivery, fifo: boolean): Record<string, string | undefined> {
  const { extras } = message;
  return {
    SenderId: SENDER_ID,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    AWSTraceHeader: extras?.traceHeader,
    DeadLetterQueueSourceArn: extras?.deadLetterSourceArn,
    MessageGroupId: extras?.groupId,
    MessageDeduplicationId: extras?.deduplicationId,
    SequenceNumber: fifo ? sequenceNumberOf(message.order) : undefined,
  };
}
