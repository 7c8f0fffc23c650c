import type { IsolationReason } from '../columns/transform.ts';

/** A record that user code must not see again, and why. Plain data: it crosses threads and processes. */
export interface Poison {
  /** Id of its delivery, as the source calls it. */
  readonly delivery: string;
  /** 0-based position in the delivery; -1 for the delivery as a whole. */
  readonly record: number;
  readonly reason: IsolationReason;
  /** One sentence for the dead letter. */
  readonly message: string;
}

/** What lanes are told of poison, and what a process hands on to the next. Plain data. */
export interface PoisonState {
  readonly poison: readonly Poison[];
  /** Deliveries that may hold poison: they are processed by themselves, record by record. */
  readonly suspects: readonly string[];
}

/** Deliveries that are remembered, of each kind; the oldest are forgotten first, and found out again if they ever come again. */
const MAX_REMEMBERED = 10_000;

/** What is known of poison. Pure and bounded. */
export class PoisonList {
  readonly #records = new Map<string, Map<number, Poison>>();
  readonly #suspects = new Set<string>();

  /** Takes in what somebody else knows. */
  learn({ poison, suspects }: PoisonState): void {
    for (const each of poison) this.add(each);
    for (const delivery of suspects) this.suspect(delivery);
  }

  add(poison: Poison): void {
    const { delivery, record } = poison;
    let records = this.#records.get(delivery);
    if (!records) {
      records = new Map();
      this.#records.set(delivery, records);
      forgetOldest(this.#records);
    }
    records.set(record, poison);
  }

  suspect(delivery: string): void {
    this.#suspects.add(delivery);
    forgetOldest(this.#suspects);
  }

  /** A suspect came through, or its poison is known. */
  clear(delivery: string): void {
    this.#suspects.delete(delivery);
  }

  isSuspect(delivery: string): boolean {
    return this.#suspects.has(delivery);
  }

  /** The poison in a delivery, by record; undefined where there is none. */
  in(delivery: string): ReadonlyMap<number, Poison> | undefined {
    return this.#records.get(delivery);
  }

  /** Nothing is known: whoever looks at every delivery need not look. */
  get isEmpty(): boolean {
    return this.#records.size + this.#suspects.size === 0;
  }

  state(): PoisonState {
    const poison = Array.from(this.#records.values(), (records) => [...records.values()]).flat();
    return { poison, suspects: [...this.#suspects] };
  }
}

function forgetOldest(remembered: Map<string, unknown> | Set<string>): void {
  if (remembered.size <= MAX_REMEMBERED) return;
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}
