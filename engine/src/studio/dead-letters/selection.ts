import { letterId, type StoredLetter } from './stored-letter.ts';

/** Which letters are meant. */
export interface Selection {
  /** Milliseconds since the epoch, inclusive. */
  readonly sinceMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /** Empty: all. */
  readonly reasons: readonly string[];
  /** As `letterId` gives them. Absent: all. */
  readonly ids?: ReadonlySet<string>;
}

/** Letters without a time are in every range: better shown too often than missed. */
export function isSelected(letter: StoredLetter, selection: Selection): boolean {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, reasons, ids } = selection;
  if (reasons.length > 0 && !reasons.includes(letter.reason)) return false;
  if (ids && !ids.has(letterId(letter))) return false;
  return letter.timeMs === undefined || (letter.timeMs >= sinceMs && letter.timeMs < untilMs);
}
