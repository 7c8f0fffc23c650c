import type { IntentStore } from './intents.ts';

/** A whole file, ready to be made durable. Its name was chosen when it opened and is kept over retries. */
export interface OutputFile {
  /** Partition path + file name, `/`-separated, already escaped; the sink puts its prefix before it. */
  readonly name: string;
  /**
   * The bytes in order, read from where they are kept as they are asked for; each call begins anew. Chunks are as large as row
   * groups, and must not be changed. Rejects with E_INTEGRITY if a disk does not have them any more.
   */
  chunks(): AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Small facts for the store's object metadata (pipeline, version, run id, rows). ASCII. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Proof of durability. */
export interface SinkReceipt {
  /** Where it lies: `s3://bucket/key`, a path, `stdout`. */
  readonly uri: string;
  readonly sizeBytes: number;
  /** The store's own name for this version of the object, where it has one. */
  readonly etag?: string;
}

/** Makes files durable. Used on the landing's thread, several writes at once. */
export interface Sink {
  /** Called once at start: fails with what is wrong (bucket missing, access denied) and what to do. */
  check?(): Promise<void>;
  /**
   * Resolves when the file is durable and verified. Retries inside what is retryable; a rejection means: not durable,
   * nothing of it may be acked. E_RECORD says that what is in this file cannot be written, while others can. Writing the same
   * name again with equal bytes succeeds.
   */
  write(file: OutputFile, signal: AbortSignal): Promise<SinkReceipt>;
  /** Answers so far by which the store asked to slow down, those that were tried again included. Absent where it never does. */
  readonly throttles?: number;
  /** Where exactly once is kept of for a pipeline; absent where the store cannot refuse to overwrite. */
  intents?(pipeline: string): IntentStore;
  close(): Promise<void>;
}

/** Chunks that are in memory, as an `OutputFile` hands them out. */
export function chunksOf(parts: readonly Uint8Array[]): () => AsyncIterable<Uint8Array> {
  return async function* () {
    yield* parts;
  };
}
