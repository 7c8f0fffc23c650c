import type { SettleOutcome, SourceSettler } from '../core/source.ts';
import type { OpenDelivery } from './open-deliveries.ts';

export interface SettleListener {
  /** Told once for each delivery, when its fate is known. */
  settled(delivery: OpenDelivery, how: 'ack' | 'nack', outcome: SettleOutcome): void;
}

/** Acks wait this long for company: calls are cheapest by tens. */
const GATHER_MS = 25;

/** Gathers acks and gives them to the source in as few calls as it takes. A delivery is settled exactly once. */
export class Settling {
  readonly #settler: SourceSettler;
  readonly #listener: SettleListener;
  #waiting: OpenDelivery[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(settler: SourceSettler, listener: SettleListener) {
    this.#settler = settler;
    this.#listener = listener;
  }

  ack(delivery: OpenDelivery): void {
    this.#waiting.push(delivery);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  nack(deliveries: readonly OpenDelivery[], delayMs: number): void {
    if (deliveries.length === 0) return;
    this.#run('nack', deliveries, () => this.#settler.nack(deliveries.map(receiptOf), delayMs));
  }

  /** Resolves when everything asked for so far is answered. */
  async drain(): Promise<void> {
    this.#flush();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const deliveries = this.#waiting;
    this.#waiting = [];
    if (deliveries.length > 0) this.#run('ack', deliveries, () => this.#settler.ack(deliveries.map(receiptOf)));
  }

  #run(how: 'ack' | 'nack', deliveries: readonly OpenDelivery[], settle: () => Promise<SettleOutcome[]>): void {
    const work = settle()
      .catch((thrown): SettleOutcome[] => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        return deliveries.map(() => ({ error }));
      })
      .then((outcomes) => {
        deliveries.forEach((delivery, i) => {
          this.#listener.settled(
            delivery,
            how,
            outcomes[i] ?? { error: new Error('the source did not answer for it') },
          );
        });
      })
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }
}

function receiptOf(delivery: OpenDelivery): string {
  return delivery.receipt;
}
