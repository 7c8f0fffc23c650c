import { createHash } from 'node:crypto';
import { type Checksum, type ChecksumAlgorithm, type ChecksumType, combineChecksums } from './checksums.ts';
import { invalidArgument, s3Error } from './errors.ts';
import { hidesMd5 } from './metadata.ts';
import type { ObjectDraft, Tag } from './object.ts';
import { concatPayloads, type Payload } from './payload.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;
const MIN_PART_BYTES = 5 * 1024 ** 2;

/** One part, replaced when its number is uploaded again. */
export interface Part {
  partNumber: number;
  payload: Payload;
  md5: Buffer;
  etag: string;
  checksum: Buffer;
  lastModifiedMs: number;
}

/** A multipart upload from creation to completion or abort. It lives in memory only: a restart loses it. */
export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly headers: Record<string, string>;
  readonly tags: Tag[];
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Whether the client chose the algorithm; if so it must supply the checksums too. */
  readonly declared: boolean;
  readonly parts: Map<number, Part>;
}

/** One line of a CompleteMultipartUpload document. */
export interface ClaimedPart {
  partNumber: number;
  etag: string;
  /** Checksums by algorithm, as claimed. */
  checksums: Partial<Record<ChecksumAlgorithm, string>>;
}

/** What the request for completion says of the whole object. */
export interface CompletionClaim {
  parts: readonly ClaimedPart[];
  checksum?: { algorithm: ChecksumAlgorithm; value: string };
  sizeBytes?: number;
}

/** A part number within S3's bounds. */
export function parsePartNumber(text: string | null): number {
  const partNumber = /^\d{1,6}$/.test(text ?? '') ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PART_NUMBER) return partNumber;
  const rule = `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`;
  throw invalidArgument(rule, 'partNumber', text ?? '');
}

/** Whether a part may bring this checksum: the algorithm is settled when the upload is created. */
export function checkPartChecksum(upload: MultipartUpload, sent: ChecksumAlgorithm | undefined): void {
  const expected = upload.declared ? upload.algorithm : undefined;
  // A full-object checksum can do without the client's, and so can an upload that never asked for one.
  if (expected === undefined || sent === expected || (sent === undefined && upload.type === 'FULL_OBJECT')) return;
  throw s3Error('InvalidRequest', {
    message:
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, ` +
      `actual checksum Type: ${sent?.toLowerCase() ?? 'null'}`,
  });
}

/**
 * The object that a completion makes. Throws what S3 answers to a wrong list: `MalformedXML`, `InvalidPartOrder`,
 * `InvalidPart`, `EntityTooSmall`, `BadDigest`, `InvalidRequest`. Changes nothing.
 */
export function assemble(upload: MultipartUpload, claim: CompletionClaim): ObjectDraft {
  const parts = selectParts(upload, claim.parts);
  const payload = concatPayloads(parts.map((part) => part.payload));
  const checksum = combineChecksums(
    upload.algorithm,
    upload.type,
    parts.map((part) => ({ raw: part.checksum, sizeBytes: part.payload.sizeBytes })),
  );
  checkWhole(claim, payload, checksum);
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.md5);
  return {
    payload,
    etag: `${md5.digest('hex')}-${parts.length}`,
    checksum,
    partSizes: parts.map((part) => part.payload.sizeBytes),
    headers: upload.headers,
    tags: upload.tags,
  };
}

function selectParts(upload: MultipartUpload, claims: readonly ClaimedPart[]): Part[] {
  if (claims.length === 0) throw s3Error('MalformedXML');
  const parts = claims.map((claim, index) => {
    if (index > 0 && claim.partNumber <= claims[index - 1]!.partNumber) throw s3Error('InvalidPartOrder');
    return matchPart(upload, claim);
  });
  for (const part of parts.slice(0, -1)) {
    if (part.payload.sizeBytes >= MIN_PART_BYTES) continue;
    throw s3Error('EntityTooSmall', {
      fields: {
        ProposedSize: part.payload.sizeBytes,
        MinSizeAllowed: MIN_PART_BYTES,
        PartNumber: part.partNumber,
        ETag: part.etag,
      },
    });
  }
  return parts;
}

function matchPart(upload: MultipartUpload, claim: ClaimedPart): Part {
  const part = upload.parts.get(claim.partNumber);
  const fields = { UploadId: upload.uploadId, PartNumber: claim.partNumber, ETag: claim.etag };
  if (!part || part.etag !== claim.etag) throw s3Error('InvalidPart', { fields });
  const claimed = claim.checksums[upload.algorithm];
  if (claimed === undefined && upload.declared && upload.type === 'COMPOSITE') {
    throw s3Error('InvalidRequest', {
      message:
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must ` +
        `include the checksum for each part. It was missing for part ${claim.partNumber} in the request.`,
    });
  }
  if (claimed !== undefined && claimed !== part.checksum.toString('base64')) throw s3Error('InvalidPart', { fields });
  return part;
}

function checkWhole(claim: CompletionClaim, payload: Payload, checksum: Checksum): void {
  if (claim.sizeBytes !== undefined && claim.sizeBytes !== payload.sizeBytes) {
    throw s3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${claim.sizeBytes} does not match what was computed: ${payload.sizeBytes}`,
    });
  }
  if (!claim.checksum || claim.checksum.algorithm !== checksum.algorithm) return;
  if (bareValue(claim.checksum.value) === bareValue(checksum.value)) return;
  throw s3Error('BadDigest', {
    message: `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
  });
}

/** A composite checksum may be claimed without its `-<parts>`. */
function bareValue(value: string): string {
  return value.replace(/-\d+$/, '');
}

/** The etag of bytes that came in one piece. For KMS keys it is not their MD5, and clients must not take it for that. */
export function etagOf(md5: Buffer, headers: Readonly<Record<string, string>>): string {
  return hidesMd5(headers) ? createHash('md5').update('kms').update(md5).digest('hex') : md5.toString('hex');
}
