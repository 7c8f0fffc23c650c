/** When what is given back comes again: `errors.nackDelay`. */
export interface NackDelay {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Doubles with each receipt of a delivery, and with each write in a row that failed: a delivery that fails by itself is asked for
 * less and less, and a store that is down is not asked for everything at once. Pure.
 */
export function nackDelayMs({ baseMs, maxMs }: NackDelay, receiveCount: number, failuresInARow: number): number {
  const failures = Math.max(receiveCount, failuresInARow, 1);
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
}
