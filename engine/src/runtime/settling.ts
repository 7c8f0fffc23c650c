import type { SettleOutcome, SourceSettler } from '../core/source.ts';
import type { OpenDelivery } from './open-deliveries.ts';

export interface SettleListener {
  /** Told once for each delivery, when its fate is known. */
  settled(delivery: OpenDelivery, how: 'ack' | 'nack', outcome: SettleOutcome): void;
}

/** Settlements wait this long for company: calls are cheapest by tens. */
const GATHER_MS = 25;
/** Requests to the source under way at once; beyond it, settlements gather. A source that is down is not asked ever more. */
const MAX_RUNNING = 4;

/** Deliveries that share a fate: acks, or nacks with the same delay. */
interface Gathered {
  readonly how: 'ack' | 'nack';
  readonly delayMs: number;
  readonly deliveries: OpenDelivery[];
}

/** Gathers settlements and gives them to the source in as few calls as it takes. A delivery is settled exactly once. */
export class Settling {
  readonly #settler: SourceSettler;
  readonly #listener: SettleListener;
  readonly #waiting = new Map<string, Gathered>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(settler: SourceSettler, listener: SettleListener) {
    this.#settler = settler;
    this.#listener = listener;
  }

  ack(delivery: OpenDelivery): void {
    this.#gather('ack', 0, [delivery]);
  }

  nack(deliveries: readonly OpenDelivery[], delayMs: number): void {
    this.#gather('nack', delayMs, deliveries);
  }

  /** Resolves when everything asked for so far is answered. */
  async drain(): Promise<void> {
    this.#flush();
    while (this.#running.size > 0) {
      await Promise.race(this.#running);
      this.#flush();
    }
  }

  #gather(how: 'ack' | 'nack', delayMs: number, deliveries: readonly OpenDelivery[]): void {
    if (deliveries.length === 0) return;
    const key = `${how} ${delayMs}`;
    const gathered = this.#waiting.get(key) ?? { how, delayMs, deliveries: [] };
    for (const delivery of deliveries) {
      delivery.settling = true;
      gathered.deliveries.push(delivery);
    }
    this.#waiting.set(key, gathered);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [key, gathered] of this.#waiting) {
      if (this.#running.size >= MAX_RUNNING) return;
      this.#waiting.delete(key);
      const work = this.#settle(gathered).finally(() => {
        this.#running.delete(work);
        if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
      });
      this.#running.add(work);
    }
  }

  async #settle({ how, delayMs, deliveries }: Gathered): Promise<void> {
    const receipts = deliveries.map(({ receipt }) => receipt);
    let outcomes: readonly SettleOutcome[];
    try {
      outcomes = await (how === 'ack' ? this.#settler.ack(receipts) : this.#settler.nack(receipts, delayMs));
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      outcomes = receipts.map(() => ({ error }));
    }
    const unanswered: SettleOutcome = { error: new Error('the source did not answer for it') };
    deliveries.forEach((delivery, i) => {
      this.#listener.settled(delivery, how, outcomes[i] ?? unanswered);
    });
  }
}
