/** What a row group that is being written knows of its size. */
export interface SizeFacts {
  /** Certain. */
  readonly packedBytes: number;
  /** Certain and foreseen. */
  readonly encodedBytes: number;
}

/** Weight of the newest measurement. */
const LEARNING = 0.5;
/** Partitions whose ratio is remembered; those that were not seen for the longest are forgotten first. */
const REMEMBERED = 4_096;
/** A writer that is wrong by more than this was wrong for once. */
const MAX_RATIO = 4;

/**
 * Foresees what row groups will take in a file. A writer knows what it has packed and guesses the rest; how good its guesses are
 * is learned from what was sealed, for each partition by itself: one may hold noise and another one word. A partition not seen
 * before starts with what all of them have taught. Pure.
 */
export class SizeForecast {
  readonly #ratios = new Map<string, number>();
  #overall = 1;

  bytesOf(partition: string, { packedBytes, encodedBytes }: SizeFacts): number {
    return packedBytes + (encodedBytes - packedBytes) * (this.#ratios.get(partition) ?? this.#overall);
  }

  /** A row group of which `facts` were the last known turned out to be of `actualBytes`. */
  learn(partition: string, { packedBytes, encodedBytes }: SizeFacts, actualBytes: number): void {
    const guessed = encodedBytes - packedBytes;
    if (guessed <= 0) return;
    const measured = Math.min(MAX_RATIO, Math.max(0, actualBytes - packedBytes) / guessed);
    // What was guessed of nearly nothing says nearly nothing.
    const weight = LEARNING * Math.min(1, (2 * guessed) / encodedBytes);
    const known = this.#ratios.get(partition);
    this.#overall += weight * (measured - this.#overall);
    this.#ratios.delete(partition);
    this.#ratios.set(partition, known === undefined ? measured : known + weight * (measured - known));
    if (this.#ratios.size > REMEMBERED) this.#ratios.delete(this.#ratios.keys().next().value!);
  }
}
