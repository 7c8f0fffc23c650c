import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts a process for a run; its output is piped, and has to be read. It ends when its channel is closed. */
export function forkRunProcess(): ChildProcess {
  // From source Node strips the types itself; a bundle has the process beside it as JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const file = fileURLToPath(new URL(`./run-process.${extension}`, import.meta.url));
  return fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [], // a debugger that is attached to this process must not wait for that one
  });
}
