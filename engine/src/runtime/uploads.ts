import type { FinishedWrite, SinkConcurrency } from './sink-concurrency.ts';

/** How a sink is written to at a moment. */
export interface SinkLoad {
  /** Its name. */
  readonly sink: string;
  /** Files that may be written to it at once. */
  readonly concurrency: number;
  /** Files that are being written, or wait for it. */
  readonly uploads: number;
}

/** Runs the writes to one destination, as many at once as its concurrency allows; knows the bytes that are under way. */
export class Uploads {
  readonly #concurrency: SinkConcurrency;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<void>>();
  #active = 0;
  #bytes = 0;
  #throttles = 0;

  constructor(concurrency: SinkConcurrency, now: () => number) {
    this.#concurrency = concurrency;
    this.#now = now;
  }

  /** Bytes in memory of files that are being written or wait for it. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Writes that may run at once. */
  get limit(): number {
    return this.#concurrency.limit;
  }

  /** See `SinkConcurrency`. */
  foreseenMs(sizeBytes: number): number | undefined {
    return this.#concurrency.foreseenMs(sizeBytes);
  }

  /** Queues one write that takes `bytes` of memory. `work` handles its own failures; it answers what it wrote. */
  start(bytes: number, work: () => Promise<Omit<FinishedWrite, 'active'> | undefined>): void {
    this.#bytes += bytes;
    const run = this.#turn()
      .then(work)
      .then((finished) => {
        if (finished) this.#concurrency.finished({ ...finished, active: this.#active }, this.#now());
      })
      .finally(() => {
        this.#bytes -= bytes;
        this.#active--;
        this.#next();
        this.#running.delete(run);
      });
    this.#running.add(run);
  }

  /** How often the store has asked to slow down so far. */
  noteThrottles(total: number): void {
    if (total > this.#throttles) this.#concurrency.throttled(this.#now());
    this.#throttles = total;
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #turn(): Promise<void> {
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#next();
    await turn;
  }

  #next(): void {
    while (this.#active < this.#concurrency.limit && this.#waiting.length > 0) {
      this.#active++;
      this.#waiting.shift()!();
    }
  }
}
