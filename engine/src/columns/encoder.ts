import type { Field } from '../core/schema.ts';
import type { ColumnBatch, Selection } from './column.ts';

/**
 * Encoded rows, sealed in a lane and complete in themselves (a Parquet row group; lines of NDJSON). Plain data: `parts` are
 * transferred to the landing, which puts the segments of all lanes into one file.
 */
export interface Segment {
  /** Its bytes, in pieces of any length. */
  readonly parts: readonly Uint8Array[];
  /** The buffers of the parts hold nothing else, though they may be larger: they are transferred as they are. Default: false. */
  readonly ownsBuffers?: boolean;
  readonly rows: number;
  /** What `assemble` needs beside the bytes, in the encoder's own form (Parquet: the row group's metadata). */
  readonly meta: Uint8Array;
}

/** Bytes that are kept somewhere else than in memory, and read when they are needed. */
export interface StoredBytes {
  readonly byteLength: number;
  /** All of them. Rejects with E_INTEGRITY if they are not what was stored. */
  read(): Promise<Uint8Array>;
}

/** All that `assemble` may know of a segment's bytes. */
export interface Sized {
  readonly byteLength: number;
}

/** A segment as `assemble` is given it. */
export interface HeldSegment<Bytes extends Sized = Sized> {
  readonly parts: readonly Bytes[];
  readonly rows: number;
  readonly meta: Uint8Array;
}

/** Columns to bytes. Equal batches give identical bytes wherever and whenever they are encoded, on one release of Node. */
export interface Encoder {
  /** File name ending without the dot. */
  readonly extension: string;
  readonly contentType: string;
  /** Throws E_CONFIG if rows of `fields` cannot be written with these settings; called when a plan is made, and by `encode`. */
  check?(fields: readonly Field[]): void;
  /** Stated by encoders that may throw for a single row: their batches are tried before any row is placed. */
  readonly mayRefuse?: boolean;
  /** When a lane should seal: bytes after encoding, and rows. Defaults: 16 MiB, 1,000,000. */
  readonly rowGroup?: { readonly encodedBytes?: number; readonly rows?: number };
  /** Encodes one batch. Synchronous CPU work, in a lane. Throws E_RECORD only if a row cannot be encoded at all. */
  encode(batch: ColumnBatch): Segment;
  /**
   * An empty row group that encodes rows as they come. Without it the columns of a row group are gathered first and encoded
   * when it is sealed. Both ways give equal bytes for equal rows.
   */
  open?(fields: readonly Field[]): RowGroupWriter;
  /**
   * One file out of segments that were encoded with the same settings for `fields`; the landing calls it. Cheap: the segments'
   * bytes, which may lie on a disk, are neither looked into nor copied, but put between what the encoder adds. Throws E_INTEGRITY
   * if the result would not parse.
   */
  assemble<Bytes extends Sized>(segments: readonly HeldSegment<Bytes>[], about: FileAbout): (Bytes | Uint8Array)[];
  /** Smallest and largest value of a timestamp field over segments, in microseconds since the epoch, where statistics say. */
  timesOf?(segments: readonly Pick<Segment, 'meta'>[], field: string, about: FileAbout): TimeRange | undefined;
}

/** Microseconds since the epoch, both ends included. */
export interface TimeRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** A row group that is being written, by one lane. */
export interface RowGroupWriter {
  readonly rows: number;
  /** What the row group will take in the file, as far as it can be foreseen by itself. */
  readonly encodedBytes: number;
  /** The part of it that is certain: encoded and compressed already. */
  readonly packedBytes: number;
  /** Memory it holds. */
  readonly heldBytes: number;
  /**
   * Adds rows of a batch, in order; nothing of the batch is needed afterwards. A batch object stands for the same values as long
   * as rows of it are appended.
   */
  append(batch: ColumnBatch, selection: Selection): void;
  /** The encoded row group; the writer must not be used again. */
  seal(): Segment;
}

/** What a file says of itself besides its rows. Nothing that differs between two runs over the same input. */
export interface FileAbout {
  readonly fields: readonly Field[];
  readonly keyValues: Readonly<Record<string, string>>;
}
