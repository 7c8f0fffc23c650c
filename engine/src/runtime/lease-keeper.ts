import type { Clock } from '../core/clock.ts';
import type { SettleOutcome, SourceSettler } from '../core/source.ts';
import type { OpenDelivery } from './open-deliveries.ts';

export interface LeaseTerms {
  /** How long a receipt is valid from the receive, and from each renewal. */
  readonly leaseMs: number;
  /** How long a delivery can be held in all, whatever is renewed; undefined: for ever. */
  readonly ceilingMs?: number;
  /**
   * A lease that ran out by the clock is lost, whatever the source says of its receipt: it may say yes to one that is out of date,
   * and somebody else may have delivered meanwhile. Without it such a lease is renewed if the source lets it.
   */
  readonly lapsesForGood?: boolean;
}

export interface LeaseListener {
  /** Somebody else may hold these now: their receipts must not be used any more. Never none. */
  lost(deliveries: readonly OpenDelivery[]): void;
  /** These could not be renewed now; they are tried again at the next look. */
  failed(deliveries: number, error: Error): void;
}

/** A lease is renewed when less than this share of it is left: two more tries fit in if the first one fails. */
const RENEW_BELOW = 1 / 3;
/** Looks at the leases in a lease's time, and one a minute at least. A look costs some nanoseconds a delivery. */
const LOOKS_A_LEASE = 30;
const MAX_LOOK_MS = 60_000;
/** Before the ceiling, everything held is flushed: room for an upload with its retries. */
const CEILING_ROOM_MS = 15 * 60_000;

/** Until when a delivery is certainly ours, by a clock that runs like the source's. */
export function leasedUntil({ leasedUntilMs, leasedFromMs }: OpenDelivery, leaseMs: number): number {
  return leasedUntilMs ?? leasedFromMs + leaseMs;
}

/**
 * Renews the leases of deliveries that are held for longer than one lasts. A delivery that is settled in time, which is nearly
 * every one, costs no call. Has no timer: it looks when it is ticked.
 */
export class LeaseKeeper {
  readonly #terms: LeaseTerms;
  readonly #extend: NonNullable<SourceSettler['extend']>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #listener: LeaseListener;
  #nextLookMs = 0;
  #running: Promise<void> | undefined;

  constructor(
    terms: LeaseTerms,
    extend: NonNullable<SourceSettler['extend']>,
    clock: Pick<Clock, 'now'>,
    listener: LeaseListener,
  ) {
    this.#terms = terms;
    this.#extend = extend;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Starts the renewals that are due. True if a delivery comes near the ceiling: then everything held should be flushed. */
  tick(open: Iterable<OpenDelivery>): boolean {
    const nowMs = this.#clock.now();
    if (nowMs < this.#nextLookMs || this.#running) return false;
    const { leaseMs, ceilingMs = Number.POSITIVE_INFINITY } = this.#terms;
    this.#nextLookMs = nowMs + Math.min(leaseMs / LOOKS_A_LEASE, MAX_LOOK_MS);
    const due: OpenDelivery[] = [];
    const lapsed: OpenDelivery[] = [];
    let nearCeiling = false;
    for (const delivery of open) {
      if (delivery.lost || delivery.settling || delivery.left) continue;
      const endMs = delivery.leasedFromMs + ceilingMs;
      if (nowMs > endMs - Math.min(CEILING_ROOM_MS, ceilingMs / 2)) nearCeiling = true;
      const leasedUntilMs = leasedUntil(delivery, leaseMs);
      if (this.#hasLapsed(delivery)) lapsed.push(delivery);
      else if (leasedUntilMs - nowMs < leaseMs * RENEW_BELOW && leasedUntilMs < endMs) due.push(delivery);
    }
    this.#lose(lapsed);
    if (due.length > 0) this.#running = this.#renew(due, nowMs).finally(() => (this.#running = undefined));
    return nearCeiling;
  }

  /** Resolves when no renewal is under way. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #renew(due: readonly OpenDelivery[], nowMs: number): Promise<void> {
    const { leaseMs, ceilingMs = Number.POSITIVE_INFINITY } = this.#terms;
    // One duration a call: the oldest decides, and only near the ceiling are they not all the same.
    const oldestMs = due.reduce((oldest, { leasedFromMs }) => Math.min(oldest, leasedFromMs), nowMs);
    const durationMs = Math.min(leaseMs, oldestMs + ceilingMs - nowMs);
    const outcomes = await this.#ask(due, durationMs);
    const lost: OpenDelivery[] = [];
    let failures = 0;
    let error: Error | undefined;
    due.forEach((delivery, i) => {
      const outcome = outcomes[i] ?? { error: new Error('the source did not answer for it') };
      if (delivery.settling) return; // meanwhile: what the source says of its receipt says nothing of its lease
      // An answer that comes after the lease says nothing either: the request may have been late, too.
      if (outcome === 'lost' || this.#hasLapsed(delivery)) lost.push(delivery);
      else if (outcome === 'done') delivery.leasedUntilMs = nowMs + durationMs;
      else {
        failures++;
        error = outcome.error;
      }
    });
    this.#lose(lost);
    if (error) this.#listener.failed(failures, error);
  }

  #hasLapsed(delivery: OpenDelivery): boolean {
    const { leaseMs, lapsesForGood = false } = this.#terms;
    return lapsesForGood && leasedUntil(delivery, leaseMs) <= this.#clock.now();
  }

  #lose(deliveries: readonly OpenDelivery[]): void {
    for (const delivery of deliveries) delivery.lost = true;
    if (deliveries.length > 0) this.#listener.lost(deliveries);
  }

  async #ask(due: readonly OpenDelivery[], durationMs: number): Promise<readonly SettleOutcome[]> {
    try {
      return await this.#extend(
        due.map(({ receipt }) => receipt),
        durationMs,
      );
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return due.map(() => ({ error }));
    }
  }
}
