/** A write that has ended well. */
export interface FinishedWrite {
  readonly sizeBytes: number;
  readonly ms: number;
  /** Writes that were under way at its end, itself included. */
  readonly active: number;
}

const START = 4;
const MAX = 16;
/** What a request costs beside its bytes, in bytes: small and large files can be compared by it. */
const OVERHEAD_BYTES = 2 << 20;
/** Weight of the newest measurement. */
const SMOOTHING = 0.3;
/** The best latency known is forgotten slowly: stores and networks change. */
const FORGETTING = 1.01;
/** From so many times the best latency on, more at once does not make it faster. */
const SLOW = 2.5;
const ON_THROTTLE = 0.5;
const ON_SLOW = 0.8;
/** Answers to requests that were sent before the last decrease say nothing new. */
const COOL_DOWN_MS = 1_000;

/**
 * How many files are written to a destination at once: one more for each round of writes that went well while the limit was in
 * use, half when the store asks to slow down, somewhat fewer when writes take far longer than they need to. Pure.
 */
export class SinkConcurrency {
  #limit = START;
  #recent: number | undefined;
  #best = Number.POSITIVE_INFINITY;
  #coolUntilMs = Number.NEGATIVE_INFINITY;

  /** From 1 to 16. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** How long a write would take, by those that have ended well; undefined before the first. */
  foreseenMs(sizeBytes: number): number | undefined {
    return this.#recent && this.#recent * (sizeBytes + OVERHEAD_BYTES);
  }

  finished({ sizeBytes, ms, active }: FinishedWrite, nowMs: number): void {
    const cost = ms / (sizeBytes + OVERHEAD_BYTES);
    this.#recent = this.#recent === undefined ? cost : this.#recent + SMOOTHING * (cost - this.#recent);
    this.#best = Math.min(this.#best * FORGETTING, this.#recent);
    if (this.#recent > SLOW * this.#best) this.#decrease(ON_SLOW, nowMs);
    else if (active >= this.limit) this.#limit = Math.min(MAX, this.#limit + 1 / this.#limit);
  }

  /** The store asked to slow down. */
  throttled(nowMs: number): void {
    this.#decrease(ON_THROTTLE, nowMs);
  }

  #decrease(factor: number, nowMs: number): void {
    if (nowMs < this.#coolUntilMs) return;
    this.#coolUntilMs = nowMs + COOL_DOWN_MS;
    this.#limit = Math.max(1, this.#limit * factor);
  }
}
