import type { StoredLetter } from '../../studio/dead-letters/stored-letter.ts';

/** Letters of one day and reason. */
export interface LetterGroup {
  /** `2026-02-03`, in UTC; `unknown` where letters have no time. */
  readonly day: string;
  readonly reason: string;
  letters: number;
  /** Of these. */
  replayed: number;
  firstMs?: number;
  lastMs?: number;
  /** The latest that is not replayed, or else the latest. */
  example: StoredLetter;
}

/** Counts letters by day and reason. */
export class Tally {
  readonly #groups = new Map<string, LetterGroup>();

  add(letter: StoredLetter): void {
    const { timeMs, reason } = letter;
    const day = timeMs === undefined ? 'unknown' : new Date(timeMs).toISOString().slice(0, 10);
    const key = `${day}\n${reason}`;
    const group = this.#groups.get(key) ?? { day, reason, letters: 0, replayed: 0, example: letter };
    this.#groups.set(key, group);
    group.letters++;
    if (letter.replayedAt !== undefined) group.replayed++;
    if (timeMs !== undefined) {
      group.firstMs = Math.min(group.firstMs ?? timeMs, timeMs);
      group.lastMs = Math.max(group.lastMs ?? timeMs, timeMs);
    }
    if (letter.replayedAt === undefined || group.example.replayedAt !== undefined) group.example = letter;
  }

  /** By day, then by how many. */
  groups(): LetterGroup[] {
    return [...this.#groups.values()].sort((a, b) => a.day.localeCompare(b.day) || b.letters - a.letters);
  }

  get letters(): number {
    return this.groups().reduce((sum, group) => sum + group.letters, 0);
  }

  get replayed(): number {
    return this.groups().reduce((sum, group) => sum + group.replayed, 0);
  }

  /** Letters still to be replayed, by reason. */
  open(): ReadonlyMap<string, number> {
    const open = new Map<string, number>();
    for (const { reason, letters, replayed } of this.groups()) {
      if (letters > replayed) open.set(reason, (open.get(reason) ?? 0) + letters - replayed);
    }
    return open;
  }
}
