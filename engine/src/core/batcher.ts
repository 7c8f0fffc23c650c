/** When a file closes. Sizes are of encoded bytes. */
export interface BatchLimits {
  /** A file closes when it holds this much. */
  readonly targetSizeBytes: number;
  /** A file closes this long after its first row arrived. */
  readonly maxAgeMs: number;
  readonly maxRows?: number;
  /** Sealed bytes that all open files may hold in memory together; above it the largest close first. */
  readonly memoryBytes: number;
}

/** An open file as the batcher sees it. */
export interface OpenBatch {
  readonly key: string;
  /** Sealed bytes, wherever they are kept. */
  readonly sizeBytes: number;
  /** Those of them that take memory. */
  readonly heldBytes: number;
  /** Rows that are sealed. */
  readonly rows: number;
  readonly firstRowAtMs: number;
}

export type CloseReason = 'size' | 'rows' | 'age' | 'memory';

export interface CloseDecision {
  readonly key: string;
  readonly reason: CloseReason;
}

/** Which open files close now, and why. Pure: no timers, no clock; late and interleaved keys simply stay open. */
export function decideCloses(open: readonly OpenBatch[], limits: BatchLimits, nowMs: number): CloseDecision[] {
  const closes: CloseDecision[] = [];
  const staying: OpenBatch[] = [];
  for (const batch of open) {
    const reason = ownReason(batch, limits, nowMs);
    if (reason) closes.push({ key: batch.key, reason });
    else staying.push(batch);
  }
  return closes.concat(squeeze(staying, limits));
}

function ownReason(batch: OpenBatch, limits: BatchLimits, nowMs: number): CloseReason | undefined {
  const ageMs = nowMs - batch.firstRowAtMs;
  // A clock that was set back must not keep files open until it has caught up.
  const isOld = ageMs >= limits.maxAgeMs || ageMs < -CLOCK_SKEW_MS;
  return fullReason(batch, limits) ?? (isOld ? 'age' : undefined);
}

/** Threads may be apart by so much in what time it is. */
const CLOCK_SKEW_MS = 1_000;

/**
 * A file is as good as full from here on: what could be added would make a row group too small to be worth it, and size targets
 * are meant give or take 15 %.
 */
const NEARLY_FULL = 0.93;

/** Why a file takes no more, whatever the time; undefined while it does. */
export function fullReason(batch: OpenBatch, limits: BatchLimits): 'size' | 'rows' | undefined {
  if (batch.sizeBytes >= limits.targetSizeBytes * NEARLY_FULL) return 'size';
  return limits.maxRows !== undefined && batch.rows >= limits.maxRows ? 'rows' : undefined;
}

/** Closes the largest first until the rest fits: the fewest files pay, and they are the ones nearest to their target. */
function squeeze(open: readonly OpenBatch[], { memoryBytes }: BatchLimits): CloseDecision[] {
  let heldBytes = open.reduce((sum, batch) => sum + batch.heldBytes, 0);
  if (heldBytes <= memoryBytes) return [];
  const closes: CloseDecision[] = [];
  for (const batch of open.toSorted((a, b) => b.heldBytes - a.heldBytes)) {
    if (heldBytes <= memoryBytes) break;
    closes.push({ key: batch.key, reason: 'memory' });
    heldBytes -= batch.heldBytes;
  }
  return closes;
}
