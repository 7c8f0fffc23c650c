/** For how long SQS remembers a deduplication id, also after its message was received and deleted. */
export const DEDUPLICATION_INTERVAL_MS = 5 * 60_000;

/** What a duplicate is answered with: the first message's own answer. */
export interface FirstSent {
  id: string;
  order: number;
}

interface Remembered extends FirstSent {
  expiresAtMs: number;
}

/** The deduplication ids of the last five minutes of one FIFO queue. */
export class DeduplicationWindow {
  // The interval is the same for all, so insertion order is the order of expiry.
  #seen = new Map<string, Remembered>();

  /** The message first sent under `key` within the interval, if any. */
  find(key: string, nowMs: number): FirstSent | undefined {
    for (const [oldKey, old] of this.#seen) {
      if (old.expiresAtMs > nowMs) break;
      this.#seen.delete(oldKey);
    }
    return this.#seen.get(key);
  }

  remember(key: string, first: FirstSent, nowMs: number): void {
    this.#seen.set(key, { ...first, expiresAtMs: nowMs + DEDUPLICATION_INTERVAL_MS });
  }
}
