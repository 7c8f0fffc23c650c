/** Bytes and their CRC32, computed here and nowhere else. */
export interface CheckedBytes {
  /** The bytes in order; each call begins anew. */
  chunks(): AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  /** As S3 writes it: base64 of four bytes, the highest first. */
  readonly crc32: string;
}

export interface ObjectToWrite {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly content: CheckedBytes;
}

/** `if-absent`: the store refuses the write when the key exists (`If-None-Match: *`). */
export type Condition = 'if-absent' | 'always';

/** How a write ended, as far as that is for the uploader to judge; everything else is an error. */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly etag?: string; readonly crc32?: string }
  /** 412: the key exists. Perhaps it was us, and the answer got lost. */
  | { readonly kind: 'exists' }
  /** 409: another conditional write to the key is under way; the upload has to be started anew. */
  | { readonly kind: 'conflict' }
  /** The multipart upload is no more: completed by a call whose answer got lost, or aborted by somebody. */
  | { readonly kind: 'gone' }
  /** 501: the store has no conditional writes. */
  | { readonly kind: 'unsupported' };

export interface StoredObject {
  readonly sizeBytes: number;
  readonly etag?: string;
  /** Of the whole object; undefined where the store keeps none, or one over parts only. */
  readonly crc32?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ListedObject {
  readonly key: string;
  readonly modifiedAtMs: number;
}

/** Small objects that are not data. */
export interface ListingPort {
  /** All objects below a prefix. */
  list(prefix: string, signal: AbortSignal): Promise<ListedObject[]>;
  /** Undefined if there is none. */
  read(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Up to 1,000; those that are not there count as removed. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
}

/** Objects of one bucket. Rejections are ParquetryErrors. */
export interface ObjectPort {
  put(object: ObjectToWrite, condition: Condition, signal: AbortSignal): Promise<WriteOutcome>;
  head(key: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** CRC32 of an object by reading it back. */
  readCrc32(key: string, signal: AbortSignal): Promise<string>;
}

export interface Upload {
  readonly key: string;
  readonly id: string;
}

export interface UploadedPart {
  /** From 1. */
  readonly number: number;
  readonly etag: string;
  readonly crc32: string;
}

/** Multipart uploads to the same bucket. */
export interface MultipartPort {
  start(object: ObjectToWrite, signal: AbortSignal): Promise<Upload>;
  uploadPart(upload: Upload, number: number, content: CheckedBytes, signal: AbortSignal): Promise<UploadedPart>;
  complete(
    upload: Upload,
    finished: { parts: readonly UploadedPart[]; object: ObjectToWrite; condition: Condition },
    signal: AbortSignal,
  ): Promise<WriteOutcome>;
  /** An upload that is gone already counts as aborted. */
  abort(upload: Upload, signal: AbortSignal): Promise<void>;
}

export interface Bucket extends ObjectPort, MultipartPort, ListingPort {
  /** E_NOT_FOUND if there is no such bucket, E_ACCESS if it may not be seen. */
  headBucket(): Promise<void>;
  close(): void;
}
