import { SQS_IN_FLIGHT_QUOTA } from '../core/sqs-quotas.ts';

/** Bytes of Parquet for a byte of JSON, zstd, as event data usually comes out; what a table really has, `parquetry inspect` shows. */
export const PARQUET_SHARE = 0.25;

/** What decides how large files of an SQS source can become. */
export interface FileSizeFacts {
  readonly targetSizeBytes: number;
  readonly maxAgeMs: number;
  /** JSON bytes of a record, on average. */
  readonly recordBytes: number;
  readonly recordsPerMessage: number;
  /** Bytes of Parquet for a byte of JSON. Default: what is usual. */
  readonly encodedShare?: number;
  /** Messages that a run may hold at the same time: `SQS_MOST_HELD`, less where others hold most of the quota. */
  readonly inFlightCap: number;
  /** Messages a second; undefined: as many as it takes. */
  readonly messagesPerSecond?: number;
  /** The share is that of the largest of several partitions, whose files become larger than the others'. */
  readonly isOfLargest?: boolean;
}

export interface ReachableSize {
  /** Encoded, of a file when it closes; all held messages in one partition. */
  readonly sizeBytes: number;
  /** What closes it. */
  readonly limit: 'target' | 'in-flight' | 'age';
  /** Messages in it. */
  readonly messages: number;
  /** Until it closes; undefined where the rate is not known. */
  readonly closesAfterMs?: number;
  /** Messages a second from which `maxAge` is no limit any more. */
  readonly enoughPerSecond: number;
  /** Records a message from which the messages in flight are no limit any more. */
  readonly enoughRecords: number;
}

/**
 * The size that files reach before age or the number of messages held closes them: a message stays in flight until its file is
 * written, so no file can hold more messages than a run may. Pure.
 */
export function reachableSize(facts: FileSizeFacts): ReachableSize {
  const { targetSizeBytes, maxAgeMs, recordBytes, recordsPerMessage, inFlightCap, messagesPerSecond } = facts;
  const recordShare = Math.max(recordBytes * (facts.encodedShare ?? PARQUET_SHARE), Number.MIN_VALUE);
  const messageShare = recordShare * recordsPerMessage;
  const needed = Math.ceil(targetSizeBytes / messageShare);
  const arriving = messagesPerSecond === undefined ? Number.POSITIVE_INFINITY : (messagesPerSecond * maxAgeMs) / 1_000;
  const messages = Math.min(needed, inFlightCap, Math.floor(arriving));
  const limit = messages === needed ? 'target' : messages === inFlightCap ? 'in-flight' : 'age';
  return {
    sizeBytes: Math.min(targetSizeBytes, Math.round(messages * messageShare)),
    limit,
    messages,
    closesAfterMs:
      messagesPerSecond === undefined
        ? undefined
        : Math.min(maxAgeMs, Math.round((messages / messagesPerSecond) * 1_000)),
    enoughPerSecond: Math.min(needed, inFlightCap) / (maxAgeMs / 1_000),
    enoughRecords: Math.ceil(targetSizeBytes / (inFlightCap * recordShare)),
  };
}

/** A limit as a sentence about `batch.targetSize` and what to do; undefined if the target is reached. */
export function explainReachableSize(
  facts: FileSizeFacts,
  size: (bytes: number) => string,
): { readonly message: string; readonly hint: string } | undefined {
  const reach = reachableSize(facts);
  if (reach.limit === 'target') return undefined;
  const reached = size(reach.sizeBytes);
  const ofLargest = facts.isOfLargest ? ' of the largest partition' : '';
  const cannot = `batch.targetSize of ${size(facts.targetSizeBytes)} cannot be reached`;
  const each = `${plural(facts.recordsPerMessage, 'record')} of about ${size(facts.recordBytes)}`;
  if (reach.limit === 'age') {
    const rate = `${number(facts.messagesPerSecond ?? 0)} messages/s of ${each}`;
    return {
      message: `${cannot}: at ${rate} a file${ofLargest} has about ${reached} when batch.maxAge closes it`,
      hint: `Raise batch.maxAge or lower batch.targetSize; from ${number(Math.ceil(reach.enoughPerSecond))} messages/s on age is no limit.`,
    };
  }
  return {
    message: `${cannot}: of the ${number(SQS_IN_FLIGHT_QUOTA)} messages that SQS lends at a time a run holds at most ${number(facts.inFlightCap)}, and as many of ${each} are about ${reached} of Parquet`,
    hint: `Have the producer put ${number(reach.enoughRecords)} records or more into a message, or expect files${ofLargest} of ${reached}.`,
  };
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

function plural(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}
