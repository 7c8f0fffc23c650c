/** Values at the start of a page by which encodings are compared: each costs one part in 64 of a row group of 65,536 rows. */
export const SAMPLE_VALUES = 1024;

/** An encoding other than the first is worth it where the sample is smaller by so much. Codecs take most of them faster, too. */
const WORTH = 0.99;

/** Where values of a page take so many times what the sample did, they have become others. */
const UNLIKE = 1.5;

/** In which encoding the pages of a column chunk that have no dictionary take the least room: their own values tell. */
export class EncodingChoice {
  readonly #encodings: readonly [number, ...number[]];
  readonly #sampleBytes: (encoding: number) => number;
  #isSettled = false;
  /** What a value took in the sample for which an encoding was chosen. */
  #bytesPerValue = Number.POSITIVE_INFINITY;

  /**
   * `encodings`: the one that pages have before the choice, then those that may be smaller. `sampleBytes` answers what the first
   * `SAMPLE_VALUES` of the open page take, compressed.
   */
  constructor(encodings: readonly [number, ...number[]], sampleBytes: (encoding: number) => number) {
    this.#encodings = encodings;
    this.#sampleBytes = sampleBytes;
  }

  /** Forgets the choice. Answers the encoding of pages before the next one. */
  restart(): number {
    this.#isSettled = this.#encodings.length === 1;
    this.#bytesPerValue = Number.POSITIVE_INFINITY;
    return this.#encodings[0];
  }

  /** Whether a page of so many values is the first that tells enough. */
  isDue(values: number): boolean {
    return !this.#isSettled && values >= SAMPLE_VALUES;
  }

  /** The encoding of the page, and of those after it. */
  choose(): number {
    const [first, ...others] = this.#encodings;
    let chosen: number = first;
    let least = this.#sampleBytes(first);
    for (const encoding of others) {
      const size = this.#sampleBytes(encoding);
      if (size >= least * WORTH) continue;
      chosen = encoding;
      least = size;
    }
    this.#isSettled = true;
    if (chosen !== first) this.#bytesPerValue = least / SAMPLE_VALUES;
    return chosen;
  }

  /** Whether a page of many values has taken so much that they are unlike those of the sample, and there should be a new choice. */
  isUnlikeSample(values: number, bytes: number): boolean {
    return values >= SAMPLE_VALUES && bytes > values * this.#bytesPerValue * UNLIKE;
  }
}
