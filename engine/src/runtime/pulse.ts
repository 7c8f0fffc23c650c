/**
 * Where a lane is, readable while its thread is stuck in user code: a few shared words.
 *   [0] counts entries and exits   [1] number of the first delivery of the chunk in user code, 0 outside
 */
export class Pulse {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  enter(seq: number): void {
    Atomics.store(this.#words, 1, seq);
    Atomics.add(this.#words, 0, 1);
  }

  leave(): void {
    Atomics.store(this.#words, 1, 0);
    Atomics.add(this.#words, 0, 1);
  }

  read(): { beats: number; seq: number } {
    return { beats: Atomics.load(this.#words, 0), seq: Atomics.load(this.#words, 1) };
  }
}

/** Notices that user code has not come back within a time limit. Pure but for reading the pulse. */
export class StuckWatch {
  readonly #pulse: Pulse;
  readonly #limitMs: number;
  #beats = -1;
  #sinceMs = 0;

  constructor(pulse: Pulse, limitMs: number) {
    this.#pulse = pulse;
    this.#limitMs = limitMs;
  }

  /** The number of the delivery at which the lane is stuck, or undefined. */
  check(nowMs: number): number | undefined {
    const { beats, seq } = this.#pulse.read();
    if (beats !== this.#beats || seq === 0) {
      this.#beats = beats;
      this.#sinceMs = nowMs;
      return undefined;
    }
    return nowMs - this.#sinceMs >= this.#limitMs ? seq : undefined;
  }
}
