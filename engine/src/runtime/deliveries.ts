import { asParquetryError, type ParquetryError } from '../core/errors.ts';
import { Ledger } from '../core/ledger.ts';
import type { SettleOutcome } from '../core/source.ts';
import { nackDelayMs } from './back-off.ts';
import type { Commit, CommitLog } from './commit-log.ts';
import type { LandingParts } from './landing-parts.ts';
import { LeaseKeeper, leasedUntil } from './lease-keeper.ts';
import type { ProcessedDelivery, ReceivedDelivery } from './messages.ts';
import { OpenDeliveries, type OpenDelivery } from './open-deliveries.ts';
import { Settling } from './settling.ts';

export type DeliveriesParts = Pick<
  LandingParts,
  'settler' | 'lease' | 'clock' | 'logger' | 'metrics' | 'nackDelay' | 'maxReceives'
>;

export interface DeliveriesListener {
  /** Nothing can be settled any more. */
  fatal(error: ParquetryError): void;
  /** What this delivery becomes was refused by a sink too often: it should become a dead letter when it comes again. */
  refused(delivery: OpenDelivery, error: ParquetryError): void;
}

/** What becomes of deliveries, from receive to ack or return: open leases, their renewal, their settlement, and the accounts. */
export class Deliveries {
  readonly open = new OpenDeliveries();
  readonly ledger = new Ledger();
  readonly #parts: DeliveriesParts;
  readonly #listener: DeliveriesListener;
  readonly #settling: Settling;
  readonly #leases: LeaseKeeper | undefined;
  #failuresInARow = 0;
  #returnUpTo = Number.POSITIVE_INFINITY;

  constructor(parts: DeliveriesParts, listener: DeliveriesListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#settling = new Settling(parts.settler, { settled: (...fate) => this.#settled(...fate) });
    this.#leases = this.#createLeaseKeeper();
  }

  received(lane: number, deliveries: readonly ReceivedDelivery[]): void {
    this.open.received(lane, deliveries);
    this.ledger.received(deliveries.length);
    this.#parts.metrics.count('parquetry_messages_received_total', deliveries.length);
    const again = deliveries.filter(({ receiveCount }) => receiveCount > 1).length;
    this.#parts.metrics.count('parquetry_messages_received_again_total', again);
    const bytes = deliveries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#parts.metrics.count('parquetry_received_bytes_total', bytes);
  }

  processed(lane: number, processed: ProcessedDelivery, hasDeadLetters: boolean): void {
    this.ledger.processed(processed.outcome);
    this.#settle(this.open.processed(lane, processed, hasDeadLetters));
  }

  /** A placement of each of these is durable, or is not because of `failure`. */
  placed(lane: number, seqs: Iterable<number>, failure?: ParquetryError): void {
    for (const seq of seqs) this.#settle(this.open.placed(lane, seq, failure));
  }

  /** The lane is gone: what it had not sealed goes back, at once, or when what it had sealed is through. */
  orphaned(lane: number): void {
    this.#giveBack(this.open.orphaned(lane), 0);
  }

  /** A file with rows of these is not written, because the run ends: they go back at once when nothing else holds them. */
  givenUp(lane: number, seqs: Iterable<number>): void {
    for (const seq of seqs) this.#settle(this.open.givenUp(lane, seq));
  }

  /** From here on, a delivery that was received more often is left to its lease instead of given back. */
  returnUpTo(receiveCount: number): void {
    this.#returnUpTo = receiveCount;
  }

  mayReturn({ receiveCount }: Pick<OpenDelivery, 'receiveCount'>): boolean {
    return receiveCount <= this.#returnUpTo;
  }

  /** Writes fail, or succeed again: the back-off of what is given back follows. */
  storeFailed(failed: boolean): void {
    this.#failuresInARow = failed ? this.#failuresInARow + 1 : 0;
  }

  /** Gives back what could not be looked into; it comes again later. */
  postpone(deliveries: readonly OpenDelivery[]): void {
    for (const delivery of deliveries) this.#giveBack([delivery], this.#delayOf(delivery));
  }

  /** One of two receipts of a delivery is settled by the other. */
  superseded(): void {
    this.ledger.settled('lost', undefined);
  }

  /** Renews leases. True if everything held should be flushed, because a lease cannot be renewed for much longer. */
  tick(): boolean {
    return this.#leases?.tick(this.open.values()) ?? false;
  }

  /** Resolves when everything that was to be settled is. */
  async drain(): Promise<void> {
    await this.#settling.drain();
  }

  /** Gives back, at once, whatever is not settled. */
  async finish(): Promise<void> {
    await this.#leases?.drain();
    this.#giveBack(
      [...this.open.values()].filter(({ settling, left }) => !settling && !left),
      0,
    );
    await this.#settling.drain();
  }

  #settle(delivery: OpenDelivery | undefined): void {
    if (!delivery) return;
    if (delivery.lost) this.#forgetLost(delivery);
    else if (!delivery.failed) this.#acknowledge(delivery);
    else {
      const { refusal, receiveCount } = delivery;
      const { maxReceives = Number.POSITIVE_INFINITY } = this.#parts;
      if (refusal && receiveCount >= maxReceives) this.#listener.refused(delivery, refusal);
      this.#giveBack([delivery], delivery.returned ? 0 : this.#delayOf(delivery));
    }
  }

  #acknowledge(delivery: OpenDelivery): void {
    const { clock, metrics } = this.#parts;
    metrics.observe('parquetry_receive_to_durable_seconds', (clock.now() - delivery.receivedAtMs) / 1_000);
    this.#settling.ack(delivery);
  }

  #delayOf({ receiveCount }: OpenDelivery): number {
    return nackDelayMs(this.#parts.nackDelay, receiveCount, this.#failuresInARow);
  }

  #giveBack(deliveries: readonly OpenDelivery[], delayMs: number): void {
    const back: OpenDelivery[] = [];
    for (const delivery of deliveries) {
      if (delivery.lost || !this.#holdsLease(delivery)) this.#forgetLost(delivery);
      else if (this.mayReturn(delivery)) back.push(delivery);
      else this.#leave(delivery);
    }
    this.#settling.nack(back, delayMs);
  }

  /** It stays an open lease, in the accounts, too; its intents stay for whoever receives it then. */
  #leave(delivery: OpenDelivery): void {
    delivery.left = true;
    for (const { log, commit } of delivery.commits ?? []) log.settled(commit, false);
  }

  /** Its receipt is stale: to settle with it could take the delivery from whoever holds it now. */
  #forgetLost(delivery: OpenDelivery): void {
    this.open.settled(delivery);
    for (const { log, commit } of delivery.commits ?? []) log.settled(commit, false);
    this.ledger.settled('lost', delivery.outcome);
  }

  #settled(delivery: OpenDelivery, how: 'ack' | 'nack', outcome: SettleOutcome): void {
    this.open.settled(delivery);
    const lost = outcome !== 'done';
    const isDeleted = how === 'ack' && !lost && this.#holdsLease(delivery);
    for (const { log, commit } of delivery.commits ?? []) log.settled(commit, isDeleted);
    this.ledger.settled(how === 'nack' ? 'returned' : lost ? 'lost' : 'acked', delivery.outcome);
    if (!lost) {
      const heldMs = this.#parts.clock.now() - delivery.receivedAtMs;
      this.#parts.metrics.observe('parquetry_receive_to_settled_seconds', heldMs / 1_000, { how });
      return;
    }
    const message = typeof outcome === 'string' ? 'the lease had run out' : outcome.error.message;
    this.#parts.logger.warn('lease.lost', { delivery: delivery.id, receiveCount: delivery.receiveCount, how, message });
    this.#parts.metrics.count('parquetry_leases_lost_total', 1);
    if (outcome !== 'lost') this.#parts.metrics.count('parquetry_settle_errors_total', 1, { how });
    if (how === 'ack' && outcome !== 'lost') this.#ackFailed(asParquetryError(outcome.error));
  }

  /**
   * While it does, nobody else was handed the delivery. Later an ack may have come too late: SQS says yes to a receipt that is out of
   * date, and deletes nothing. Then whoever holds the delivery must find what is durable of it.
   */
  #holdsLease(delivery: OpenDelivery): boolean {
    const { lease, clock } = this.#parts;
    return clock.now() < leasedUntil(delivery, lease?.leaseMs ?? Number.POSITIVE_INFINITY);
  }

  /** Where deleting is refused, everything written would come again and be written again, for ever. */
  #ackFailed(error: ParquetryError): void {
    if (error.code === 'E_ACCESS' || error.code === 'E_NOT_FOUND') this.#listener.fatal(error);
  }

  #createLeaseKeeper(): LeaseKeeper | undefined {
    const { settler, lease, clock, logger, metrics } = this.#parts;
    if (!settler.extend || !lease) return undefined;
    const extend: NonNullable<typeof settler.extend> = async (receipts, durationMs) => {
      const outcomes = await settler.extend!(receipts, durationMs);
      metrics.count('parquetry_leases_renewed_total', outcomes.filter((outcome) => outcome === 'done').length);
      return outcomes;
    };
    return new LeaseKeeper(lease, extend, clock, {
      lost: (deliveries) => {
        const [{ id, receiveCount }] = deliveries as [OpenDelivery];
        const message = 'somebody else may have received what is held: it is not deleted, and comes again';
        const example = { delivery: id, receiveCount };
        logger.warn('lease.lost', { deliveries: deliveries.length, ...example, how: 'extend', message });
        metrics.count('parquetry_leases_lost_total', deliveries.length);
      },
      failed: (deliveries, { message }) => {
        logger.warn('lease.renewal.failed', { deliveries, message });
        metrics.count('parquetry_lease_renewals_failed_total', deliveries);
      },
    });
  }
}

/** Notes for each delivery with rows in a file that the file is durable under an intent. */
export function noteCommit(deliveries: Iterable<OpenDelivery>, log: CommitLog, commit: Commit): void {
  for (const delivery of deliveries) {
    delivery.commits ??= [];
    if (!delivery.commits.some((noted) => noted.commit === commit)) delivery.commits.push({ log, commit });
  }
}
