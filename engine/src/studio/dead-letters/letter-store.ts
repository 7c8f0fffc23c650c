import type { Selection } from './selection.ts';
import type { StoredLetter } from './stored-letter.ts';

/** A place of dead letters. */
export interface LetterStore {
  /** For people: `s3://lake/_errors/clicks`, `queue clicks-errors`. */
  readonly place: string;
  /** Letters by batches, oldest first where the store knows, replayed ones too. Nothing is changed but what `end` undoes. */
  look(selection: Selection, signal: AbortSignal): AsyncGenerator<readonly StoredLetter[]>;
  /**
   * Letters that were not replayed yet, claimed for the caller. What is not settled when the generator ends (`return` it, where it
   * is left early) stays as it was, for a later replay.
   */
  claim(selection: Selection, signal: AbortSignal): AsyncGenerator<LetterBatch>;
  /** How many there are about, where the store knows without looking. */
  estimate?(): Promise<number>;
  close(): void;
}

export interface LetterBatch {
  readonly letters: readonly StoredLetter[];
  /** These will not be handed out again. Resolves when that is durable, or soon will be: see the store. */
  settle(letters: readonly StoredLetter[]): Promise<void>;
}
