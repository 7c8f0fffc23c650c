import { ParquetryError } from '../core/errors.ts';

/**
 * What the work comes to, or E_CANCELLED as soon as the signal aborts: a user's own sink need not heed it, and must not hold the
 * end of a run. What the work comes to after that is nobody's business.
 */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new ParquetryError('E_CANCELLED', 'the work was given up, and did not end by itself'));
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
