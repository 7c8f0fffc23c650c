import { hash } from 'node:crypto';
import type { Message, MessageAttributeValue, MessageSystemAttributeName } from '@aws-sdk/client-sqs';
import type { Delivery } from '../../core/delivery.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { type FetchPayload, type UnwrappedBody, unwrapBody } from './body.ts';

/** System attributes asked of SQS. Those that say something about the message, not about its way here, go to the transform. */
export const SYSTEM_ATTRIBUTES: MessageSystemAttributeName[] = [
  'ApproximateReceiveCount',
  'SentTimestamp',
  'MessageGroupId',
  'MessageDeduplicationId',
  'SequenceNumber',
];
const VISIBLE_SYSTEM_ATTRIBUTES = [
  'SentTimestamp',
  'MessageGroupId',
  'MessageDeduplicationId',
  'SequenceNumber',
] as const;

/** When a message was received, by this machine's clock. */
export type ReceiveTimes = Pick<Delivery, 'receivedAtMs' | 'leasedFromMs'>;

/**
 * A message as a delivery, its wrappings taken off. One that cannot be unwrapped becomes a delivery with a fault and its original
 * body. Rejects only where nothing is wrong with the message: S3 is not available, or the wait for it was cut off.
 */
export async function toDelivery(message: Message, times: ReceiveTimes, fetchPayload: FetchPayload): Promise<Delivery> {
  const body = Buffer.from(message.Body ?? '');
  const { bytes, attributes, fault } = await unwrap(body, message.MD5OfBody, fetchPayload);
  const system = message.Attributes ?? {};
  const sent = Number(system.SentTimestamp);
  return {
    id: message.MessageId ?? '',
    body: bytes,
    attributes: messageAttributes(message, attributes),
    receiveCount: Number(system.ApproximateReceiveCount ?? 1),
    ...times,
    sentAtMs: Number.isFinite(sent) ? sent : undefined,
    receipt: message.ReceiptHandle ?? '',
    fault,
  };
}

/** What the transform sees of a message as `ctx.attributes`, with those of an envelope that was in it. */
export function messageAttributes(
  { MessageAttributes, Attributes = {} }: Message,
  ofEnvelope: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...flatten(MessageAttributes), ...ofEnvelope, ...visible(Attributes) };
}

async function unwrap(
  body: Buffer,
  md5: string | undefined,
  fetchPayload: FetchPayload,
): Promise<UnwrappedBody & Pick<Delivery, 'fault'>> {
  try {
    verify(body, md5);
    return await unwrapBody(body, fetchPayload);
  } catch (thrown) {
    const error = asParquetryError(thrown);
    if (error.retryable || error.code === 'E_CANCELLED') throw error;
    return { bytes: body, attributes: {}, fault: { code: error.code, message: error.message } };
  }
}

function verify(body: Buffer, md5: string | undefined): void {
  if (md5 === undefined || hash('md5', body) === md5) return;
  throw new ParquetryError('E_INTEGRITY', 'a message body must have the MD5 that SQS states, got another');
}

/** Strings and numbers as they are, binary values as base64. */
function flatten(attributes: Readonly<Record<string, MessageAttributeValue>> = {}): Record<string, string> {
  const texts = Object.entries(attributes).map(([name, { StringValue, BinaryValue }]) => [
    name,
    StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64'),
  ]);
  return Object.fromEntries(texts);
}

function visible(system: Readonly<Partial<Record<string, string>>>): Record<string, string> {
  const present = VISIBLE_SYSTEM_ATTRIBUTES.flatMap((name) => {
    const value = system[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(present);
}
