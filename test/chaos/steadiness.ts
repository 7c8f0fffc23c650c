/** What a process took in a minute: medians. */
export interface Sample {
  readonly rssMb: number;
  readonly handles: number;
  readonly threads: number;
}

/** By how much memory may be above the first minute: the collector's ups and downs. */
const GROWTH = 0.05;

/** Whether no minute took more than the first: a hump that is gone at the end counts, too. */
export function steadiness([first, ...later]: readonly Sample[]): {
  readonly growth: number;
  readonly isFlat: boolean;
} {
  if (!first || later.length === 0) throw new RangeError('a soak must last two minutes after the first');
  const most = (of: (sample: Sample) => number) => Math.max(...later.map(of));
  const growth = most(({ rssMb }) => rssMb) / first.rssMb - 1;
  const hasMore = most(({ handles }) => handles) > first.handles || most(({ threads }) => threads) > first.threads;
  return { growth, isFlat: growth <= GROWTH && !hasMore };
}
