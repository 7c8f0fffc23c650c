import { s3Error } from './errors.ts';

/** The bytes `[start, end)` of an object. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The bytes a `Range` header asks for. Undefined for a header that S3 ignores (several ranges, other units, malformed);
 * throws `InvalidRange` for one that lies outside the object.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  if (start < end) return { start, end };
  throw s3Error('InvalidRange', {
    fields: { RangeRequested: header!, ActualObjectSize: sizeBytes },
    headers: { 'content-range': `bytes */${sizeBytes}` },
  });
}

/** The range of an `UploadPartCopy`, which must lie within the source. */
export function parseCopyRange(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const range = { start: Number(match?.[1]), end: Number(match?.[2]) + 1 };
  if (match && range.start < range.end && range.end <= sizeBytes) return range;
  throw s3Error('InvalidArgument', {
    message: match
      ? `Range specified is not valid for source object of size: ${sizeBytes}`
      : 'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    fields: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
  });
}

/** The bytes of one part of a multipart object; any other object is its own only part. */
export function partRange(partNumber: number, partSizes: readonly number[], sizeBytes: number): ByteRange {
  const sizes = partSizes.length > 0 ? partSizes : [sizeBytes];
  const size = sizes[partNumber - 1];
  if (size === undefined) {
    throw s3Error('InvalidPartNumber', { fields: { PartNumberRequested: partNumber, ActualPartCount: sizes.length } });
  }
  const start = sizes.slice(0, partNumber - 1).reduce((sum, part) => sum + part, 0);
  return { start, end: start + size };
}
