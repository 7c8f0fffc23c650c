const MAX_NAMES = 1_000;

/** Counts columns that the schema does not know; beyond a bound of names under `*`. */
export class UnknownColumns {
  #counts = new Map<string, number>();

  add(name: string, records: number): void {
    const counted = this.#counts.has(name) || this.#counts.size < MAX_NAMES ? name : '*';
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + records);
  }

  take(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }
}
