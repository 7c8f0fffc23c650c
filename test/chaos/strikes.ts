import type { Failpoint } from '../../engine/src/core/failpoint.ts';

/** What happens to an engine when it comes to a failpoint for the `hit`-th time, all its threads together; from 1. */
export interface Strike {
  readonly point: Failpoint;
  readonly hit: number;
  /** SIGKILL or SIGSTOP to itself, or its clock jumps by `ms` from then on. */
  readonly do: 'kill' | 'stop' | 'jump';
  readonly ms?: number;
}

/** Where an engine under test finds its strikes, as JSON. Read by `failpoint-hook.ts` alone: the engine knows nothing of it. */
export const STRIKES_VARIABLE = 'PARQUETRY_TEST_STRIKES';
/** A strike is told of on this descriptor, a line each, before it happens. */
export const STRIKES_FD = 3;
