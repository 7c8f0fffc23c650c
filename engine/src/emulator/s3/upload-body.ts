import { createHash } from 'node:crypto';
import { header, type S3Call } from './call.ts';
import { algorithmOf, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumHeader, createDigest } from './checksums.ts';
import { decodeChunked } from './chunked-body.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';
import { flipByteAt, type Payload, PayloadBuilder } from './payload.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** A request body that arrived whole and agrees with everything the client said of it. */
export interface UploadBody {
  payload: Payload;
  md5: Buffer;
  /** The checksum the client sent, or the one asked for as fallback. */
  checksum: { algorithm: ChecksumAlgorithm; raw: Buffer; sent: boolean };
}

/** What the client promises about the body before it comes. */
interface Promised {
  algorithm: ChecksumAlgorithm | undefined;
  /** Absent when the value comes in a trailer. */
  value: string | undefined;
  inTrailer: boolean;
}

/** Largest single PUT or part. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;
/** 10,000 parts with SHA-256 checksums take some 2 MB, 1,000 keys of 1,024 escaped characters up to 5 MB. */
const MAX_DOCUMENT_BYTES = 6 * 1024 ** 2;

/**
 * Reads the body of a write: undoes aws-chunked, hashes while it streams, verifies length, Content-MD5, the SHA-256 of
 * the signature and the checksum in header or trailer. Throws the error S3 has for each; rejects with node's own error
 * when the client goes away. `fallback` is computed when the client sent no checksum.
 */
export function receiveUpload(call: S3Call, fallback: ChecksumAlgorithm): Promise<UploadBody> {
  return receive(call, fallback, { bytes: MAX_UPLOAD_BYTES, code: 'EntityTooLarge' });
}

/** Reads and parses the document of a request, verified like an upload. */
export async function receiveDocument(call: S3Call): Promise<XmlElement> {
  const limit = { bytes: MAX_DOCUMENT_BYTES, code: 'MaxMessageLengthExceeded' } as const;
  const { payload } = await receive(call, 'CRC32', limit);
  return parseXml(Buffer.concat(payload.blocks).toString('utf8'));
}

/** How much a body may hold, and the error for more. */
interface Limit {
  bytes: number;
  code: S3ErrorCode;
}

async function receive(call: S3Call, fallback: ChecksumAlgorithm, limit: Limit): Promise<UploadBody> {
  const promised = promisedChecksum(call);
  const algorithm = promised.algorithm ?? fallback;
  const trailers = new Map<string, string>();
  const expectedBytes = declaredBytes(call);
  if ((expectedBytes ?? 0) > limit.bytes) throw tooLarge(limit);
  const md5 = createHash('md5');
  const digest = createDigest(algorithm);
  const sha256 = signedSha256(call) === undefined ? undefined : createHash('sha256');
  const builder = new PayloadBuilder();
  for await (const chunk of bodyStream(call, trailers, expectedBytes)) {
    md5.update(chunk);
    digest.update(chunk);
    sha256?.update(chunk);
    builder.push(chunk);
    if (builder.sizeBytes > limit.bytes) throw tooLarge(limit);
  }
  const payload = builder.finish();
  if (expectedBytes !== undefined && payload.sizeBytes !== expectedBytes) throw s3Error('IncompleteBody');
  const received = { md5: md5.digest(), raw: digest.digest() };
  verifyMd5(call, received.md5);
  verifySha256(call, sha256?.digest('hex'));
  verifyChecksum(promised, trailers, received.raw);
  return {
    payload,
    md5: received.md5,
    checksum: { algorithm, raw: received.raw, sent: promised.algorithm !== undefined },
  };
}

function tooLarge({ bytes, code }: Limit) {
  return s3Error(code, { fields: { MaxSizeAllowed: bytes } });
}

function bodyStream(
  call: S3Call,
  trailers: Map<string, string>,
  expectedBytes: number | undefined,
): AsyncIterable<Buffer> {
  const plain = isChunked(call) ? decodeChunked(call.request, trailers) : call.request;
  return call.flipAt === undefined ? plain : flipByteAt(plain, Math.floor(call.flipAt * (expectedBytes ?? 1)));
}

function isChunked(call: S3Call): boolean {
  return (
    (header(call, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-') ||
    /(^|,\s*)aws-chunked/i.test(header(call, 'content-encoding') ?? '')
  );
}

/** How many bytes of payload will come. The framing of HTTP alone does not do: S3 wants to know beforehand. */
function declaredBytes(call: S3Call): number | undefined {
  const text = isChunked(call) ? header(call, 'x-amz-decoded-content-length') : header(call, 'content-length');
  if (text === undefined) {
    if (call.request.method === 'POST' || header(call, 'transfer-encoding') === undefined) return undefined;
    throw s3Error('MissingContentLength');
  }
  const bytes = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(bytes)) throw s3Error('InvalidArgument');
  return bytes;
}

function promisedChecksum(call: S3Call): Promised {
  const sent = CHECKSUM_ALGORITHMS.filter((algorithm) => header(call, checksumHeader(algorithm)) !== undefined);
  const trailing = /^x-amz-checksum-(\w+)$/i.exec(header(call, 'x-amz-trailer') ?? '')?.[1];
  if (sent.length + (trailing === undefined ? 0 : 1) > 1) {
    throw s3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  if (trailing !== undefined) return { algorithm: supported(trailing), value: undefined, inTrailer: true };
  const [algorithm] = sent;
  if (algorithm) return { algorithm, value: header(call, checksumHeader(algorithm)), inTrailer: false };
  if (header(call, 'x-amz-sdk-checksum-algorithm') !== undefined) {
    throw s3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  return { algorithm: undefined, value: undefined, inTrailer: false };
}

function supported(name: string): ChecksumAlgorithm {
  const algorithm = algorithmOf(name);
  if (!algorithm) throw s3Error('NotImplemented', { message: `Checksums of type ${name} are not emulated.` });
  return algorithm;
}

function verifyMd5(call: S3Call, actual: Buffer): void {
  const text = header(call, 'content-md5');
  if (text === undefined) return;
  const expected = Buffer.from(text, 'base64');
  if (expected.length !== actual.length) throw s3Error('InvalidDigest');
  if (!expected.equals(actual)) throw s3Error('BadDigest');
}

/** The payload hash that the signature covers, unless the client chose not to sign the payload. */
function signedSha256(call: S3Call): string | undefined {
  const text = header(call, 'x-amz-content-sha256');
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined;
}

function verifySha256(call: S3Call, actual: string | undefined): void {
  const expected = signedSha256(call);
  if (expected === undefined || actual === undefined || expected === actual) return;
  throw s3Error('XAmzContentSHA256Mismatch', {
    fields: { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: actual },
  });
}

function verifyChecksum(promised: Promised, trailers: ReadonlyMap<string, string>, actual: Buffer): void {
  const { algorithm } = promised;
  if (!algorithm) return;
  const text = promised.inTrailer ? trailers.get(checksumHeader(algorithm)) : promised.value;
  if (text === undefined) throw s3Error('MalformedTrailerError');
  const expected = Buffer.from(text, 'base64');
  if (expected.length !== actual.length) {
    throw s3Error('InvalidRequest', { message: `Value for ${checksumHeader(algorithm)} header is invalid.` });
  }
  if (expected.equals(actual)) return;
  throw s3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` });
}
