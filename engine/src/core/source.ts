import type { Delivery } from './delivery.ts';

/** Ordered sources hand out the same deliveries in the same order after a restart; unordered ones (SQS) do not. */
export type Replay = 'ordered' | 'unordered';

/** The half that lives in a lane: it receives. One instance a lane; `receive` may be called by several pollers at once. */
export interface SourceReader {
  /**
   * Waits for deliveries; an empty array means nothing came within the source's own wait, undefined that the source has ended.
   * Rejects with a ParquetryError when receiving failed; the caller backs off and calls again if it is retryable.
   */
  receive(signal: AbortSignal): Promise<readonly Delivery[] | undefined>;
  /** The bodies of these deliveries will not be looked at again: their memory may serve for others. */
  release?(deliveries: readonly Delivery[]): void;
  /** May come before the source has ended, when the load needs fewer lanes: what was not handed out goes to other readers. */
  close(): Promise<void>;
}

/** What became of one receipt. `lost`: the lease had run out, somebody else may hold the delivery now. */
export type SettleOutcome = 'done' | 'lost' | { error: Error };

/** How much waits at the source. All zero for a while means drained. */
export interface Backlog {
  visible: number;
  inFlight: number;
  delayed: number;
  /** How often the source hands a delivery out before it moves it to a dead-letter queue; undefined: without end. */
  maxReceives?: number;
}

/**
 * The half that lives in the landing: it settles. Methods take any number of receipts, split them into the service's batches,
 * retry failed entries singly, and answer per receipt, in order. They do not reject for single entries.
 */
export interface SourceSettler {
  ack(receipts: readonly string[]): Promise<SettleOutcome[]>;
  /** Gives back: visible again after `delayMs`. */
  nack(receipts: readonly string[], delayMs: number): Promise<SettleOutcome[]>;
  /** Holds on for `durationMs` from now. Absent where deliveries are not leased. */
  extend?(receipts: readonly string[], durationMs: number): Promise<SettleOutcome[]>;
  /** Absent where the source ends by itself. */
  backlog?(): Promise<Backlog>;
  close(): Promise<void>;
}

/** Who makes the two halves; built on each thread from the same config. */
export interface Source {
  readonly replay: Replay;
  /** How long a receipt is valid without `extend`; undefined: for ever. */
  readonly leaseMs?: number;
  /** How long a delivery can be held in all, however often it is extended; undefined: for ever. */
  readonly leaseCeilingMs?: number;
  /** Receive calls a lane should keep open at once. Default 1. */
  readonly pollers?: number;
  /** Most lanes that may have a reader: 1 where each reader would hand out the same deliveries. Default: any number. */
  readonly maxLanes?: number;
  /** Open leases at which everything held should be flushed, because the service hands out no more beyond its cap. */
  readonly maxInFlight?: number;
  /** Held deliveries keep others from being handed out (FIFO groups): they should be settled when nothing more comes. */
  readonly locksGroups?: boolean;
  /** Called once at start on the landing's thread: fails with what is wrong (queue missing, access denied) and what to do. */
  check?(): Promise<void>;
  createReader(): Promise<SourceReader>;
  createSettler(): Promise<SourceSettler>;
}
