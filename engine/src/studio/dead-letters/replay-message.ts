import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { MessageAttributeValue, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { MAX_MESSAGE_BYTES, plainText } from '../../sinks/dead-letters/letter-message.ts';
import { letterId, type StoredLetter } from './stored-letter.ts';

/** Room for ids and framing in a batch, as for dead letters. */
const RESERVED_BYTES = 8 * 2 ** 10;
/** Message attributes, from the SQS developer guide. */
const MAX_ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)[\w-]+(?:\.[\w-]+)*$/i;
/** Attributes that SQS itself gives a message; a letter has them among the delivery's own. */
const SYSTEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  'SentTimestamp',
  'MessageGroupId',
  'MessageDeduplicationId',
  'SequenceNumber',
]);

export interface ReplayMessage {
  readonly letter: StoredLetter;
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  readonly sizeBytes: number;
}

/**
 * The message that brings a letter's record back: its bytes with the attributes it came with. Bytes that SQS does not take go as gzip
 * in base64, which the source recognises. A text says why there can be none.
 */
export function replayMessage(letter: StoredLetter, fifo: boolean): ReplayMessage | string {
  if (letter.part !== undefined) return `the letter is part ${letter.part} of a record that no single message can hold`;
  const text = plainText(letter.original);
  const fits = text !== undefined && Buffer.byteLength(text) <= MAX_MESSAGE_BYTES - RESERVED_BYTES;
  const body = fits ? text : gzipSync(letter.original).toString('base64');
  const attributes = attributesOf(letter);
  const sizeBytes = Buffer.byteLength(body) + sizeOf(attributes);
  if (sizeBytes > MAX_MESSAGE_BYTES - RESERVED_BYTES) {
    return `a message must be at most 1 MiB, the record has ${letter.original.byteLength} bytes`;
  }
  const entry = { MessageBody: body, MessageAttributes: attributes, ...(fifo ? orderOf(letter) : tenantOf(letter)) };
  return { letter, entry, sizeBytes };
}

function orderOf(letter: StoredLetter): Pick<ReplayMessage['entry'], 'MessageGroupId' | 'MessageDeduplicationId'> {
  return {
    MessageGroupId: letter.attributes.MessageGroupId ?? hash('sha256', letter.deliveryId),
    // Equal for the same letter: FIFO queues drop a second copy within five minutes.
    MessageDeduplicationId: hash('sha256', `replay/${letterId(letter)}`),
  };
}

/** In a standard queue a group orders nothing, but says whose message it is: SQS is fair among them. */
function tenantOf({ attributes: { MessageGroupId } }: StoredLetter): Pick<ReplayMessage['entry'], 'MessageGroupId'> {
  return MessageGroupId === undefined ? {} : { MessageGroupId };
}

/** At most ten messages and 1 MiB a call, in order. */
export function batched(messages: readonly ReplayMessage[]): ReplayMessage[][] {
  const batches: ReplayMessage[][] = [];
  let sizeBytes = 0;
  for (const message of messages) {
    const last = batches.at(-1);
    const fits =
      last !== undefined && last.length < 10 && sizeBytes + message.sizeBytes <= MAX_MESSAGE_BYTES - RESERVED_BYTES;
    if (fits) last.push(message);
    else batches.push([message]);
    sizeBytes = fits ? sizeBytes + message.sizeBytes : message.sizeBytes;
  }
  return batches;
}

function attributesOf(letter: StoredLetter): Record<string, MessageAttributeValue> {
  if (letter.typedAttributes !== undefined) return { ...letter.typedAttributes };
  const own = Object.entries(letter.attributes).filter(
    ([name, value]) => !SYSTEM_ATTRIBUTES.has(name) && ATTRIBUTE_NAME.test(name) && value !== '',
  );
  const values = own
    .slice(0, MAX_ATTRIBUTES)
    .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
  return Object.fromEntries(values);
}

/** As SQS counts: name, type and value of each. */
function sizeOf(attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  const sizes = Object.entries(attributes).map(
    ([name, { DataType = '', StringValue = '', BinaryValue }]) =>
      name.length + DataType.length + Buffer.byteLength(StringValue) + (BinaryValue?.byteLength ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
