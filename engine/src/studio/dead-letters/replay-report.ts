import type { StoredLetter } from './stored-letter.ts';

/** Where a replay tells how it goes. */
export interface ReplayReport {
  replayed(letters: number): void;
  /** It stays a letter; `why` is a sentence without a period. */
  failed(letter: StoredLetter, why: string): void;
}
