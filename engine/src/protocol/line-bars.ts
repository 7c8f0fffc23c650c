import type { LineCost } from './profile.ts';

/** What stands before a line. */
export interface LineBar {
  /** 0-based. */
  readonly line: number;
  /** "84.1 %", or empty. */
  readonly label: string;
  readonly strength: 'hot' | 'warm' | 'none';
  readonly hover?: string;
}

/** A line that takes at least this share is where to look first. */
const HOT_SHARE = 0.25;
/** Below it, a figure says more than it knows. */
const LEAST_SHARE = 0.005;

/** One for each line of the file, so that all are indented alike. */
export function lineBars(costs: readonly LineCost[], lines: number): LineBar[] {
  const byLine = new Map(costs.map((cost) => [cost.line - 1, cost]));
  return Array.from({ length: lines }, (_, line) => {
    const cost = byLine.get(line);
    if (cost === undefined || cost.share < LEAST_SHARE) return { line, label: '\u00a0', strength: 'none' };
    const label = `${(cost.share * 100).toFixed(1)} %`.padStart(6, '\u00a0');
    const hover = `${label.trim()} of the time in this transform's code (${cost.selfMs.toFixed(1)} ms of the profile).`;
    return { line, label, strength: cost.share >= HOT_SHARE ? 'hot' : 'warm', hover };
  });
}
