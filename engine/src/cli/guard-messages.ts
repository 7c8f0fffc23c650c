import type { PoisonState } from '../runtime/poison-list.ts';

/** The variable that tells an engine that it is guarded, and by which folder. */
export const GUARD_VARIABLE = 'PARQUETRY_GUARD';
/** File of that folder with what an engine that is started again has to know. */
export const RESTART_FILE = 'restart.json';

/** What an engine tells its guardian, over Node's IPC channel. */
export type GuardMessage =
  | { readonly type: 'can-restart' }
  | ({ readonly type: 'poison' } & PoisonState)
  | { readonly type: 'came-through'; readonly delivery: string };
