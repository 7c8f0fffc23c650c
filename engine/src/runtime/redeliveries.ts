import { asParquetryError, type ParquetryError } from '../core/errors.ts';
import type { CommitLog } from './commit-log.ts';
import type { LanePort } from './landing-parts.ts';
import type { ReceivedDelivery, SealTarget } from './messages.ts';
import type { OpenDeliveries, OpenDelivery } from './open-deliveries.ts';

export interface RedeliveryListener {
  /** A delivery that is still held came again: one of its two receipts is settled by this. */
  superseded(): void;
  /** What is durable of these could not be found out; they must go back to the source. */
  failed(deliveries: readonly OpenDelivery[], error: ParquetryError): void;
}

/** Deliveries that came again, where delivery is exactly once: lanes wait to hear what of them is durable already. */
export class Redeliveries {
  readonly #logs: readonly { readonly commits: CommitLog; readonly sink: number }[];
  readonly #deliveries: OpenDeliveries;
  readonly #listener: RedeliveryListener;

  /** `commits`: one a sink, absent where the sink's delivery is not exactly once. */
  constructor(commits: readonly (CommitLog | undefined)[], deliveries: OpenDeliveries, listener: RedeliveryListener) {
    this.#logs = commits.flatMap((log, sink) => (log ? [{ commits: log, sink }] : []));
    this.#deliveries = deliveries;
    this.#listener = listener;
  }

  /** Tells the lane where the rows of those of `received` that came again are durable. Never rejects. */
  async lookUp(lane: number, port: LanePort | undefined, received: readonly ReceivedDelivery[]): Promise<void> {
    const cameAgain = received.filter(({ receiveCount }) => receiveCount > 1);
    if (this.#logs.length === 0 || cameAgain.length === 0) return;
    const adopted = cameAgain.filter((received) => this.#supersede(lane, received)).map(({ seq }) => seq);
    const again = cameAgain.filter(({ seq }) => !adopted.includes(seq));
    const ids = again.map(({ id }) => id);
    try {
      const logs = ids.length > 0 ? this.#logs : [];
      const looks = logs.map(async ({ commits, sink }) => ({ sink, landed: await commits.landed(ids) }));
      const found = await Promise.all(looks);
      const deliveries: { seq: number; landed: SealTarget[] }[] = [];
      const returned = [...adopted];
      for (const received of again) {
        const landed = placesOf(received.id, found);
        if (this.#adoptUnlessLanded(lane, received, landed)) returned.push(received.seq);
        else deliveries.push({ seq: received.seq, landed });
      }
      port?.postMessage({ type: 'looked-up', deliveries, returned });
    } catch (thrown) {
      const seqs = again.map(({ seq }) => seq);
      const open = seqs.map((seq) => this.#deliveries.get(lane, seq)).filter((delivery) => delivery !== undefined);
      this.#listener.failed(open, asParquetryError(thrown));
      port?.postMessage({ type: 'looked-up', deliveries: [], returned: [...adopted, ...seqs] });
    }
  }

  /**
   * A delivery that came again while its rows are still held here need not be read twice: what is held gets the newer lease. True where
   * that is certain: nobody else received it in between, or what is held was received later.
   */
  #supersede(lane: number, received: ReceivedDelivery): boolean {
    const held = this.#heldOf(lane, received);
    if (held.some(({ receiveCount }) => receiveCount > received.receiveCount)) return this.#drop(lane, received);
    const before = held.find(({ receiveCount }) => receiveCount === received.receiveCount - 1);
    return before !== undefined && this.#adopt(lane, received, before);
  }

  /**
   * Where somebody else may have received it in between, intents tell: if nothing of it has landed nothing will, and what is held may be
   * written; otherwise it must not be any more.
   */
  #adoptUnlessLanded(lane: number, received: ReceivedDelivery, landed: readonly SealTarget[]): boolean {
    const [held, ...others] = this.#heldOf(lane, received);
    if (held && others.length === 0 && landed.length === 0) return this.#adopt(lane, received, held);
    for (const one of [held, ...others]) if (one) one.lost = true;
    return false;
  }

  #heldOf(lane: number, { id, seq }: ReceivedDelivery): OpenDelivery[] {
    const again = this.#deliveries.get(lane, seq);
    return this.#deliveries.withId(id).filter((one) => one !== again && !one.settling && !one.failed);
  }

  /** What is held takes over the lease as it is now: since the receive it may have been renewed, or lost. */
  #adopt(lane: number, received: ReceivedDelivery, held: OpenDelivery): boolean {
    const again = this.#deliveries.get(lane, received.seq);
    if (!again || !this.#drop(lane, received)) return false;
    const { receipt, receiveCount, leasedFromMs, leasedUntilMs, lost = false } = again;
    Object.assign(held, { receipt, receiveCount, leasedFromMs, leasedUntilMs, lost });
    return true;
  }

  /** False if it is not open any more: its lane has died meanwhile, and it was given back. */
  #drop(lane: number, { seq }: ReceivedDelivery): boolean {
    const again = this.#deliveries.get(lane, seq);
    if (!again) return false;
    this.#deliveries.settled(again);
    this.#listener.superseded();
    return true;
  }
}

/** Where a delivery's rows are durable, over all sinks that know. */
function placesOf(
  id: string,
  found: readonly { sink: number; landed: ReadonlyMap<string, ReadonlySet<string>> }[],
): SealTarget[] {
  return found.flatMap(({ sink, landed }) =>
    Array.from(landed.get(id) ?? [], (partition): SealTarget => ({ sink, partition })),
  );
}
