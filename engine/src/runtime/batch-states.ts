import type { LandingSink } from './landing-parts.ts';
import type { OpenFile } from './open-files.ts';

/** A file in the making, for displays. */
export interface BatchState {
  readonly sink: string;
  readonly partition: string;
  /** Rows that are sealed; lanes hold more. */
  readonly rows: number;
  /** Encoded: what is sealed, and what lanes foresee of the rest. */
  readonly sizeBytes: number;
  readonly targetSizeBytes: number;
  /** Since its first row. */
  readonly ageMs: number;
  readonly maxAgeMs: number;
}

/** The files that are nearest to being written, by size or by age; at most `limit`. Pure. */
export function batchStates(
  files: Iterable<OpenFile>,
  sinks: readonly Pick<LandingSink, 'name' | 'limits'>[],
  { nowMs, limit }: { nowMs: number; limit: number },
): BatchState[] {
  const states = Array.from(files, (file): BatchState => {
    const { name, limits } = sinks[file.sink]!;
    const unsealedBytes = Array.from(file.unsealed.values()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return {
      sink: name,
      partition: file.partition,
      rows: file.rows,
      sizeBytes: file.sizeBytes + unsealedBytes,
      targetSizeBytes: limits.targetSizeBytes,
      ageMs: Math.max(0, nowMs - file.firstRowAtMs),
      maxAgeMs: limits.maxAgeMs,
    };
  });
  return mostFull(states).slice(0, limit);
}

/** Order of `batchStates`; a copy. */
export function mostFull(states: readonly BatchState[]): BatchState[] {
  return [...states].sort((a, b) => fullness(b) - fullness(a));
}

function fullness({ sizeBytes, targetSizeBytes, ageMs, maxAgeMs }: BatchState): number {
  return Math.max(sizeBytes / targetSizeBytes, ageMs / maxAgeMs);
}
