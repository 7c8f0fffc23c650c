/**
 * One unit a source hands out and is told the fate of: an SQS message, a line of stdin, later a work item.
 * Plain data: lanes receive deliveries, the landing settles them, on different threads.
 */
export interface Delivery {
  /** Stable over redeliveries and unique within the source (SQS: MessageId). */
  readonly id: string;
  /** Records in the source's format, envelopes (SNS, gzip+base64, Extended Client) already taken off. */
  readonly body: Uint8Array;
  /** What the body weighs once it is scanned, where that is far from its length (Parquet): lanes bound what they hold by it. */
  readonly decodedBytes?: number;
  /** What the transform sees as `ctx.attributes`. Empty where the source has none. */
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 on first receipt. */
  readonly receiveCount: number;
  readonly receivedAtMs: number;
  /** From when on its lease certainly runs: before the request that brought it. Default: `receivedAtMs`. */
  readonly leasedFromMs?: number;
  /** When the producer handed it to the source, where the source knows. */
  readonly sentAtMs?: number;
  /** Token that the source's settler needs (SQS: receipt handle). Valid for this receipt only. */
  readonly receipt: string;
  /** Set when the body could not be had (missing Extended Client payload, broken gzip): `body` then holds the original bytes. */
  readonly fault?: { readonly code: string; readonly message: string };
}

/** Why one record (or one undividable body) was not delivered: everything a person needs to mend and replay it. */
export interface DeadLetter {
  readonly deliveryId: string;
  /** 0-based position of the record in its delivery; -1 when the body as a whole is meant. */
  readonly record: number;
  /** Byte offset of the record in the body. */
  readonly offset: number;
  /** The record's bytes as they were received. */
  readonly original: Uint8Array;
  /** Stage that refused it. */
  readonly stage: 'receive' | 'parse' | 'transform' | 'encode';
  /** Short, countable: `misfit`, `malformed`, `thrown`, `unencodable`, … */
  readonly reason: string;
  /** One sentence: field, wanted, got; or the error's message. */
  readonly message: string;
  readonly field?: string;
  /** Stack of a thrown error, mapped to the user's source. */
  readonly stack?: string;
  readonly receiveCount: number;
  readonly attributes: Readonly<Record<string, string>>;
}
