import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from './errors.ts';
import { decodeUri } from './url-encoding.ts';

/** Where a request points: the service (no bucket), a bucket (no key) or an object. */
export interface Address {
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** One line of the routing table: the first whose method, query marker and header are all there wins. */
interface Route {
  method: string;
  marker?: string;
  header?: string;
  action: string;
}

const SERVICE_ROUTES = [{ method: 'GET', action: 'ListBuckets' }] as const satisfies Route[];

const BUCKET_ROUTES = [
  { method: 'GET', marker: 'location', action: 'GetBucketLocation' },
  { method: 'GET', marker: 'versioning', action: 'GetBucketVersioning' },
  { method: 'PUT', marker: 'versioning', action: 'PutBucketVersioning' },
  { method: 'GET', marker: 'notification', action: 'GetBucketNotificationConfiguration' },
  { method: 'PUT', marker: 'notification', action: 'PutBucketNotificationConfiguration' },
  { method: 'GET', marker: 'tagging', action: 'GetBucketTagging' },
  { method: 'PUT', marker: 'tagging', action: 'PutBucketTagging' },
  { method: 'DELETE', marker: 'tagging', action: 'DeleteBucketTagging' },
  { method: 'GET', marker: 'versions', action: 'ListObjectVersions' },
  { method: 'GET', marker: 'uploads', action: 'ListMultipartUploads' },
  { method: 'POST', marker: 'delete', action: 'DeleteObjects' },
  { method: 'GET', marker: 'list-type', action: 'ListObjectsV2' },
  { method: 'GET', action: 'ListObjects' },
  { method: 'PUT', action: 'CreateBucket' },
  { method: 'HEAD', action: 'HeadBucket' },
  { method: 'DELETE', action: 'DeleteBucket' },
] as const satisfies Route[];

const OBJECT_ROUTES = [
  { method: 'GET', marker: 'tagging', action: 'GetObjectTagging' },
  { method: 'PUT', marker: 'tagging', action: 'PutObjectTagging' },
  { method: 'DELETE', marker: 'tagging', action: 'DeleteObjectTagging' },
  { method: 'GET', marker: 'attributes', action: 'GetObjectAttributes' },
  { method: 'POST', marker: 'uploads', action: 'CreateMultipartUpload' },
  { method: 'PUT', marker: 'uploadId', header: 'x-amz-copy-source', action: 'UploadPartCopy' },
  { method: 'PUT', marker: 'uploadId', action: 'UploadPart' },
  { method: 'POST', marker: 'uploadId', action: 'CompleteMultipartUpload' },
  { method: 'DELETE', marker: 'uploadId', action: 'AbortMultipartUpload' },
  { method: 'GET', marker: 'uploadId', action: 'ListParts' },
  { method: 'PUT', header: 'x-amz-copy-source', action: 'CopyObject' },
  { method: 'PUT', action: 'PutObject' },
  { method: 'GET', action: 'GetObject' },
  { method: 'HEAD', action: 'HeadObject' },
  { method: 'DELETE', action: 'DeleteObject' },
] as const satisfies Route[];

type RouteTable = typeof SERVICE_ROUTES | typeof BUCKET_ROUTES | typeof OBJECT_ROUTES;
/** The actions this emulator knows, by their names in AWS's API. */
export type S3Action = RouteTable[number]['action'];

/** Parts of S3 that are not emulated: answered with 501 rather than mistaken for a plain GET or PUT. */
const UNKNOWN_MARKERS = new Set(
  (
    'abac accelerate acl analytics cors encryption intelligent-tiering inventory legal-hold lifecycle logging ' +
    'metadataConfiguration metadataTable metrics object-lock ownershipControls policy policyStatus ' +
    'publicAccessBlock replication requestPayment restore retention select session torrent website'
  ).split(' '),
);

/** Longest key in UTF-8 bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/**
 * Splits a request target by hand: `new URL` would resolve the `..` and `//` that keys may hold. `hostBucket` is the
 * bucket of a virtual-host style request.
 */
export function parseTarget(target: string, hostBucket: string | undefined): Address {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  if (!path.startsWith('/')) throw s3Error('InvalidURI');
  if (hostBucket !== undefined) return { bucket: hostBucket, key: parseKey(path.slice(1)), query };
  const slash = path.indexOf('/', 1);
  const bucket = decodeUri(slash < 0 ? path.slice(1) : path.slice(1, slash));
  return { bucket, key: slash < 0 ? '' : parseKey(path.slice(slash + 1)), query };
}

function parseKey(encoded: string): string {
  const key = decodeUri(encoded);
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > MAX_KEY_BYTES) {
    throw s3Error('KeyTooLongError', { fields: { Size: sizeBytes, MaxSizeAllowed: MAX_KEY_BYTES } });
  }
  return key;
}

/** The bucket that a Host header names, by the suffixes given and AWS's own; undefined means path style. */
export function bucketOfHost(host: string | undefined, suffixes: readonly string[]): string | undefined {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  const aws = /^(.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$/.exec(name);
  if (aws) return aws[1];
  for (const suffix of [...suffixes, 's3.localhost', 'localhost']) {
    if (name === suffix) return undefined;
    if (name.endsWith(`.${suffix}`)) return name.slice(0, -suffix.length - 1);
  }
  return undefined;
}

/** Which action a request asks for. Throws `MethodNotAllowed` or `NotImplemented`. */
export function routeAction(method: string, address: Address, headers: IncomingHttpHeaders): S3Action {
  const { bucket, key, query } = address;
  for (const marker of query.keys()) {
    if (UNKNOWN_MARKERS.has(marker)) throw s3Error('NotImplemented', { message: `?${marker} is not emulated.` });
  }
  const table: readonly (Route & { action: S3Action })[] =
    bucket === '' ? SERVICE_ROUTES : key === '' ? BUCKET_ROUTES : OBJECT_ROUTES;
  const route = table.find(
    (candidate) =>
      candidate.method === method &&
      (candidate.marker === undefined || query.has(candidate.marker)) &&
      (candidate.header === undefined || headers[candidate.header] !== undefined),
  );
  if (!route) throw s3Error('MethodNotAllowed', { fields: { Method: method } });
  return route.action;
}
