import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { header, type S3Call } from '../call.ts';
import { algorithmOf, type ChecksumAlgorithm, checksumHeader, createDigest } from '../checksums.ts';
import { commitObject, underConditions, versionHeader } from '../commit.ts';
import { checkCopySource } from '../conditions.ts';
import { invalidArgument, s3Error } from '../errors.ts';
import {
  encryptionHeaders,
  hidesMd5,
  parseContentHeaders,
  parsePlacement,
  parseTagHeader,
  storageClassOf,
} from '../metadata.ts';
import { etagOf } from '../multipart.ts';
import type { ObjectDraft, ObjectVersion } from '../object.ts';
import { type Payload, slicePayload } from '../payload.ts';
import { parseCopyRange } from '../range.ts';
import type { Handler, S3Runtime } from '../runtime.ts';
import { isoSecond } from '../time.ts';
import { decodeUri } from '../url-encoding.ts';
import type { XmlField } from '../xml.ts';
import { requireObject } from './reads.ts';

/** A copy's source as it was when the request came. */
export interface CopySource {
  object: ObjectVersion;
  isSelf: boolean;
  headers: Record<string, string>;
}

/** Finds the source of a copy and checks the conditions on it. */
export function copySource(runtime: S3Runtime, call: S3Call): CopySource {
  const { bucketName, key, versionId } = parseSource(header(call, 'x-amz-copy-source')!);
  const bucket = runtime.sourceBucket(call, bucketName);
  if (versionId !== undefined && bucket.version(key, versionId)?.kind === 'marker') {
    throw s3Error('InvalidRequest', {
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    });
  }
  const object = requireObject(bucket, key, versionId);
  checkCopySource(call.headers, object);
  const isSelf = bucketName === call.bucket && key === call.key && object === bucket.current(key);
  const id = versionHeader(bucket, object)['x-amz-version-id'];
  return { object, isSelf, headers: id === undefined ? {} : { 'x-amz-copy-source-version-id': id } };
}

/** `[/]bucket/key[?versionId=id]`, the key percent-encoded. */
function parseSource(text: string): { bucketName: string; key: string; versionId?: string } {
  const [path = '', versionId] = text.split('?versionId=');
  // Decoded before it is split: some clients encode the slash after the bucket too.
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeUri(path));
  if (!match) throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', text);
  return { bucketName: match[1]!, key: match[2]!, versionId };
}

export const copyObject: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  const source = copySource(runtime, call);
  const headers = copiedHeaders(call, source);
  return underConditions(bucket, call, async (write) => {
    const draft = await copiedDraft(call, source.object, headers);
    const version = await commitObject(runtime, call, { bucket, write, event: 'ObjectCreated:Copy' }, draft);
    return {
      status: 200,
      headers: { ...source.headers, ...encryptionHeaders(headers), ...versionHeader(bucket, version) },
      xml: {
        root: 'CopyObjectResult',
        value: [
          ...copyResult(version.etag, version.lastModifiedMs),
          [`Checksum${version.checksum.algorithm}`, version.checksum.value],
          ['ChecksumType', version.checksum.type],
        ],
      },
    };
  });
};

/** What copies of objects and of parts report alike. */
export function copyResult(etag: string, lastModifiedMs: number): XmlField[] {
  return [
    ['LastModified', isoSecond(lastModifiedMs)],
    ['ETag', `"${etag}"`],
  ];
}

function copiedHeaders(call: S3Call, { object, isSelf }: CopySource): Record<string, string> {
  const isReplacing = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
  const placement = parsePlacement(call.headers);
  const isRestored = storageClassOf(placement) === storageClassOf(object.headers);
  const isPlacedAnew = header(call, 'x-amz-storage-class') !== undefined && !isRestored;
  const isEncryptedAnew = header(call, 'x-amz-server-side-encryption') !== undefined;
  if (isSelf && !isReplacing && !isPlacedAnew && !isEncryptedAnew) {
    throw s3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  const content = isReplacing ? parseContentHeaders(call.headers) : withoutPlacement(object.headers);
  return { ...content, ...placement };
}

function withoutPlacement(headers: Readonly<Record<string, string>>): Record<string, string> {
  const isPlacement = (name: string) =>
    name.startsWith('x-amz-server-side-encryption') || name === 'x-amz-storage-class';
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isPlacement(name)));
}

async function copiedDraft(call: S3Call, source: ObjectVersion, headers: Record<string, string>): Promise<ObjectDraft> {
  const tags =
    directive(call, 'x-amz-tagging-directive') === 'REPLACE'
      ? parseTagHeader(header(call, 'x-amz-tagging'))
      : source.tags;
  const algorithm = wantedAlgorithm(call) ?? source.checksum.algorithm;
  const draft = { payload: source.payload, headers, tags };
  const isPlainMd5 = source.partSizes === undefined && !hidesMd5(source.headers) && !hidesMd5(headers);
  if (isPlainMd5 && algorithm === source.checksum.algorithm && source.checksum.type === 'FULL_OBJECT') {
    return { ...draft, etag: source.etag, checksum: source.checksum };
  }
  const { md5, raw } = await hashPayload(source.payload, algorithm);
  const checksum = { algorithm, type: 'FULL_OBJECT', value: raw.toString('base64') } as const;
  return { ...draft, etag: etagOf(md5, headers), checksum };
}

function wantedAlgorithm(call: S3Call): ChecksumAlgorithm | undefined {
  const name = header(call, 'x-amz-checksum-algorithm');
  return name === undefined ? undefined : algorithmOf(name);
}

function directive(call: S3Call, name: string): 'COPY' | 'REPLACE' {
  const value = header(call, name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument('Unknown directive.', name, value);
  return value;
}

/** Hashes in steps, so that a large copy does not hold up every other request. */
export async function hashPayload(
  payload: Payload,
  algorithm: ChecksumAlgorithm,
): Promise<{ md5: Buffer; raw: Buffer }> {
  const md5 = createHash('md5');
  const digest = createDigest(algorithm);
  for (const block of payload.blocks) {
    md5.update(block);
    digest.update(block);
    await setImmediate();
  }
  return { md5: md5.digest(), raw: digest.digest() };
}

/** The bytes an UploadPartCopy takes, sharing the source's blocks. */
export function copiedBytes(call: S3Call, { payload }: ObjectVersion): Payload {
  const text = header(call, 'x-amz-copy-source-range');
  if (text === undefined) return payload;
  const { start, end } = parseCopyRange(text, payload.sizeBytes);
  return { blocks: [...slicePayload(payload, start, end)], sizeBytes: end - start };
}

/** `x-amz-checksum-…` of an answer, for those that carry one. */
export function checksumAnswer(algorithm: ChecksumAlgorithm, raw: Buffer): Record<string, string> {
  return { [checksumHeader(algorithm)]: raw.toString('base64') };
}
