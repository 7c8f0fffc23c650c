import type { Clock } from './clock.ts';
import { asParquetryError, type ParquetryError } from './errors.ts';

/** Exponential back-off with full jitter, bounded by attempts and by a deadline. */
export interface RetryPolicy {
  /** Ceiling of the first delay. */
  readonly baseMs: number;
  /** Ceiling of any delay. */
  readonly maxMs: number;
  readonly attempts: number;
  /** No attempt starts later than this after the first. */
  readonly deadlineMs: number;
}

export const defaultRetry: RetryPolicy = { baseMs: 100, maxMs: 10_000, attempts: 8, deadlineMs: 120_000 };

/** Of checks at the start: whoever waits for the answer gets it soon, and a moment's throttling does not end a deployment. */
export const checkRetry: RetryPolicy = { ...defaultRetry, attempts: 6, deadlineMs: 5_000 };

/** For writes and acks: giving up costs a redelivery of all that was held, so time alone decides, not the number of attempts. */
export const durableRetry: RetryPolicy = { ...defaultRetry, attempts: Number.POSITIVE_INFINITY };

/** Delay before attempt `failures + 1`: uniform in [0, min(max, base × 2^(failures − 1))). "Full jitter" of the AWS Architecture Blog, 2015. */
export function backoffMs(
  policy: Pick<RetryPolicy, 'baseMs' | 'maxMs'>,
  failures: number,
  random: () => number,
): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(failures - 1, 30));
  return random() * ceiling;
}

/** The wait before attempt `failures + 1`; undefined when the policy gives up. `elapsedMs` is counted from the first attempt. */
export function nextDelayMs(
  policy: RetryPolicy,
  failures: number,
  elapsedMs: number,
  random: () => number,
): number | undefined {
  if (failures >= policy.attempts) return undefined;
  const delayMs = backoffMs(policy, failures, random);
  return elapsedMs + delayMs > policy.deadlineMs ? undefined : delayMs;
}

export interface RetryPort {
  readonly clock: Clock;
  readonly random: () => number;
  /** Called before each wait. */
  onRetry?(error: ParquetryError, failures: number, delayMs: number): void;
  readonly signal?: AbortSignal;
}

/** Runs `attempt` until it succeeds, fails for good, or the policy gives up; rejects with the last error. */
export async function retrying<T>(policy: RetryPolicy, port: RetryPort, attempt: () => Promise<T>): Promise<T> {
  const startMs = port.clock.now();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = asParquetryError(thrown);
      const delayMs = nextDelayMs(policy, failures, port.clock.now() - startMs, port.random);
      if (!error.retryable || delayMs === undefined || port.signal?.aborted) throw error;
      port.onRetry?.(error, failures, delayMs);
      await port.clock.sleep(delayMs, port.signal);
      if (port.signal?.aborted) throw error;
    }
  }
}
