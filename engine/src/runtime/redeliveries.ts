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
    const adopted = this.#adopt(lane, cameAgain);
    const again = cameAgain.filter(({ seq }) => !adopted.includes(seq));
    const ids = again.map(({ id }) => id);
    try {
      const looks = this.#logs.map(async ({ commits, sink }) => ({ sink, landed: await commits.landed(ids) }));
      const found = await Promise.all(looks);
      const deliveries = again.map(({ seq, id }) => ({ seq, landed: placesOf(id, found) }));
      port?.postMessage({ type: 'looked-up', deliveries, returned: adopted });
    } catch (thrown) {
      const seqs = again.map(({ seq }) => seq);
      const open = seqs.map((seq) => this.#deliveries.get(lane, seq)).filter((delivery) => delivery !== undefined);
      this.#listener.failed(open, asParquetryError(thrown));
      port?.postMessage({ type: 'looked-up', deliveries: [], returned: [...adopted, ...seqs] });
    }
  }

  /**
   * Deliveries that came again while their rows are still held here need not be read twice: what is held gets the newer lease.
   * Answers which.
   */
  #adopt(lane: number, cameAgain: readonly ReceivedDelivery[]): number[] {
    const newer = new Map(cameAgain.map((received) => [received.id, received]));
    const adopted: number[] = [];
    for (const held of [...this.#deliveries.values()]) {
      const received = newer.get(held.id);
      if (!received || (held.lane === lane && held.seq === received.seq) || held.settling || held.failed) continue;
      const again = this.#deliveries.get(lane, received.seq);
      if (!again) continue;
      held.receipt = received.receipt;
      held.leasedFromMs = received.leasedFromMs;
      held.leasedUntilMs = undefined;
      held.lost = false;
      adopted.push(received.seq);
      this.#deliveries.settled(again);
      this.#listener.superseded();
    }
    return adopted;
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
