/** When a file closes. Sizes are of encoded bytes. */
export interface BatchLimits {
  /** A file closes when it holds this much. */
  readonly targetSizeBytes: number;
  /** A file closes this long after its first row arrived. */
  readonly maxAgeMs: number;
  readonly maxRows?: number;
  /** All open files together; above it the largest close first. */
  readonly memoryBytes: number;
  /** Above it the largest close first. */
  readonly maxOpenFiles: number;
}

/** An open file as the batcher sees it. `sizeBytes` counts what is sealed; rows still in lanes count by their age only. */
export interface OpenBatch {
  readonly key: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly firstRowAtMs: number;
}

export type CloseReason = 'size' | 'rows' | 'age' | 'memory' | 'open-files';

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
  return fullReason(batch, limits) ?? (nowMs - batch.firstRowAtMs >= limits.maxAgeMs ? 'age' : undefined);
}

/** Why a file takes no more, whatever the time; undefined while it does. */
export function fullReason(batch: OpenBatch, limits: BatchLimits): 'size' | 'rows' | undefined {
  if (batch.sizeBytes >= limits.targetSizeBytes) return 'size';
  return limits.maxRows !== undefined && batch.rows >= limits.maxRows ? 'rows' : undefined;
}

/** Closes the largest first until the rest fits: the fewest files pay, and they are the ones nearest to their target. */
function squeeze(open: readonly OpenBatch[], limits: BatchLimits): CloseDecision[] {
  let heldBytes = open.reduce((sum, batch) => sum + batch.sizeBytes, 0);
  let count = open.length;
  if (heldBytes <= limits.memoryBytes && count <= limits.maxOpenFiles) return [];
  const closes: CloseDecision[] = [];
  for (const batch of open.toSorted((a, b) => b.sizeBytes - a.sizeBytes)) {
    const reason = heldBytes > limits.memoryBytes ? 'memory' : count > limits.maxOpenFiles ? 'open-files' : undefined;
    if (!reason) break;
    closes.push({ key: batch.key, reason });
    heldBytes -= batch.sizeBytes;
    count--;
  }
  return closes;
}
