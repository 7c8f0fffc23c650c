import type { Clock } from '../../core/clock.ts';
import { type RetryPolicy, retrying } from '../../core/retry.ts';
import type { Logger, Metrics } from '../../core/telemetry.ts';
import type { Bucket } from './bucket.ts';

/** What writing an object needs of the world. */
export interface WriterPorts {
  readonly bucket: Bucket;
  /** For messages: `s3://lake`. */
  readonly bucketUri: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Called for every answer by which the store asked to slow down. */
  throttled?(): void;
}

/** Retries of one request. Every request of the sink goes through here. */
export function withRetries<T>(ports: WriterPorts, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  const { clock, random, retry, logger, metrics } = ports;
  return retrying(
    retry,
    {
      clock,
      random,
      signal,
      onRetry(error, failures, delayMs) {
        if (error.code === 'E_THROTTLED') ports.throttled?.();
        metrics.count('parquetry_s3_retries_total', 1, { code: error.code });
        logger.debug('sink.s3.retry', { code: error.code, error: error.message, failures, delayMs });
      },
    },
    attempt,
  );
}
