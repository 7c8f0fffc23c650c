import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC32, CRC32C, CRC64_NVME, Crc, type CrcSpec, combineCrc } from './crc.ts';

/** The algorithms of `x-amz-checksum-*` that need nothing but Node; the xxHash family is refused. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;
/** One of them, as S3 spells it in documents. */
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
/** Over all bytes, or over the checksums of the parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A stored object's checksum. `value` is base64; a composite one ends in `-<parts>`. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  value: string;
}

/** S3 adds this one to every object that came without. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

const CRC_SPECS: Partial<Record<ChecksumAlgorithm, CrcSpec>> = { CRC32, CRC32C, CRC64NVME: CRC64_NVME };

/** A hash that is fed piece by piece and read once. */
export interface Digest {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

/** A fresh hash of that kind. CRC32 goes through zlib, which is ten times faster than a table. */
export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === 'CRC32') return new ZlibCrc32();
  const spec = CRC_SPECS[algorithm];
  if (spec) return new Crc(spec);
  const hash = createHash(algorithm.toLowerCase());
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

class ZlibCrc32 implements Digest {
  #value = 0;

  update(bytes: Buffer): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}

/** The algorithm a header or document names; undefined for one that is not supported. */
export function algorithmOf(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}

/** `x-amz-checksum-crc32` and the like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Whether S3 offers this combination for multipart uploads: CRCs can be combined, a CRC64NVME only so. */
export function supportsType(algorithm: ChecksumAlgorithm, type: string): type is ChecksumType {
  if (type === 'FULL_OBJECT') return CRC_SPECS[algorithm] !== undefined;
  return type === 'COMPOSITE' && algorithm !== 'CRC64NVME';
}

/** What a multipart upload gets when it does not say. */
export function defaultType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/** A part's checksum and length: all that is needed to know the whole object's. */
export interface PartChecksum {
  raw: Buffer;
  sizeBytes: number;
}

/** The checksum of a completed multipart upload, from its parts in order. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly PartChecksum[],
): Checksum {
  const value = type === 'COMPOSITE' ? `${compositeOf(algorithm, parts)}-${parts.length}` : fullOf(algorithm, parts);
  return { algorithm, type, value };
}

function compositeOf(algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string {
  const digest = createDigest(algorithm);
  for (const part of parts) digest.update(part.raw);
  return digest.digest().toString('base64');
}

function fullOf(algorithm: ChecksumAlgorithm, parts: readonly PartChecksum[]): string {
  const spec = CRC_SPECS[algorithm];
  if (!spec) throw new TypeError(`${algorithm} has no full-object form for multipart uploads.`);
  const whole = parts.reduce((sum, part) => ({
    raw: combineCrc(spec, sum.raw, part.raw, part.sizeBytes),
    sizeBytes: sum.sizeBytes + part.sizeBytes,
  }));
  return whole.raw.toString('base64');
}
