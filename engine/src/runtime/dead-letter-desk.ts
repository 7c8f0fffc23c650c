import type { Clock } from '../core/clock.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { asParquetryError, type ParquetryError } from '../core/errors.ts';
import type { ProcessedDelivery } from './messages.ts';
import type { DeliveryRef } from './open-files.ts';

/** Makes dead letters durable; rejects when it cannot. */
export interface DeadLetterWriter {
  /** Called once at start: fails with what is wrong and what to do. */
  check?(): Promise<void>;
  write(letters: readonly DeadLetter[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface DeskPort {
  readonly clock: Clock;
  /** Aborts when writes under way are given up. */
  readonly signal: AbortSignal;
  /** The letters of these deliveries are durable, or could not be made so. */
  written(deliveries: readonly DeliveryRef[], error: ParquetryError | undefined): void;
}

/** Dead letters wait this long for company before they are written. */
const MAX_AGE_MS = 5_000;
const MAX_BYTES = 4 << 20;

/** Gathers dead letters into few writes; the deliveries they came from are not acked before. */
export class DeadLetterDesk {
  readonly #writer: DeadLetterWriter | undefined;
  readonly #port: DeskPort;
  readonly #running = new Set<Promise<void>>();
  #letters: DeadLetter[] = [];
  #from: DeliveryRef[] = [];
  #bytes = 0;
  #writingBytes = 0;
  #oldestMs = 0;

  constructor(writer: DeadLetterWriter | undefined, port: DeskPort) {
    this.#writer = writer;
    this.#port = port;
  }

  /** Bytes of letters that wait or are being written. */
  get heldBytes(): number {
    return this.#bytes + this.#writingBytes;
  }

  /** Writes under way. */
  get writes(): number {
    return this.#running.size;
  }

  /** Takes a lane's letters; answers the numbers of the deliveries that now wait for theirs. */
  add(lane: number, deliveries: readonly ProcessedDelivery[], letters: readonly DeadLetter[]): ReadonlySet<number> {
    const seqs = new Set<number>();
    if (letters.length === 0 || !this.#writer) return seqs;
    if (this.#letters.length === 0) this.#oldestMs = this.#port.clock.now();
    for (const { seq, outcome } of deliveries) if (Object.keys(outcome.deadLettered).length > 0) seqs.add(seq);
    for (const seq of seqs) this.#from.push({ lane, seq });
    for (const letter of letters) {
      this.#letters.push(letter);
      this.#bytes += letter.original.byteLength;
    }
    return seqs;
  }

  tick(): void {
    const age = this.#port.clock.now() - this.#oldestMs;
    if (this.#letters.length > 0 && (age >= MAX_AGE_MS || this.#bytes >= MAX_BYTES)) this.flush();
  }

  /** Begins to write what is there; `drain` waits for it. */
  flush(): void {
    if (this.#letters.length === 0 || !this.#writer) return;
    const letters = this.#letters;
    const from = this.#from;
    const bytes = this.#bytes;
    this.#letters = [];
    this.#from = [];
    this.#bytes = 0;
    this.#writingBytes += bytes;
    const run = this.#writer
      .write(letters, this.#port.signal)
      .then(
        () => undefined,
        (thrown) => asParquetryError(thrown),
      )
      .then((error) => {
        this.#writingBytes -= bytes;
        this.#port.written(from, error);
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
