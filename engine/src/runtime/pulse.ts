/** Deliveries of a chunk that a pulse can name; lanes make no larger chunks. */
export const MAX_CHUNK_DELIVERIES = 16_384;

/*
 * The shared words:
 *   [0] counts entries and exits     [1] deliveries of the chunk that the lane is at; 0 between chunks
 *   [2] 1: the chunk is one delivery processed by itself, record by record
 *   [3] which delivery of the chunk, [4] which record of it the lane is at; -1 where it is not known
 *   [5…] numbers of the chunk's deliveries
 */
const BEATS = 0;
const COUNT = 1;
const ALONE = 2;
const DELIVERY = 3;
const RECORD = 4;
const SEQS = 5;

/** Where a lane is, readable while its thread is stuck in user code, and after it died. */
export class Pulse {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(shared = new SharedArrayBuffer(4 * (SEQS + MAX_CHUNK_DELIVERIES))) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
  }

  /** The lane begins with a chunk; `alone`: of one delivery, and whatever ends the lane now is this delivery's doing. */
  enter(seqs: readonly number[], alone = false): void {
    this.#words.set(seqs.slice(0, MAX_CHUNK_DELIVERIES), SEQS);
    this.#words[ALONE] = alone ? 1 : 0;
    this.at(-1, -1);
    Atomics.store(this.#words, COUNT, Math.min(seqs.length, MAX_CHUNK_DELIVERIES));
    Atomics.add(this.#words, BEATS, 1);
  }

  leave(): void {
    Atomics.store(this.#words, COUNT, 0);
    Atomics.add(this.#words, BEATS, 1);
  }

  /** Which delivery of the chunk and which record of it comes next. */
  at(delivery: number, record: number): void {
    this.#words[DELIVERY] = delivery;
    this.#words[RECORD] = record;
  }

  /** The two words of `at`, for whoever runs user code record by record: plain stores are enough. */
  get position(): Int32Array {
    return this.#words.subarray(DELIVERY, SEQS);
  }

  read(): PulseReading {
    const words = this.#words;
    const { beats, delivery, record } = this.moment();
    const seqs = words.slice(SEQS, SEQS + Atomics.load(words, COUNT));
    return { beats, seqs, seq: seqs[delivery], record, alone: words[ALONE] === 1 };
  }

  /** Whether nothing has moved since. */
  isAt({ beats, delivery, record }: PulseMoment): boolean {
    const words = this.#words;
    return Atomics.load(words, BEATS) === beats && words[DELIVERY] === delivery && words[RECORD] === record;
  }

  moment(): PulseMoment {
    const words = this.#words;
    return { beats: Atomics.load(words, BEATS), delivery: words[DELIVERY]!, record: words[RECORD]! };
  }

  /** Whether the lane is at a chunk at all. */
  get isInside(): boolean {
    return Atomics.load(this.#words, COUNT) > 0;
  }
}

interface PulseMoment {
  readonly beats: number;
  readonly delivery: number;
  readonly record: number;
}

export interface PulseReading {
  readonly beats: number;
  /** Numbers of the deliveries of the chunk that the lane is at; none between chunks. */
  readonly seqs: Int32Array;
  /** The one of them that it is at; undefined where that is not known. */
  readonly seq: number | undefined;
  /** Which record of that delivery; -1 where it is not known. */
  readonly record: number;
  /** The chunk is one delivery processed by itself. */
  readonly alone: boolean;
}

/** A pause of the whole process (a suspended laptop, SIGSTOP) counts for so much only: nothing could get on meanwhile. */
const MAX_STEP_MS = 1_000;

/** Notices that a lane does not get on: neither the chunk nor the record moves for a time. Pure but for reading the pulse. */
export class StuckWatch {
  readonly #pulse: Pulse;
  readonly #limitMs: number;
  #last: PulseMoment = { beats: -1, delivery: -1, record: -1 };
  #lastMs = 0;
  #stillMs = 0;

  constructor(pulse: Pulse, limitMs: number) {
    this.#pulse = pulse;
    this.#limitMs = limitMs;
  }

  /** Where the lane is stuck, or undefined. */
  check(nowMs: number): PulseReading | undefined {
    const stepMs = Math.min(nowMs - this.#lastMs, MAX_STEP_MS);
    this.#lastMs = nowMs;
    if (!this.#pulse.isInside || !this.#pulse.isAt(this.#last)) {
      this.#last = this.#pulse.moment();
      this.#stillMs = 0;
      return undefined;
    }
    this.#stillMs += stepMs;
    return this.#stillMs >= this.#limitMs ? this.#pulse.read() : undefined;
  }
}
