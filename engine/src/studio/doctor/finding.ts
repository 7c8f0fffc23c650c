import { asParquetryError } from '../../core/errors.ts';

/** `skipped`: could not be looked at, and why. */
export type Verdict = 'ok' | 'warning' | 'failure' | 'skipped';

/** One thing that was looked at. */
export interface Finding {
  /** Closed names, for scripts: `queue.retention`. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly evidence: string;
  /** What to do about it, one sentence; absent where all is well. */
  readonly advice?: string;
}

export function ok(check: string, evidence: string): Finding {
  return { check, verdict: 'ok', evidence };
}

export function warning(check: string, evidence: string, advice: string): Finding {
  return { check, verdict: 'warning', evidence, advice };
}

export function failure(check: string, evidence: string, advice: string): Finding {
  return { check, verdict: 'failure', evidence, advice };
}

export function skipped(check: string, why: string, advice?: string): Finding {
  return { check, verdict: 'skipped', evidence: why, advice };
}

/** What came of `look`; a rejection is a failure with the error's own hint. */
export async function finding(check: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    const { message, hint, code, details } = asParquetryError(thrown);
    const said = typeof details.serviceMessage === 'string' ? ` — ${details.serviceMessage}` : '';
    return failure(check, `${message}${said}`, hint ?? `Look for ${code} in the documentation.`);
  }
}
