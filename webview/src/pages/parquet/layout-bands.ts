import type { ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';

/** A column that the picture of a file shows by itself. */
export interface Band {
  /** Position among the leaf columns. */
  readonly column: number;
  /** Of the file's bytes. */
  readonly share: number;
}

const MAX_BANDS = 40;
const MAX_GROUPS = 120;
/** Thinner ones cannot be seen. */
const MIN_SHARE = 0.002;

/** The heaviest columns, heaviest first. */
export function bands({ columns }: Pick<ParquetSummary, 'columns'>): Band[] {
  const total = columns.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0) || 1;
  return columns
    .map(({ compressedBytes }, column) => ({ column, share: compressedBytes / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MAX_BANDS)
    .filter(({ share }, i) => i === 0 || share >= MIN_SHARE);
}

/** The row groups around one, as many as can be told apart: first, and the one after the last. */
export function groupWindow(groups: number, around: number): [first: number, end: number] {
  const first = Math.max(0, Math.min(groups - MAX_GROUPS, around - MAX_GROUPS / 2));
  return [first, Math.min(groups, first + MAX_GROUPS)];
}
