/** What becomes of what is held when a run is asked to end. */
export type ShutdownMode = 'auto' | 'flush' | 'return';

/** How a run ends. */
export interface Ending {
  readonly mode: ShutdownMode;
  /** Time that is left for writes. */
  readonly leftMs: number;
}

/** A file that is held and not being written yet. */
export interface HeldFile {
  readonly sizeBytes: number;
  readonly firstRowAtMs: number;
}

/** How fast a sink takes files, by what writes took so far. */
export interface WritePace {
  /** Writes at once. */
  readonly limit: number;
  /** How long one write takes; undefined before the first has ended. */
  foreseenMs(sizeBytes: number): number | undefined;
  /** Writes that are under way or wait for their turn, and their bytes. */
  readonly count: number;
  readonly bytes: number;
}

/** The next one who receives the delivery must have two tries left: one may end in another deployment, one in a crash. */
const TRIES_LEFT = 2;
/** Of the time that is left, what may be planned with: writes do not all take as long as those before. */
const PLANNED_SHARE = 0.8;

/**
 * The receive count up to which a delivery may be given back. Beyond it, another return could be one too many, and the source would
 * move a good delivery to its dead-letter queue. `maxReceives` is what the source allows; undefined: any number.
 */
export function returnUpTo(maxReceives: number | undefined): number {
  return maxReceives === undefined ? Number.POSITIVE_INFINITY : maxReceives - TRIES_LEFT;
}

/**
 * Which of the files held for one sink are written: all with `flush`; with `auto` those that can be in the time, the oldest first;
 * in any mode those that hold a delivery which may not be given back. Before a first write has ended, `auto` tries all of them.
 */
export function chooseWrites<File extends HeldFile>(
  files: readonly File[],
  { mode, leftMs }: Ending,
  pace: WritePace,
  mustWrite: (file: File) => boolean,
): ReadonlySet<File> {
  if (mode === 'flush') return new Set(files);
  const chosen = new Set(files.filter(mustWrite));
  if (mode === 'return') return chosen;
  const budgetMs = leftMs * PLANNED_SHARE;
  const queue = new WriteQueue(pace);
  for (const { sizeBytes } of chosen) queue.add(sizeBytes);
  const others = files.filter((file) => !chosen.has(file)).sort((a, b) => a.firstRowAtMs - b.firstRowAtMs);
  for (const file of others) {
    if (queue.endOf(file.sizeBytes) > budgetMs) continue;
    queue.add(file.sizeBytes);
    chosen.add(file);
  }
  return chosen;
}

/** When writes would end that are begun in order, so many at once. */
class WriteQueue {
  readonly #pace: WritePace;
  /** When each of the places becomes free. */
  readonly #freeAtMs: number[];

  constructor(pace: WritePace) {
    this.#pace = pace;
    const { limit, count, bytes } = pace;
    const underWayMs = count > 0 ? count * this.#takes(bytes / count) : 0;
    this.#freeAtMs = Array.from({ length: limit }, () => underWayMs / limit);
  }

  endOf(sizeBytes: number): number {
    return Math.min(...this.#freeAtMs) + this.#takes(sizeBytes);
  }

  add(sizeBytes: number): void {
    const first = this.#freeAtMs.indexOf(Math.min(...this.#freeAtMs));
    this.#freeAtMs[first]! += this.#takes(sizeBytes);
  }

  #takes(sizeBytes: number): number {
    return this.#pace.foreseenMs(sizeBytes) ?? 0;
  }
}
