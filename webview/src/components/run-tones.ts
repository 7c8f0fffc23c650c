import type { RunState } from '../../../engine/src/protocol/run.ts';

/** The tone of the badge that tells how a run stands. */
export const runTones = {
  starting: 'neutral',
  running: 'good',
  draining: 'warning',
  ended: 'neutral',
  failed: 'bad',
} as const satisfies Readonly<Record<RunState, string>>;
