import type { S3Call } from '../call.ts';
import { atOrAfter, SortedMap } from '../keys.ts';
import { type ListItem, lastName, parseEncoding, parsePageSize, resumeAfter, takePage, walk } from '../listing.ts';
import { storageClassOf } from '../metadata.ts';
import type { MultipartUpload } from '../multipart.ts';
import { type Handler, OWNER_ID } from '../runtime.ts';
import { isoSecond } from '../time.ts';
import type { XmlField } from '../xml.ts';
import { keyEncoder } from './listings.ts';
import { requireUpload } from './uploads.ts';

const IDENTITY: XmlField[] = [
  ['Initiator', [['ID', OWNER_ID]]],
  ['Owner', [['ID', OWNER_ID]]],
];

export const listParts: Handler = (runtime, call) => {
  const upload = requireUpload(runtime.bucket(call), call);
  const max = parsePageSize(call.query.get('max-parts'), 'max-parts');
  const marker = Number(call.query.get('part-number-marker') ?? 0);
  const parts = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const { page, truncated } = takePage(parts, max);
  const value: XmlField[] = [
    ['Bucket', call.bucket],
    ['Key', call.key],
    ['UploadId', upload.uploadId],
    ...IDENTITY,
    ['StorageClass', storageClassOf(upload.headers)],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.partNumber ?? 0],
    ['MaxParts', max],
    ['IsTruncated', truncated],
    ...checksumFields(upload),
    ...page.map(
      (part): XmlField => [
        'Part',
        [
          ['PartNumber', part.partNumber],
          ['LastModified', isoSecond(part.lastModifiedMs)],
          ['ETag', `"${part.etag}"`],
          ['Size', part.payload.sizeBytes],
          [`Checksum${upload.algorithm}`, part.checksum.toString('base64')],
        ],
      ],
    ),
  ];
  return { status: 200, xml: { root: 'ListPartsResult', value } };
};

export const listMultipartUploads: Handler = (runtime, call) => {
  const { query } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const max = parsePageSize(query.get('max-uploads'), 'max-uploads');
  const encoding = parseEncoding(query.get('encoding-type'));
  const encode = keyEncoder(encoding);
  const { page, truncated } = takePage(itemsFrom(call, runtime.bucket(call).uploads.values()), max);
  const last = page.at(-1);
  const value: XmlField[] = [
    ['Bucket', call.bucket],
    ['KeyMarker', encode(query.get('key-marker') ?? '')],
    ['UploadIdMarker', query.get('upload-id-marker') ?? ''],
    ['NextKeyMarker', truncated ? encode(lastName(page)!) : undefined],
    ['NextUploadIdMarker', truncated && last?.kind === 'key' ? last.value.uploadId : undefined],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', encoding],
    ['MaxUploads', max],
    ['IsTruncated', truncated],
    ...page.map((item) => uploadField(item, encode)),
  ];
  return { status: 200, xml: { root: 'ListMultipartUploadsResult', value } };
};

/** Uploads by key and, within one, by age, from the markers of a request on. */
function* itemsFrom(call: S3Call, uploads: Iterable<MultipartUpload>): Generator<ListItem<MultipartUpload>> {
  const prefix = call.query.get('prefix') ?? '';
  const delimiter = call.query.get('delimiter') ?? '';
  const keyMarker = call.query.get('key-marker');
  const idMarker = call.query.get('upload-id-marker');
  const isBefore = !keyMarker ? undefined : idMarker ? atOrAfter(keyMarker) : resumeAfter(keyMarker, prefix, delimiter);
  for (const item of walk(byKey(uploads), { prefix, delimiter, isBefore })) {
    if (item.kind === 'prefix') {
      yield item;
      continue;
    }
    const markerAt = item.key === keyMarker ? item.value.findIndex(({ uploadId }) => uploadId === idMarker) : -1;
    for (const value of item.value.slice(markerAt + 1)) yield { kind: 'key', key: item.key, value };
  }
}

function byKey(uploads: Iterable<MultipartUpload>): SortedMap<MultipartUpload[]> {
  const index = new SortedMap<MultipartUpload[]>();
  for (const upload of uploads) index.set(upload.key, [...(index.get(upload.key) ?? []), upload]);
  return index;
}

function uploadField(item: ListItem<MultipartUpload>, encode: (key: string) => string): XmlField {
  if (item.kind === 'prefix') return ['CommonPrefixes', [['Prefix', encode(item.prefix)]]];
  const upload = item.value;
  return [
    'Upload',
    [
      ['Key', encode(upload.key)],
      ['UploadId', upload.uploadId],
      ...IDENTITY,
      ['StorageClass', storageClassOf(upload.headers)],
      ['Initiated', isoSecond(upload.initiatedMs)],
      ...checksumFields(upload),
    ],
  ];
}

function checksumFields({ algorithm, type, declared }: MultipartUpload): XmlField[] {
  return declared
    ? [
        ['ChecksumAlgorithm', algorithm],
        ['ChecksumType', type],
      ]
    : [];
}
