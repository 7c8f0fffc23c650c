import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Restart } from '../runtime/guardian.ts';
import type { GuardPort } from '../runtime/isolation.ts';
import type { CliContext } from './context.ts';
import { GUARD_VARIABLE, type GuardMessage, RESTART_FILE } from './guard-messages.ts';

/** This process as its guardian's child. */
export interface Guarded extends GuardPort {
  /** Aborts when the guardian is gone: nobody else would tell the engine to end. */
  readonly orphaned: AbortSignal;
}

/** The line to the guardian that started this process; undefined where there is none. */
export function guarded({ env }: CliContext): Guarded | undefined {
  const notes = env[GUARD_VARIABLE];
  if (!notes || !process.send) return undefined;
  const orphaned = new AbortController();
  process.once('disconnect', () => orphaned.abort());
  process.channel?.unref(); // a listener alone would keep this process alive
  const tell = (message: GuardMessage) => void (process.connected && process.send?.(message));
  return {
    notes,
    orphaned: orphaned.signal,
    restart: readRestart(path.join(notes, RESTART_FILE)),
    canRestart: () => tell({ type: 'can-restart' }),
    learned: (found) => tell({ type: 'poison', ...found }),
    cameThrough: (delivery) => tell({ type: 'came-through', delivery }),
  };
}

function readRestart(file: string): Restart | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Restart;
  } catch {
    return undefined; // the first start
  }
}
