import { systemClock } from '../core/clock.ts';
import { defaultRetry, retrying } from '../core/retry.ts';

/** Somebody waits at the terminal: a service that is down for good should be told of soon. */
const POLICY = { ...defaultRetry, attempts: 5, deadlineMs: 15_000 };

/** Runs `attempt` again after failures that may pass, for some seconds; rejects with the last error. */
export function retried<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
  return retrying(POLICY, { clock: systemClock, random: Math.random, signal }, attempt);
}
