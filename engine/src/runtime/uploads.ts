/** Runs writes, so many at once; knows the bytes that are under way. */
export class Uploads {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<void>>();
  #active = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of files that are being written or wait for it. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Queues one write of `bytes`. `work` handles its own failures. */
  start(bytes: number, work: () => Promise<void>): void {
    this.#bytes += bytes;
    const run = this.#turn()
      .then(work)
      .finally(() => {
        this.#bytes -= bytes;
        this.#active--;
        this.#waiting.shift()?.();
        this.#running.delete(run);
      });
    this.#running.add(run);
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #turn(): Promise<void> {
    if (this.#active >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active++;
  }
}
