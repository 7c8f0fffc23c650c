import type { DeadLetterInfo, DeadLetterMethods } from '../../protocol/dead-letters.ts';
import type { LetterStore } from './letter-store.ts';
import { letterInfo } from './letter-view.ts';
import type { Selection } from './selection.ts';
import { letterId, type StoredLetter } from './stored-letter.ts';

type ListAnswer = DeadLetterMethods['deadLetters.list']['result'];

const PAGE_LETTERS = 200;
const MAX_LETTERS = 50_000;
/** Of records kept beside what is listed, so that one of a queue can be shown without receiving it once more. */
const MAX_KEPT_BYTES = 32 << 20;

/** The letters of some time, as they were when it was looked. */
export class LetterListing {
  readonly #place: string;
  /** Newest first. */
  readonly #letters: readonly DeadLetterInfo[];
  readonly #kept: ReadonlyMap<string, StoredLetter>;
  readonly #isCut: boolean;

  private constructor(place: string, found: Found) {
    this.#place = place;
    this.#letters = found.infos.sort((a, b) => b.atMs - a.atMs);
    this.#kept = found.kept;
    this.#isCut = found.isCut;
  }

  /** Looks at all letters of the time; reads every file of it. */
  static async of(store: LetterStore, time: Omit<Selection, 'reasons'>, signal: AbortSignal): Promise<LetterListing> {
    return new LetterListing(store.place, await gather(store, time, signal));
  }

  /** Letters from a position on; `nameOfNext` makes the name of the page behind it. */
  page(from: number, reason: string | undefined, nameOfNext: (from: number) => string): ListAnswer {
    const selected = reason === undefined ? this.#letters : this.#letters.filter((letter) => letter.reason === reason);
    const end = from + PAGE_LETTERS;
    return {
      letters: selected.slice(from, end),
      reasons: countReasons(this.#letters),
      total: selected.length,
      isCut: this.#isCut,
      place: this.#place,
      next: end < selected.length ? nameOfNext(end) : undefined,
    };
  }

  /** A whole letter, if it was kept. */
  letter(id: string): StoredLetter | undefined {
    return this.#kept.get(id);
  }
}

interface Found {
  infos: DeadLetterInfo[];
  readonly kept: Map<string, StoredLetter>;
  isCut: boolean;
}

async function gather(store: LetterStore, time: Omit<Selection, 'reasons'>, signal: AbortSignal): Promise<Found> {
  const found: Found = { infos: [], kept: new Map(), isCut: false };
  let keptBytes = 0;
  for await (const letters of store.look({ ...time, reasons: [] }, signal)) {
    for (const letter of letters) {
      found.infos.push(letterInfo(letter));
      keptBytes += letter.original.byteLength;
      if (keptBytes <= MAX_KEPT_BYTES) found.kept.set(letterId(letter), letter);
    }
    if (found.infos.length > MAX_LETTERS) {
      found.isCut = true;
      found.infos = found.infos.slice(-MAX_LETTERS);
    }
  }
  signal.throwIfAborted();
  return found;
}

function countReasons(letters: readonly DeadLetterInfo[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { reason, replayedAtMs } of letters) {
    counts.set(reason, (counts.get(reason) ?? 0) + (replayedAtMs === undefined ? 1 : 0));
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
