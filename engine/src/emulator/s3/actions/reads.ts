import type { Bucket } from '../bucket.ts';
import { type Answer, header, type S3Call } from '../call.ts';
import { checksumHeader } from '../checksums.ts';
import { versionHeader } from '../commit.ts';
import { checkRead } from '../conditions.ts';
import { s3Error } from '../errors.ts';
import { storageClassOf } from '../metadata.ts';
import { parsePartNumber } from '../multipart.ts';
import type { ObjectVersion } from '../object.ts';
import { type ByteRange, parseRange, partRange } from '../range.ts';
import type { Handler } from '../runtime.ts';
import type { XmlField } from '../xml.ts';

/** Query parameters of a read (typically presigned) that replace headers of the answer. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** The version a request means. Throws `NoSuchKey`, `NoSuchVersion`, or for a delete marker what S3 answers there. */
export function requireObject(bucket: Bucket, key: string, versionId: string | null | undefined): ObjectVersion {
  const version = versionId ? bucket.version(key, versionId) : bucket.newest(key);
  if (version?.kind === 'object') return version;
  if (!version) {
    if (versionId) throw s3Error('NoSuchVersion', { fields: { Key: key, VersionId: versionId } });
    throw s3Error('NoSuchKey', { fields: { Key: key } });
  }
  const headers = { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version) };
  if (!versionId) throw s3Error('NoSuchKey', { fields: { Key: key }, headers });
  throw s3Error('MethodNotAllowed', {
    fields: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...headers, 'last-modified': new Date(version.lastModifiedMs).toUTCString() },
  });
}

/** HeadObject too: node leaves out the body of an answer to HEAD. */
export const getObject: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  const object = requireObject(bucket, call.key, call.query.get('versionId'));
  const identity = {
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModifiedMs).toUTCString(),
    ...versionHeader(bucket, object),
  };
  if (checkRead(call.headers, object) === 'not-modified') return { status: 304, headers: identity };
  const range = requestedRange(call, object);
  const { start, end } = range ?? { start: 0, end: object.payload.sizeBytes };
  const headers = {
    ...object.headers,
    ...overriddenHeaders(call),
    ...identity,
    ...(range
      ? { 'content-range': `bytes ${start}-${end - 1}/${object.payload.sizeBytes}` }
      : checksumHeaders(call, object)),
    ...(call.query.has('partNumber') && object.partSizes && { 'x-amz-mp-parts-count': object.partSizes.length }),
    ...(object.tags.length > 0 && { 'x-amz-tagging-count': object.tags.length }),
    'accept-ranges': 'bytes',
    'content-length': end - start,
  };
  return { status: range ? 206 : 200, headers, body: { payload: object.payload, start, end } };
};

function requestedRange(call: S3Call, object: ObjectVersion): ByteRange | undefined {
  const { sizeBytes } = object.payload;
  if (!call.query.has('partNumber')) return parseRange(header(call, 'range'), sizeBytes);
  const partNumber = parsePartNumber(call.query.get('partNumber'));
  const range = partRange(partNumber, object.partSizes ?? [], sizeBytes);
  // An empty object has no bytes to give a range of.
  return sizeBytes === 0 ? undefined : range;
}

function overriddenHeaders({ query }: S3Call): Record<string, string> {
  const pairs = OVERRIDES.map((name) => [name, query.get(`response-${name}`)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}

/** Only on demand and only for whole objects: a range has no stored checksum. */
function checksumHeaders(call: S3Call, { checksum }: ObjectVersion): Record<string, string> {
  if (header(call, 'x-amz-checksum-mode')?.toUpperCase() !== 'ENABLED') return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export const getObjectAttributes: Handler = (runtime, call): Answer => {
  const bucket = runtime.bucket(call);
  const object = requireObject(bucket, call.key, call.query.get('versionId'));
  const wanted = new Set((header(call, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim()));
  const { checksum } = object;
  const all: Record<string, XmlField[1]> = {
    ETag: object.etag,
    Checksum: [
      [`Checksum${checksum.algorithm}`, checksum.value],
      ['ChecksumType', checksum.type],
    ],
    ObjectParts: object.partSizes && [['PartsCount', object.partSizes.length]],
    StorageClass: storageClassOf(object.headers),
    ObjectSize: object.payload.sizeBytes,
  };
  const value = Object.entries(all).filter(([name]) => wanted.has(name));
  const lastModified = new Date(object.lastModifiedMs).toUTCString();
  return {
    status: 200,
    headers: { 'last-modified': lastModified, ...versionHeader(bucket, object) },
    xml: { root: 'GetObjectAttributesResponse', value },
  };
};
