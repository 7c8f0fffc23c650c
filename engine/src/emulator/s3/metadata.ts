import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument, s3Error } from './errors.ts';
import type { Tag } from './object.ts';
import { childrenOf, textOf, type XmlElement, type XmlField } from './xml.ts';

/** Standard headers that a write sets and a read returns. */
const CONTENT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
] as const;

const ENCRYPTION = 'x-amz-server-side-encryption';
const ENCRYPTION_KEY = `${ENCRYPTION}-aws-kms-key-id`;
const ENCRYPTION_HEADERS = [ENCRYPTION, ENCRYPTION_KEY, `${ENCRYPTION}-bucket-key-enabled`, `${ENCRYPTION}-context`];
const ENCRYPTION_KINDS = ['AES256', 'aws:kms', 'aws:kms:dsse'];

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_USER_METADATA_BYTES = 2048;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = { object: 10, bucket: 50 } as const;
const MAX_TAG_KEY_CHARS = 128;
const MAX_TAG_VALUE_CHARS = 256;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The headers of a write that stay with the object: content, user metadata, storage class and encryption. */
export function parseMetadata(headers: IncomingHttpHeaders): Record<string, string> {
  return { ...parseContentHeaders(headers), ...parsePlacement(headers) };
}

/** What a copy takes over from its source unless told to replace it. */
export function parseContentHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of CONTENT_HEADERS) {
    const value = name === 'content-encoding' ? withoutChunked(headers[name]) : headers[name]?.toString();
    if (value) kept[name] = value;
  }
  let userBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-meta-') || value === undefined) continue;
    kept[name] = value.toString();
    userBytes += name.length - 'x-amz-meta-'.length + kept[name].length;
  }
  if (userBytes > MAX_USER_METADATA_BYTES) {
    throw s3Error('MetadataTooLarge', { fields: { Size: userBytes, MaxSizeAllowed: MAX_USER_METADATA_BYTES } });
  }
  return { 'content-type': 'binary/octet-stream', ...kept };
}

/** Storage class and encryption, which a copy never takes over. */
export function parsePlacement(headers: IncomingHttpHeaders): Record<string, string> {
  const storageClass = headers['x-amz-storage-class']?.toString() ?? 'STANDARD';
  if (!STORAGE_CLASSES.has(storageClass)) throw s3Error('InvalidStorageClass');
  if (headers[`${ENCRYPTION}-customer-algorithm`] !== undefined) {
    throw s3Error('NotImplemented', { message: 'Customer-provided encryption keys are not emulated.' });
  }
  const placement: Record<string, string> = { [ENCRYPTION]: 'AES256' };
  if (storageClass !== 'STANDARD') placement['x-amz-storage-class'] = storageClass;
  for (const name of ENCRYPTION_HEADERS) {
    const value = headers[name]?.toString();
    if (value !== undefined) placement[name] = value;
  }
  const kind = placement[ENCRYPTION]!;
  if (!ENCRYPTION_KINDS.includes(kind)) {
    throw invalidArgument('The encryption method specified is not supported', ENCRYPTION, kind);
  }
  return placement;
}

/** The part of an object's headers that answers to writes repeat. */
export function encryptionHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(ENCRYPTION)));
}

/** Whether the etag is something else than the MD5 of the bytes, as S3 has it for keys of KMS. */
export function hidesMd5(headers: Readonly<Record<string, string>>): boolean {
  return headers[ENCRYPTION]?.startsWith('aws:kms') ?? false;
}

/** The storage class that headers imply. */
export function storageClassOf(headers: Readonly<Record<string, string>>): string {
  return headers['x-amz-storage-class'] ?? 'STANDARD';
}

/** aws-chunked describes the transfer, not the object, and S3 removes it. */
function withoutChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part.toLowerCase() !== 'aws-chunked')
    .join(',');
}

/** Tags of the `x-amz-tagging` header: `a=1&b=2`. */
export function parseTagHeader(text: string | undefined): Tag[] {
  const tags = [...new URLSearchParams(text ?? '')].map(([key, value]) => ({ key, value }));
  return checkedTags(tags, 'object');
}

/** Tags of a `Tagging` document. */
export function parseTagDocument(document: XmlElement, owner: keyof typeof MAX_TAGS): Tag[] {
  const [set] = childrenOf(document, 'TagSet');
  if (document.name !== 'Tagging' || !set) throw s3Error('MalformedXML');
  return checkedTags(
    childrenOf(set, 'Tag').map((tag) => ({ key: textOf(tag, 'Key') ?? '', value: textOf(tag, 'Value') ?? '' })),
    owner,
  );
}

/** Tags as the content of a `Tagging` document. */
export function tagFields(tags: readonly Tag[]): XmlField[] {
  const fields = tags.map(
    ({ key, value }): XmlField => [
      'Tag',
      [
        ['Key', key],
        ['Value', value],
      ],
    ],
  );
  return [['TagSet', fields]];
}

function checkedTags(tags: Tag[], owner: keyof typeof MAX_TAGS): Tag[] {
  if (tags.length > MAX_TAGS[owner]) {
    throw s3Error('InvalidTag', { message: `There can be at most ${MAX_TAGS[owner]} tags on one ${owner}.` });
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw s3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' });
  }
  for (const { key, value } of tags) {
    if (key === '' || key.length > MAX_TAG_KEY_CHARS || !TAG_TEXT.test(key)) {
      throw s3Error('InvalidTag', { message: 'The TagKey you have provided is invalid', fields: { TagKey: key } });
    }
    if (value.length > MAX_TAG_VALUE_CHARS || !TAG_TEXT.test(value)) {
      throw s3Error('InvalidTag', {
        message: 'The TagValue you have provided is invalid',
        fields: { TagValue: value },
      });
    }
  }
  return tags;
}
