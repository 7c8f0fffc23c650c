import type { ParquetryError } from '../core/errors.ts';
import type { RecordOutcome } from '../core/ledger.ts';
import type { Commit, CommitLog } from './commit-log.ts';
import type { ProcessedDelivery, ReceivedDelivery } from './messages.ts';

/** A delivery whose lease is open: received, not yet settled. */
export interface OpenDelivery extends ReceivedDelivery {
  readonly lane: number;
  /** Set once the lane has looked into it. */
  outcome?: RecordOutcome;
  /** Placements in all: row groups, and one for its dead letters. Undefined until the lane says. */
  expected?: number;
  /** Placements of which is known whether they are durable. */
  through: number;
  /** Row groups of it that the landing has, or had, and 1 if there are dead letters of it. */
  arrived: number;
  /** A placement could not be made durable: the delivery goes back to the source once the others are through. */
  failed: boolean;
  /** Why, where the store is not to blame but what was to be written. */
  refusal?: ParquetryError;
  /** A file with rows of it was given up because the run ends, and for no other reason: it may be somebody else's at once. */
  returned?: boolean;
  /** It was received too often to be given back by a run that ends: its lease runs out by itself. */
  left?: boolean;
  /** Set by renewals; before the first one the lease runs from the receive. */
  leasedUntilMs?: number;
  /** It is being acked or given back: from here on its receipt may become invalid by our own doing. */
  settling?: boolean;
  /** The lease was found to have run out: the receipt must not be used any more. */
  lost?: boolean;
  /** Files that hold rows of it, durable now, and whose intents say so. */
  commits?: { readonly log: CommitLog; readonly commit: Commit }[];
}

const NONE: readonly OpenDelivery[] = [];

/**
 * The open leases of a run. A delivery is complete when its lane has processed it and every row group and dead letter of it
 * is durable, in whatever order these are heard of.
 */
export class OpenDeliveries {
  readonly #lanes = new Map<number, Map<number, OpenDelivery>>();
  /** One nearly always; more while a delivery that is still held came again. */
  readonly #byId = new Map<string, readonly OpenDelivery[]>();
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

  /** All that are open under the id that the source gave a delivery. */
  withId(id: string): readonly OpenDelivery[] {
    return this.#byId.get(id) ?? NONE;
  }

  received(lane: number, deliveries: readonly ReceivedDelivery[]): void {
    let open = this.#lanes.get(lane);
    if (!open) {
      open = new Map();
      this.#lanes.set(lane, open);
    }
    for (const delivery of deliveries) {
      const opened: OpenDelivery = { ...delivery, lane, through: 0, arrived: 0, failed: false };
      open.set(delivery.seq, opened);
      this.#byId.set(delivery.id, [...this.withId(delivery.id), opened]);
    }
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
    delivery.expected = placements;
    if (hasDeadLetters) {
      delivery.expected++;
      delivery.arrived++;
    }
    return complete(delivery);
  }

  /** The landing has a row group with rows of these. */
  sealed(lane: number, seqs: Uint32Array): void {
    const open = this.#lanes.get(lane);
    for (const seq of seqs) {
      const delivery = open?.get(seq);
      if (delivery) delivery.arrived++;
    }
  }

  /** One placement is through: durable, or not because of `failure`. Answers the delivery if that completed it. */
  placed(lane: number, seq: number, failure?: ParquetryError): OpenDelivery | undefined {
    const delivery = this.get(lane, seq);
    if (!delivery) return undefined;
    delivery.through++;
    if (failure) {
      delivery.failed = true;
      if (failure.code === 'E_RECORD') delivery.refusal = failure;
      if (failure.code === 'E_CANCELLED') delivery.returned = true;
    }
    return complete(delivery);
  }

  /** One placement is given up, by choice. Answers the delivery if that completed it. */
  givenUp(lane: number, seq: number): OpenDelivery | undefined {
    const delivery = this.get(lane, seq);
    if (!delivery) return undefined;
    delivery.through++;
    delivery.failed = true;
    delivery.returned = true;
    return complete(delivery);
  }

  /**
   * The lane is gone, and everything it said was heard: what it had not sealed of a delivery comes only when the delivery comes
   * again. What it had sealed is still written, under the lease that is held. Answers the deliveries that wait for nothing more.
   */
  orphaned(lane: number): OpenDelivery[] {
    const completed: OpenDelivery[] = [];
    for (const delivery of this.#lanes.get(lane)?.values() ?? []) {
      const { arrived } = delivery;
      if (delivery.settling || delivery.expected === arrived) continue;
      delivery.failed = true;
      delivery.expected = arrived;
      if (complete(delivery)) completed.push(delivery);
    }
    return completed;
  }

  /** Its lease has ended. */
  settled({ lane, seq, id }: OpenDelivery): void {
    if (!this.#lanes.get(lane)?.delete(seq)) return;
    this.#count--;
    const others = this.withId(id).filter((other) => other.lane !== lane || other.seq !== seq);
    if (others.length > 0) this.#byId.set(id, others);
    else this.#byId.delete(id);
  }
}

/** What is through may be heard of before the lane reports the delivery processed. */
function complete(delivery: OpenDelivery): OpenDelivery | undefined {
  return delivery.expected === delivery.through ? delivery : undefined;
}
