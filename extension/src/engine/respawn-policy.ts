/** How long to wait before an engine that died is started again, after 1, 2, … deaths in a row. */
const delaysMs = [0, 500, 2_000, 5_000] as const;

/** An engine that lived as long as this did not die of how it was started. */
export const STEADY_MS = 60_000;

/** What is done about an engine that ended by itself: it is started after a while, or given up. */
export type Respawn = { readonly type: 'wait'; readonly delayMs: number } | { readonly type: 'give-up' };

/** Decides after the `deaths`-th death in a row (1 is the first). */
export function decideRespawn(deaths: number): Respawn {
  const delayMs = delaysMs[deaths - 1];
  return delayMs === undefined ? { type: 'give-up' } : { type: 'wait', delayMs };
}
