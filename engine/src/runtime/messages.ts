import type { Segment } from '../columns/encoder.ts';
import type { DeadLetter } from '../core/delivery.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { RecordOutcome } from '../core/ledger.ts';
import type { LogEvent } from '../core/log-events.ts';
import type { LogFields } from '../core/telemetry.ts';
import type { PoisonState } from './poison-list.ts';

/*
 * What lanes and landing tell each other. Plain data over a MessagePort, in order; segment bytes are transferred.
 * A delivery's number (`seq`) counts up within its lane. The life of a delivery, as the landing hears of it:
 *
 *   received ──► processed (records found, rows placed in n segments) ──► sealed × n ──► durable × n ──► ack
 *
 * `sealed` may overtake `processed`: a delivery is complete once it is processed and all its placements are durable.
 */

export type LaneMessage =
  | { type: 'ready' }
  | { type: 'received'; deliveries: ReceivedDelivery[] }
  | {
      type: 'processed';
      deliveries: ProcessedDelivery[];
      deadLetters: DeadLetter[];
      unknownKeys: [string, number][];
      /** Time that the chunk took: scanned and transformed, encoded. */
      stagesMs?: { transform: number; encode: number };
    }
  | { type: 'opened'; sink: number; partition: string; firstRowAtMs: number }
  /** What open row groups that have grown will take in a file, as far as that can be foreseen. */
  | { type: 'grown'; sink: number; sizes: [partition: string, bytes: number][] }
  | {
      type: 'sealed';
      sink: number;
      partition: string;
      segment: Segment;
      deliveries: Uint32Array;
      firstRowAtMs: number;
      sealMs: number;
    }
  | { type: 'flushed'; request: number }
  | { type: 'idle'; idle: boolean }
  | { type: 'exhausted' }
  | { type: 'receive-failed'; error: WireError; failures: number; delayMs: number }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; event: LogEvent; fields?: LogFields }
  | { type: 'metric'; kind: 'count' | 'gauge' | 'observe'; name: string; value: number; labels: Record<string, string> }
  /** A delivery that was processed by itself has passed. */
  | { type: 'came-through'; delivery: string }
  /** The lane cannot go on, and waits to be killed; another can. `held`: whose rows were in the row group that broke it. */
  | { type: 'broken'; error: WireError; held: readonly number[] }
  | { type: 'failed'; error: WireError }
  | { type: 'stopped' };

export type LandingMessage =
  | { type: 'seal'; request: number; targets: SealTarget[] | 'all' }
  | { type: 'pause' }
  | { type: 'resume' }
  /** So many bytes of sealed row groups have come and count as held now. */
  | { type: 'taken'; bytes: number }
  /** For deliveries that came again: where their rows are durable already, and which went back to the source instead. */
  | { type: 'looked-up'; deliveries: { seq: number; landed: SealTarget[] }[]; returned: number[] }
  /** What user code must not see any more, and what must be processed by itself: adds to what the lane knows. */
  | ({ type: 'poison' } & PoisonState)
  /**
   * Receive no more; process and seal what is held; answer `stopped`. Receives under way have that long (default: 250 ms). What was
   * not processed yet and was received at most `returnUpTo` times (default: 0) is left out: it goes back to the source.
   */
  | { type: 'stop'; lastReceiveMs?: number; returnUpTo?: number };

export interface SealTarget {
  sink: number;
  partition: string;
}

export interface ReceivedDelivery {
  seq: number;
  id: string;
  receipt: string;
  receiveCount: number;
  receivedAtMs: number;
  leasedFromMs: number;
  /** When the producer handed it to the source, where the source knows. */
  sentAtMs?: number;
  sizeBytes: number;
}

export interface ProcessedDelivery {
  seq: number;
  outcome: RecordOutcome;
  /** How many `sealed` messages name this delivery, past and to come. */
  placements: number;
}

/** An error as it crosses threads. */
export interface WireError {
  code: ErrorCode;
  message: string;
  hint?: string;
  stack?: string;
  retryable: boolean;
}
