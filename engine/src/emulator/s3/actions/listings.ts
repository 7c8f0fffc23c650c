import type { S3Call } from '../call.ts';
import { invalidArgument } from '../errors.ts';
import { atOrAfter, type Bound, strictlyAfter } from '../keys.ts';
import {
  decodeToken,
  encodeToken,
  type ListItem,
  lastName,
  parseEncoding,
  parsePageSize,
  resumeAfter,
  takePage,
  walk,
} from '../listing.ts';
import { storageClassOf } from '../metadata.ts';
import type { ObjectVersion, Version } from '../object.ts';
import { type Handler, OWNER_ID, type S3Runtime } from '../runtime.ts';
import { isoSecond } from '../time.ts';
import { encodeKey } from '../url-encoding.ts';
import type { XmlField } from '../xml.ts';

const OWNER: XmlField = ['Owner', [['ID', OWNER_ID]]];

/** Parameters that all listings of a bucket share. */
interface ListParameters {
  prefix: string;
  delimiter: string;
  max: number;
  encoding: 'url' | undefined;
  encode(key: string): string;
}

/** How a listing writes names: keys may hold characters that XML cannot. */
export function keyEncoder(encoding: 'url' | undefined): (key: string) => string {
  return encoding === 'url' ? encodeKey : (key) => key;
}

function listParameters({ query }: S3Call): ListParameters {
  const encoding = parseEncoding(query.get('encoding-type'));
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    max: parsePageSize(query.get('max-keys'), 'max-keys'),
    encoding,
    encode: keyEncoder(encoding),
  };
}

export const listObjectsV2: Handler = (runtime, call) => {
  const { query } = call;
  const parameters = listParameters(call);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  if (token === '') throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', '');
  // The token wins: a client that pages keeps sending the start-after of its first request.
  const isBefore = token ? decodeToken(token) : startAfter ? strictlyAfter(startAfter) : undefined;
  const { page, truncated } = objectPage(runtime, call, parameters, isBefore);
  const owner = query.get('fetch-owner') === 'true' ? OWNER : undefined;
  const value: XmlField[] = [
    ['Name', call.bucket],
    ...commonFields(parameters),
    ['StartAfter', startAfter ? parameters.encode(startAfter) : undefined],
    ['ContinuationToken', token ?? undefined],
    ['NextContinuationToken', truncated ? encodeToken(page.at(-1)!) : undefined],
    ['KeyCount', page.length],
    ['IsTruncated', truncated],
    ...objectFields(page, parameters, owner),
  ];
  return { status: 200, xml: { root: 'ListBucketResult', value } };
};

export const listObjects: Handler = (runtime, call) => {
  const parameters = listParameters(call);
  const { prefix, delimiter, encode } = parameters;
  const marker = call.query.get('marker') ?? '';
  const isBefore = marker === '' ? undefined : resumeAfter(marker, prefix, delimiter);
  const { page, truncated } = objectPage(runtime, call, parameters, isBefore);
  const value: XmlField[] = [
    ['Name', call.bucket],
    ...commonFields(parameters),
    ['Marker', encode(marker)],
    // Without a delimiter the last key serves as the next marker, and S3 leaves this out.
    ['NextMarker', truncated && delimiter !== '' ? encode(lastName(page)!) : undefined],
    ['IsTruncated', truncated],
    ...objectFields(page, parameters, OWNER),
  ];
  return { status: 200, xml: { root: 'ListBucketResult', value } };
};

function objectPage(
  runtime: S3Runtime,
  call: S3Call,
  { prefix, delimiter, max }: ListParameters,
  isBefore: Bound | undefined,
) {
  const isVisible = (versions: Version[]) => versions[0]?.kind === 'object';
  return takePage(walk(runtime.bucket(call).objects, { prefix, delimiter, isBefore, isVisible }), max);
}

function commonFields({ prefix, delimiter, max, encoding, encode }: ListParameters): XmlField[] {
  return [
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['MaxKeys', max],
    ['EncodingType', encoding],
  ];
}

/** Keys first, groups after them, as S3 orders its document. */
function objectFields(
  page: readonly ListItem<Version[]>[],
  { encode }: ListParameters,
  owner: XmlField | undefined,
): XmlField[] {
  const contents: XmlField[] = [];
  const groups: XmlField[] = [];
  for (const item of page) {
    if (item.kind === 'prefix') groups.push(['CommonPrefixes', [['Prefix', encode(item.prefix)]]]);
    else contents.push(['Contents', contentFields(encode(item.key), item.value[0] as ObjectVersion, owner)]);
  }
  return [...contents, ...groups];
}

function contentFields(key: string, object: ObjectVersion, owner: XmlField | undefined): XmlField[] {
  return [
    ['Key', key],
    ['LastModified', isoSecond(object.lastModifiedMs)],
    ['ETag', `"${object.etag}"`],
    ['ChecksumAlgorithm', object.checksum.algorithm],
    ['ChecksumType', object.checksum.type],
    ['Size', object.payload.sizeBytes],
    ...(owner ? [owner] : []),
    ['StorageClass', storageClassOf(object.headers)],
  ];
}

/** One line of a version listing. */
type VersionItem = ListItem<{ version: Version; isLatest: boolean }>;

export const listObjectVersions: Handler = (runtime, call) => {
  const { query } = call;
  const parameters = listParameters(call);
  const { encode, max } = parameters;
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker !== '' && !query.get('key-marker')) {
    const rule = 'A version-id marker cannot be specified without a key marker.';
    throw invalidArgument(rule, 'version-id-marker', versionMarker);
  }
  const { page, truncated } = takePage(versionItems(runtime, call, parameters), max);
  const last = page.at(-1);
  const value: XmlField[] = [
    ['Name', call.bucket],
    ...commonFields(parameters),
    ['KeyMarker', encode(query.get('key-marker') ?? '')],
    ['VersionIdMarker', versionMarker],
    ['NextKeyMarker', truncated ? encode(lastName(page)!) : undefined],
    ['NextVersionIdMarker', truncated && last?.kind === 'key' ? last.value.version.versionId : undefined],
    ['IsTruncated', truncated],
    ...page.filter(({ kind }) => kind === 'key').map((item) => versionField(item, encode)),
    ...page.filter(({ kind }) => kind === 'prefix').map((item) => versionField(item, encode)),
  ];
  return { status: 200, xml: { root: 'ListVersionsResult', value } };
};

/** Versions by key and, within one, from the newest to the oldest, from the markers of a request on. */
function* versionItems(
  runtime: S3Runtime,
  call: S3Call,
  { prefix, delimiter }: ListParameters,
): Generator<VersionItem> {
  const keyMarker = call.query.get('key-marker');
  const versionMarker = call.query.get('version-id-marker');
  const isBefore = !keyMarker
    ? undefined
    : versionMarker
      ? atOrAfter(keyMarker)
      : resumeAfter(keyMarker, prefix, delimiter);
  for (const item of walk(runtime.bucket(call).objects, { prefix, delimiter, isBefore })) {
    if (item.kind === 'prefix') {
      yield item;
      continue;
    }
    const { key, value: versions } = item;
    const shown = key === keyMarker ? versions.findIndex(({ versionId }) => versionId === versionMarker) + 1 : 0;
    for (const version of versions.slice(shown)) {
      yield { kind: 'key', key, value: { version, isLatest: version === versions[0] } };
    }
  }
}

function versionField(item: VersionItem, encode: (key: string) => string): XmlField {
  if (item.kind === 'prefix') return ['CommonPrefixes', [['Prefix', encode(item.prefix)]]];
  const { version, isLatest } = item.value;
  const identity: XmlField[] = [
    ['VersionId', version.versionId],
    ['IsLatest', isLatest],
  ];
  if (version.kind === 'object') {
    return ['Version', [...identity, ...contentFields(encode(item.key), version, OWNER)]];
  }
  const lastModified = isoSecond(version.lastModifiedMs);
  return ['DeleteMarker', [...identity, ['Key', encode(item.key)], ['LastModified', lastModified], OWNER]];
}
