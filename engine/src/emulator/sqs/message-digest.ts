import { createHash, hash } from 'node:crypto';
import type { MessageAttribute, MessageAttributes } from './message.ts';

/** How SQS marks the two kinds of value in what it digests. */
const STRING_VALUE = Buffer.from([1]);
const BINARY_VALUE = Buffer.from([2]);

/** MD5 of a body, in hex. */
export function md5OfText(text: string): string {
  return hash('md5', text, 'hex');
}

/** The deduplication id that a FIFO queue derives from a body. */
export function contentDeduplicationId(body: string): string {
  return hash('sha256', body, 'hex');
}

/**
 * MD5 of attributes, in hex; undefined when there are none. What is digested, for each attribute by rising name:
 * ```
 * length(4, big endian) name | length(4) data type | 1 or 2 (string or binary) | length(4) value
 * ```
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (attributes === undefined || names.length === 0) return undefined;
  const digest = createHash('md5');
  const update = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name]!;
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    digest.update(attribute.BinaryValue === undefined ? STRING_VALUE : BINARY_VALUE);
    update(valueBytes(attribute));
  }
  return digest.digest('hex');
}

/** MD5OfMessageSystemAttributes: the trace header is the only one that can be sent. */
export function md5OfTraceHeader(traceHeader: string | undefined): string | undefined {
  if (traceHeader === undefined) return undefined;
  return md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });
}

/** The value of an attribute as bytes. */
export function valueBytes(attribute: MessageAttribute): Buffer {
  if (attribute.BinaryValue !== undefined) return Buffer.from(attribute.BinaryValue, 'base64');
  return Buffer.from(attribute.StringValue ?? '');
}
