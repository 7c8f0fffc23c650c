import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { ParquetryError } from '../../core/errors.ts';
import { messageAttributes } from '../../sources/sqs/message.ts';

/** A dead letter as it was found: what the engine wrote about a record, and the record's own bytes. */
export interface StoredLetter {
  /** Key, file or message that holds it; for people. */
  readonly place: string;
  /** 0-based line in a file of letters; 0 in a message. */
  readonly line: number;
  readonly original: Uint8Array;
  readonly reason: string;
  readonly message: string;
  readonly stage?: string;
  readonly field?: string;
  readonly stack?: string;
  /** Delivery and 0-based record that it came from. */
  readonly deliveryId: string;
  readonly record?: number;
  readonly receiveCount?: number;
  /** Attributes that the delivery came with. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The same with their types, where the letter is a message that SQS itself moved here. */
  readonly typedAttributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly pipeline?: string;
  readonly version?: string;
  readonly runId?: string;
  /** When it was written; undefined where nobody knows. */
  readonly timeMs?: number;
  /** ISO time of its replay. */
  readonly replayedAt?: string;
  /** Set when `original` is not all of it: `2/3` for the second of three messages. */
  readonly part?: string;
}

/** Reason of messages that SQS itself moved to a dead-letter queue: they were received too often and never deleted. */
export const MOVED_BY_SQS = 'max-receives';

/** A line of a letter file. E_INTEGRITY if it is none: such a file was not written by the engine. */
export function letterOfLine(text: string, place: string, line: number): StoredLetter {
  const parsed = parsedObject(text);
  if (parsed === undefined || parsed.original === undefined || typeof parsed.reason !== 'string') {
    throw new ParquetryError('E_INTEGRITY', `line ${line + 1} of ${place} must be a dead letter, got something else`, {
      hint: 'The place of dead letters must hold nothing but them.',
    });
  }
  return { ...factsOf(parsed), place, line, original: originalOf(parsed.original) };
}

/** A message of a queue of dead letters: one of the engine's own, or one that SQS moved there. */
export function letterOfMessage(message: Message, queue: string): StoredLetter {
  const attributes = message.MessageAttributes ?? {};
  const texts = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, value.StringValue ?? '']));
  const place = `message ${message.MessageId} of queue ${queue}`;
  const original = Buffer.from(message.Body ?? '');
  const isOurs = texts.reason !== undefined && texts.deliveryId !== undefined && texts.pipeline !== undefined;
  if (isOurs) {
    const detail = parsedObject(texts.detail ?? '') ?? {};
    return {
      ...factsOf({ ...detail, ...texts, attributes: detail.attributes }),
      place,
      line: 0,
      original,
      part: texts.part,
    };
  }
  const system = message.Attributes ?? {};
  const receiveCount = Number(system.ApproximateReceiveCount ?? 0);
  return {
    place,
    line: 0,
    original,
    reason: MOVED_BY_SQS,
    stage: 'receive',
    message: `received ${receiveCount} times and never deleted, so SQS moved it here`,
    deliveryId: message.MessageId ?? '',
    receiveCount,
    attributes: messageAttributes(message),
    typedAttributes: attributes,
    timeMs: Number(system.SentTimestamp) || undefined,
  };
}

/** Unique within a pipeline's letters, and equal whenever the same letter is read again. */
export function letterId({ deliveryId, record, place, line }: StoredLetter): string {
  return [deliveryId, record ?? '', place, line].join('/');
}

type Facts = Omit<StoredLetter, 'place' | 'line' | 'original'>;

function factsOf(letter: Readonly<Record<string, unknown>>): Facts {
  const text = (name: string) => (typeof letter[name] === 'string' ? letter[name] : undefined);
  const number = (name: string) => (typeof letter[name] === 'number' ? letter[name] : undefined);
  const { attributes } = letter;
  return {
    reason: text('reason') ?? 'unknown',
    message: text('message') ?? '',
    stage: text('stage'),
    field: text('field'),
    stack: text('stack'),
    deliveryId: text('deliveryId') ?? '',
    record: number('record'),
    receiveCount: number('receiveCount'),
    attributes: typeof attributes === 'object' && attributes !== null ? definedTexts({ ...attributes }) : {},
    pipeline: text('pipeline'),
    version: text('version'),
    runId: text('runId'),
    timeMs: Date.parse(text('time') ?? '') || undefined,
  };
}

function originalOf(original: unknown): Uint8Array {
  if (typeof original === 'string') return Buffer.from(original);
  const { base64 } = (original ?? {}) as { base64?: unknown };
  return Buffer.from(String(base64 ?? ''), 'base64');
}

function definedTexts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  return Object.fromEntries(texts);
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
