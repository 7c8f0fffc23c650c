/** From which share of bad records a run should stop and ask: `errors.storm` of the pipeline file. */
export interface StormLimits {
  /** 0..1; more than this share is a storm. */
  readonly share: number;
  /** Records that are looked at together. */
  readonly window: number;
}

/** Watches the share of bad records over tumbling windows. Pure. */
export class StormWatch {
  readonly #limits: StormLimits;
  #records = 0;
  #bad = 0;

  constructor(limits: StormLimits) {
    this.#limits = limits;
  }

  /** True when a window that these records complete was a storm. */
  add(records: number, bad: number): boolean {
    this.#records += records;
    this.#bad += bad;
    if (this.#records < this.#limits.window) return false;
    const storm = this.#bad > this.#limits.share * this.#records;
    this.#records = 0;
    this.#bad = 0;
    return storm;
  }
}
