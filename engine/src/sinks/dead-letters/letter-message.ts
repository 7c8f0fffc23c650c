import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { DeadLetter } from '../../core/delivery.ts';
import type { LetterOrigin } from './letter-line.ts';

/** A message and a batch of them may have 1 MiB, attributes included, from the SQS quotas of 2025. */
export const MAX_MESSAGE_BYTES = 2 ** 20;
/** Room for ids and the framing of the batch, whose counting AWS does not document to the byte. */
const RESERVED_BYTES = 8 * 2 ** 10;
const MAX_VALUE_BYTES = 4 * 2 ** 10;
const MAX_DETAIL_BYTES = 64 * 2 ** 10;
/** Base64 in pieces of whole quanta, so that each decodes by itself. */
const BASE64_QUANTUM = 4;
/** What SQS takes in a body or attribute, from its API reference: XML 1.0 characters. */
const NOT_ALLOWED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

export interface LetterMessage {
  readonly body: string;
  /** At most ten, the limit of SQS; none empty. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  /** Equal for equal letters: the deduplication id in a FIFO queue, and the id of the delivery as group. */
  readonly deduplicationId: string;
  readonly groupId: string;
}

/**
 * A letter as messages. The body is the original record, so that a redrive is a plain move back to the source queue. Bytes that SQS
 * does not take, or that are too many, go as gzip in base64, which the source recognises; if that is still too much, in several
 * messages numbered by the attribute `part`, whose bodies put together are the original's. Nothing is ever cut off.
 */
export function letterMessages(letter: DeadLetter, origin: LetterOrigin, timeMs: number): LetterMessage[] {
  const attributes = attributesOf(letter, origin, timeMs);
  const text = plainText(letter.original);
  const roomBytes = MAX_MESSAGE_BYTES - RESERVED_BYTES - sizeOf(attributes);
  if (text !== undefined && Buffer.byteLength(text) <= roomBytes) return [message(letter, text, attributes)];

  const packed = gzipSync(letter.original).toString('base64');
  const packedAttributes = { ...attributes, encoding: 'gzip+base64' };
  if (packed.length <= roomBytes) return [message(letter, packed, packedAttributes)];

  const pieceLength = roomBytes - (roomBytes % BASE64_QUANTUM);
  const count = Math.ceil(packed.length / pieceLength);
  return Array.from({ length: count }, (_, i) => {
    const piece = packed.slice(i * pieceLength, (i + 1) * pieceLength);
    return message(letter, piece, { ...packedAttributes, part: `${i + 1}/${count}` });
  });
}

function message(letter: DeadLetter, body: string, attributes: Readonly<Record<string, string>>): LetterMessage {
  const identity = [letter.deliveryId, letter.record, letter.offset, attributes.part ?? ''].join('\n');
  return {
    body,
    attributes,
    sizeBytes: Buffer.byteLength(body) + sizeOf(attributes),
    deduplicationId: hash('sha256', identity),
    groupId: hash('sha256', letter.deliveryId), // ids of other sources may have characters that SQS does not take
  };
}

/** Eight here; `encoding` and `part` make ten. What has no attribute of its own is in `detail`, as JSON. */
function attributesOf(letter: DeadLetter, origin: LetterOrigin, timeMs: number): Record<string, string> {
  const { reason, stage, message, field, stack, deliveryId, record, offset, receiveCount, attributes } = letter;
  const { pipeline, version, runId } = origin;
  const facts = { record, offset, receiveCount, version, runId };
  const detail = firstThatFits([{ ...facts, stack, attributes }, { ...facts, stack: stack?.slice(0, 4_000) }, facts]);
  const time = new Date(timeMs).toISOString();
  const all = { reason, stage, message, field, deliveryId, pipeline, time, detail };
  const present = Object.entries(all).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const limit = name === 'detail' ? MAX_DETAIL_BYTES : MAX_VALUE_BYTES;
    return [[name, value.slice(0, limit).replace(NOT_ALLOWED, '\uFFFD')]];
  });
  return Object.fromEntries(present);
}

/** JSON of the first candidate that an attribute takes; a smaller one rather than one cut in the middle. */
function firstThatFits(candidates: readonly object[]): string {
  const texts = candidates.map((candidate) => JSON.stringify(candidate));
  return texts.find((text) => text.length <= MAX_DETAIL_BYTES) ?? texts.at(-1)!;
}

/** Undefined if SQS would not take the bytes as they are. */
export function plainText(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0 || !isUtf8(buffer)) return undefined;
  const text = buffer.toString();
  return text.search(NOT_ALLOWED) === -1 ? text : undefined;
}

/** As SQS counts: name, type and value of each. */
function sizeOf(attributes: Readonly<Record<string, string>>): number {
  const sizes = Object.entries(attributes).map(
    ([name, value]) => name.length + 'String'.length + Buffer.byteLength(value),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
