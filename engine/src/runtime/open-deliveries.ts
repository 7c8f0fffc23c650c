import type { RecordOutcome } from '../core/ledger.ts';
import type { Commit, CommitLog } from './commit-log.ts';
import type { ProcessedDelivery, ReceivedDelivery } from './messages.ts';

/** A delivery whose lease is open: received, not yet settled. */
export interface OpenDelivery extends ReceivedDelivery {
  readonly lane: number;
  /** Set once the lane has looked into it. */
  outcome?: RecordOutcome;
  /** Placements that are not durable yet: row groups, and one for its dead letters. */
  pending: number;
  /** A placement could not be made durable: the delivery goes back to the source once the others are through. */
  failed: boolean;
  /** Set by renewals; before the first one the lease runs from the receive. */
  leasedUntilMs?: number;
  /** It is being acked or given back: from here on its receipt may become invalid by our own doing. */
  settling?: boolean;
  /** The lease was found to have run out: the receipt must not be used any more. */
  lost?: boolean;
  /** Files that hold rows of it, durable now, and whose intents say so. */
  commits?: { readonly log: CommitLog; readonly commit: Commit }[];
}

/**
 * The open leases of a run. A delivery is complete when its lane has processed it and every row group and dead letter of it
 * is durable, in whatever order these are heard of.
 */
export class OpenDeliveries {
  readonly #lanes = new Map<number, Map<number, OpenDelivery>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  *values(): Generator<OpenDelivery> {
    for (const lane of this.#lanes.values()) yield* lane.values();
  }

  get(lane: number, seq: number): OpenDelivery | undefined {
    return this.#lanes.get(lane)?.get(seq);
  }

  received(lane: number, deliveries: readonly ReceivedDelivery[]): void {
    let open = this.#lanes.get(lane);
    if (!open) {
      open = new Map();
      this.#lanes.set(lane, open);
    }
    for (const delivery of deliveries) open.set(delivery.seq, { ...delivery, lane, pending: 0, failed: false });
    this.#count += deliveries.length;
  }

  /** Answers the delivery if that completed it. */
  processed(
    lane: number,
    { seq, outcome, placements }: ProcessedDelivery,
    hasDeadLetters: boolean,
  ): OpenDelivery | undefined {
    const delivery = this.get(lane, seq);
    if (!delivery) return undefined;
    delivery.outcome = outcome;
    delivery.pending += placements + (hasDeadLetters ? 1 : 0);
    return complete(delivery);
  }

  /** One placement is through, durable or not. Answers the delivery if that completed it. */
  placed(lane: number, seq: number, durable: boolean): OpenDelivery | undefined {
    const delivery = this.get(lane, seq);
    if (!delivery) return undefined;
    delivery.pending--;
    if (!durable) delivery.failed = true;
    return complete(delivery);
  }

  /** Its lease has ended. */
  settled({ lane, seq }: OpenDelivery): void {
    if (this.#lanes.get(lane)?.delete(seq)) this.#count--;
  }
}

/** `pending` may be negative for a moment: a row group can become durable before its lane reports the delivery processed. */
function complete(delivery: OpenDelivery): OpenDelivery | undefined {
  return delivery.outcome && delivery.pending === 0 ? delivery : undefined;
}
