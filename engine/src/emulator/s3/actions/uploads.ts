import { randomBytes } from 'node:crypto';
import type { Bucket } from '../bucket.ts';
import { header, type S3Call } from '../call.ts';
import {
  algorithmOf,
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  DEFAULT_ALGORITHM,
  defaultType,
  supportsType,
} from '../checksums.ts';
import { commitObject, underConditions, versionHeader } from '../commit.ts';
import { S3Error, s3Error } from '../errors.ts';
import { encryptionHeaders, parseMetadata, parseTagHeader } from '../metadata.ts';
import {
  assemble,
  type ClaimedPart,
  type CompletionClaim,
  checkPartChecksum,
  etagOf,
  type MultipartUpload,
  type Part,
  parsePartNumber,
} from '../multipart.ts';
import type { Handler, S3Runtime } from '../runtime.ts';
import { receiveDocument, receiveUpload } from '../upload-body.ts';
import { childrenOf, textOf, type XmlElement } from '../xml.ts';
import { checksumAnswer, copiedBytes, copyResult, copySource, hashPayload } from './copies.ts';

export const createMultipartUpload: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  const checksum = declaredChecksum(call);
  const upload: MultipartUpload = {
    uploadId: randomBytes(48).toString('base64url'),
    key: call.key,
    initiatedMs: runtime.now(),
    headers: parseMetadata(call.headers),
    tags: parseTagHeader(header(call, 'x-amz-tagging')),
    parts: new Map(),
    ...checksum,
  };
  bucket.uploads.set(upload.uploadId, upload);
  const { uploadId, algorithm, type, declared } = upload;
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.headers),
      ...(declared && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type }),
    },
    xml: {
      root: 'InitiateMultipartUploadResult',
      value: [
        ['Bucket', call.bucket],
        ['Key', call.key],
        ['UploadId', uploadId],
      ],
    },
  };
};

function declaredChecksum(call: S3Call): Pick<MultipartUpload, 'algorithm' | 'type' | 'declared'> {
  const name = header(call, 'x-amz-checksum-algorithm');
  const algorithm = name === undefined ? DEFAULT_ALGORITHM : algorithmOf(name);
  if (!algorithm) throw s3Error('InvalidRequest', { message: `Checksum algorithm provided is unsupported: ${name}` });
  const type = header(call, 'x-amz-checksum-type')?.toUpperCase() ?? defaultType(algorithm);
  if (!supportsType(algorithm, type)) {
    throw s3Error('InvalidRequest', {
      message: `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    });
  }
  return { algorithm, type, declared: name !== undefined };
}

/** The upload a request names, which must be for its very key. */
export function requireUpload(bucket: Bucket, call: S3Call): MultipartUpload {
  const uploadId = call.query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (!upload || upload.key !== call.key) throw s3Error('NoSuchUpload', { fields: { UploadId: uploadId } });
  return upload;
}

export const uploadPart: Handler = async (runtime, call) => {
  const bucket = runtime.bucket(call);
  const partNumber = parsePartNumber(call.query.get('partNumber'));
  const upload = requireUpload(bucket, call);
  const { payload, md5, checksum } = await receiveUpload(call, upload.algorithm);
  checkPartChecksum(upload, checksum.sent ? checksum.algorithm : undefined);
  const raw =
    checksum.algorithm === upload.algorithm ? checksum.raw : (await hashPayload(payload, upload.algorithm)).raw;
  const part = { partNumber, payload, md5, checksum: raw };
  const { etag } = storePart(runtime, call, bucket, part);
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...checksumAnswer(checksum.algorithm, checksum.raw),
      ...encryptionHeaders(upload.headers),
    },
  };
};

export const uploadPartCopy: Handler = async (runtime, call) => {
  const bucket = runtime.bucket(call);
  const partNumber = parsePartNumber(call.query.get('partNumber'));
  const { algorithm } = requireUpload(bucket, call);
  const source = copySource(runtime, call);
  const payload = copiedBytes(call, source.object);
  const { md5, raw } = await hashPayload(payload, algorithm);
  const part = storePart(runtime, call, bucket, { partNumber, payload, md5, checksum: raw });
  return {
    status: 200,
    headers: source.headers,
    xml: {
      root: 'CopyPartResult',
      value: [...copyResult(part.etag, part.lastModifiedMs), [`Checksum${algorithm}`, raw.toString('base64')]],
    },
  };
};

/** The upload may have been completed or aborted while the part's bytes came in. */
function storePart(
  runtime: S3Runtime,
  call: S3Call,
  bucket: Bucket,
  received: Omit<Part, 'etag' | 'lastModifiedMs'>,
): Part {
  const upload = requireUpload(bucket, call);
  const part = { ...received, etag: etagOf(received.md5, upload.headers), lastModifiedMs: runtime.now() };
  upload.parts.set(part.partNumber, part);
  return part;
}

export const completeMultipartUpload: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  return underConditions(bucket, call, async (write) => {
    const claim = await receiveClaim(call);
    const upload = requireUpload(bucket, call);
    const draft = assemble(upload, claim);
    // Taken out before the first await, so that of two completions one finds no upload.
    bucket.uploads.delete(upload.uploadId);
    const target = { bucket, write, event: 'ObjectCreated:CompleteMultipartUpload' } as const;
    const version = await commitObject(runtime, call, target, draft).catch((error: unknown) => {
      // After a conflict S3 wants a new upload; after any other failure the parts are still there.
      const isConflict = error instanceof S3Error && error.code === 'ConditionalRequestConflict';
      if (!isConflict) bucket.uploads.set(upload.uploadId, upload);
      throw error;
    });
    const { checksum, etag } = version;
    return {
      status: 200,
      headers: { ...encryptionHeaders(upload.headers), ...versionHeader(bucket, version) },
      xml: {
        root: 'CompleteMultipartUploadResult',
        value: [
          ['Location', `http://${header(call, 'host')}/${call.bucket}/${encodeURIComponent(call.key)}`],
          ['Bucket', call.bucket],
          ['Key', call.key],
          ['ETag', `"${etag}"`],
          [`Checksum${checksum.algorithm}`, checksum.value],
          ['ChecksumType', checksum.type],
        ],
      },
    };
  });
};

/** Checksum headers of this request speak of the object, not of its own body. */
async function receiveClaim(call: S3Call): Promise<CompletionClaim> {
  const headers = Object.fromEntries(
    Object.entries(call.headers).filter(([name]) => !name.startsWith('x-amz-checksum-')),
  );
  const document = await receiveDocument({ ...call, headers });
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => header(call, checksumHeader(each)) !== undefined);
  const size = header(call, 'x-amz-mp-object-size');
  return {
    parts: childrenOf(document, 'Part').map(parseClaimedPart),
    checksum: algorithm && { algorithm, value: header(call, checksumHeader(algorithm))! },
    sizeBytes: size === undefined ? undefined : Number(size),
  };
}

function parseClaimedPart(element: XmlElement): ClaimedPart {
  const partNumber = textOf(element, 'PartNumber');
  const etag = textOf(element, 'ETag');
  if (partNumber === undefined || etag === undefined) throw s3Error('MalformedXML');
  const checksums: Partial<Record<ChecksumAlgorithm, string>> = {};
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = textOf(element, `Checksum${algorithm}`);
    if (value) checksums[algorithm] = value;
  }
  return { partNumber: parsePartNumber(partNumber.trim()), etag: etag.trim().replaceAll('"', ''), checksums };
}

export const abortMultipartUpload: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  bucket.uploads.delete(requireUpload(bucket, call).uploadId);
  return { status: 204 };
};
