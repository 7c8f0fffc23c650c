import { systemClock } from '../../core/clock.ts';
import { closest } from '../../core/closest.ts';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { checkRetry, retrying } from '../../core/retry.ts';
import type { SqsQueue } from './queue.ts';

/** Names shown when none is near. */
const MAX_NAMES = 5;

/**
 * Fails with what is wrong and what to do when the queue does not exist or may not be used. Nothing is received or changed: that
 * deleting is allowed is seen from how SQS refuses a receipt that never was.
 */
export async function checkQueue(queue: SqsQueue, name: string): Promise<void> {
  const port = { clock: systemClock, random: Math.random, signal: new AbortController().signal };
  const retried = <T>(attempt: () => Promise<T>) => retrying(checkRetry, port, attempt);
  try {
    await retried(() => queue.backlog());
    await retried(() => queue.deleteBatch([{ id: '0', receipt: 'permission-check' }]));
  } catch (thrown) {
    const error = asParquetryError(thrown);
    throw error.code === 'E_NOT_FOUND' ? await withSimilarNames(error, queue, name) : error;
  }
}

async function withSimilarNames(error: ParquetryError, queue: SqsQueue, name: string): Promise<ParquetryError> {
  const names = await queue.queueNames().catch((): string[] => []); // listing may be forbidden; then the hint stays general
  if (names.length === 0) return error;
  const similar = closest(name, names) ?? names.find((other) => sharesStart(other, name));
  const hint = similar === undefined ? `Queues here: ${abridged(names)}.` : `Did you mean ${similar}?`;
  return new ParquetryError('E_NOT_FOUND', error.message, { cause: error.cause, details: error.details, hint });
}

/** `clicks-dev` for `clicks`, `clicks` for `clicks-dev`. */
function sharesStart(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}

function abridged(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
