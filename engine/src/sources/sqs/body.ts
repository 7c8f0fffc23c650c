import { gunzipSync } from 'node:zlib';
import type { S3Location } from '../../aws/s3-uri.ts';
import { ParquetryError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import { notOnlyZeros } from '../lines/gunzip.ts';

/** A body may inflate to this much, and an offloaded payload be this large: bombs must not take the process with them. */
export const MAX_BODY_BYTES = 256 * 2 ** 20;
/** SNS in SQS, a pointer in it, gzip in that, and one to spare. */
const MAX_LAYERS = 4;
/** Envelopes are messages of SQS: 1 MiB at most since 2025, and then some for the JSON escapes of what was inflated. */
const MAX_ENVELOPE_BYTES = 4 * 2 ** 20;

/** Class names that Amazon's Extended Client libraries write before a pointer: today's, and that of 1.x. */
const POINTER_CLASSES: ReadonlySet<unknown> = new Set([
  'software.amazon.payloadoffloading.PayloadS3Pointer',
  'com.amazon.sqs.javamessaging.MessageS3Pointer',
]);

/** Plain bucket names only: a forged pointer cannot smuggle in an ARN or a path. */
const BUCKET_NAME = /^[\w.-]{3,255}$/;

/** The outermost wrapping of a body. */
export type Layer =
  | { readonly kind: 'plain' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'gzip-base64' }
  | { readonly kind: 'sns'; readonly message: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: 'pointer'; readonly at: S3Location };

export interface UnwrappedBody {
  readonly bytes: Uint8Array;
  /** Message attributes found in SNS envelopes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Gets an offloaded payload; rejects with a ParquetryError. */
export type FetchPayload = (at: S3Location) => Promise<Uint8Array>;

/**
 * Takes all wrappings off a body, in whatever order they come. Rejects with E_INTEGRITY for a broken one, E_RECORD for one too
 * large or too deep, and with whatever `fetchPayload` rejects with.
 */
export async function unwrapBody(body: Uint8Array, fetchPayload: FetchPayload): Promise<UnwrappedBody> {
  let bytes = body;
  let attributes: Record<string, string> = {};
  for (let depth = 0; depth <= MAX_LAYERS; depth++) {
    const layer = recogniseLayer(bytes);
    if (layer.kind === 'plain') return { bytes, attributes };
    if (layer.kind === 'pointer') bytes = await fetchPayload(layer.at);
    else if (layer.kind === 'gzip') bytes = inflate(bytes);
    else if (layer.kind === 'gzip-base64') bytes = inflate(fromBase64(bytes));
    else {
      bytes = Buffer.from(layer.message);
      attributes = { ...attributes, ...layer.attributes };
    }
  }
  throw new ParquetryError('E_RECORD', `a body must have at most ${MAX_LAYERS} wrappings, got more`);
}

/** Looks at a few bytes first, so that a plain body, by far the most frequent, costs next to nothing. */
export function recogniseLayer(bytes: Uint8Array): Layer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(buffer, 'H4sI')) return { kind: 'gzip-base64' };
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) return { kind: 'gzip' };
  if (buffer.length > MAX_ENVELOPE_BYTES) return { kind: 'plain' };
  const first = firstVisible(buffer);
  if (first === 0x5b && buffer.includes('S3Pointer"')) return pointerIn(buffer) ?? { kind: 'plain' };
  if (first === 0x7b && buffer.includes('"Notification"')) return notificationIn(buffer) ?? { kind: 'plain' };
  return { kind: 'plain' };
}

/** `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]` */
function pointerIn(buffer: Buffer): Layer | undefined {
  const value = parseJson(buffer);
  if (!Array.isArray(value) || value.length !== 2 || !POINTER_CLASSES.has(value[0])) return undefined;
  const { s3BucketName: bucket, s3Key: key } = asRecord(value[1]);
  if (typeof bucket !== 'string' || typeof key !== 'string' || key === '' || !BUCKET_NAME.test(bucket)) {
    const got = JSON.stringify(value[1]).slice(0, 200);
    throw new ParquetryError('E_INTEGRITY', `an S3 pointer must name a bucket and a key, got ${got}`, {
      hint: 'The producer offloads large bodies to S3 in a form that is not known here.',
    });
  }
  return { kind: 'pointer', at: { bucket, key } };
}

/** `{"Type":"Notification","TopicArn":"arn:…","Message":"…","MessageAttributes":{"name":{"Type":"String","Value":"…"}}}` */
function notificationIn(buffer: Buffer): Layer | undefined {
  const envelope = asRecord(parseJson(buffer));
  const { Type, TopicArn, Message, MessageAttributes } = envelope;
  if (Type !== 'Notification' || typeof TopicArn !== 'string' || typeof Message !== 'string') return undefined;
  const attributes = Object.entries(asRecord(MessageAttributes)).map(([name, attribute]) => [
    name,
    String(asRecord(attribute).Value ?? ''),
  ]);
  return { kind: 'sns', message: Message, attributes: Object.fromEntries(attributes) };
}

function inflate(bytes: Uint8Array): Uint8Array {
  const { buffer, engine } = gunzipped(bytes);
  const used = engine.bytesWritten;
  const more = bytes.subarray(used).findIndex((byte) => byte !== 0);
  if (more >= 0) throw notOnlyZeros('a gzip body', used, used + more);
  return buffer;
}

/** With `info` the types do not know that the answer says how much was used: zlib ends at the first zero behind a member. */
interface Gunzipped {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function gunzipped(bytes: Uint8Array): Gunzipped {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES, info: true }) as unknown as Gunzipped;
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ParquetryError('E_RECORD', `a body must inflate to at most ${formatBytes(MAX_BODY_BYTES)}, got more`, {
        cause,
      });
    }
    throw new ParquetryError('E_INTEGRITY', 'a gzip body must be whole, got one that cannot be inflated', { cause });
  }
}

/** Node skips what is not base64; a body that has such bytes is broken, and says so. */
function fromBase64(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const stripped = text.replace(/\s+/g, '');
  const decoded = Buffer.from(stripped, 'base64');
  const expected = Math.floor((stripped.replace(/=+$/, '').length * 3) / 4);
  if (decoded.length === expected) return decoded;
  throw new ParquetryError('E_INTEGRITY', 'a gzip body in base64 must have base64 characters only, got others');
}

function startsWith(buffer: Buffer, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (buffer[i] !== text.charCodeAt(i)) return false;
  return true;
}

function firstVisible(buffer: Buffer): number | undefined {
  return buffer.find((byte) => byte > 0x20);
}

function parseJson(buffer: Buffer): unknown {
  try {
    return JSON.parse(buffer.toString());
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
