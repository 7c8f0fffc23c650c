/** Names beyond these are counted under `*`: keys made from data must not fill the memory. */
const MAX_NAMES = 1000;
const OTHERS = '*';

/** Counts the keys of returned objects that the output does not declare, by dotted path. */
export class UndeclaredKeys {
  private counts = new Map<string, number>();

  add(name: string): void {
    const known = this.counts.get(name);
    if (known !== undefined) this.counts.set(name, known + 1);
    else if (this.counts.size < MAX_NAMES) this.counts.set(name, 1);
    else this.counts.set(OTHERS, (this.counts.get(OTHERS) ?? 0) + 1);
  }

  /** What was counted since the last call. */
  take(): ReadonlyMap<string, number> {
    const taken = this.counts;
    this.counts = new Map();
    return taken;
  }
}
