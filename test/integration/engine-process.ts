import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** `parquetry run` in a process of its own. */
export interface EngineProcess extends Disposable {
  readonly child: ChildProcess;
  /** How it ended, and what it printed. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }>;
  /** Its log lines of an event so far, parsed. */
  said(event: string): Record<string, unknown>[];
}

export function startEngine(...args: string[]): EngineProcess {
  const script = path.join(import.meta.dirname, 'engine-child.ts');
  const child = spawn(process.execPath, [script, 'run', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return {
    child,
    ended: once(child, 'close').then(([code, signal]) => ({ code, signal, out, err })),
    said: (event) =>
      err
        .split('\n')
        .filter((line) => line.includes(`"event":"${event}"`))
        .map((line) => JSON.parse(line)),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}
