import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { IpcPort } from '../../../engine/src/protocol/ipc-transport.ts';
import type { NodeCommand } from './node-settings.ts';

/** A process that answers the protocol over its pipe. */
export interface EngineProcess extends IpcPort {
  readonly pid: number | undefined;
  /** Called once, with why in words. Also where it could not be started at all. */
  onEnd(listener: (why: string) => void): void;
  kill(): void;
}

export interface ForkSettings extends NodeCommand {
  /** Absolute path of `studio-process.js`. */
  readonly script: string;
  /** Megabytes of heap; the default is Node's. */
  readonly heapMb?: number;
}

/** Starts the engine. Each line of its output goes to `print`. */
export function forkEngine(settings: ForkSettings, print: (line: string) => void): EngineProcess {
  const child = fork(settings.script, [], {
    execPath: settings.execPath,
    // Options of the extension host (its inspector's port among them) are not the engine's.
    execArgv: settings.heapMb === undefined ? [] : [`--max-old-space-size=${settings.heapMb}`],
    env: { ...process.env, ...settings.env },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', print);
  }
  const end = Promise.withResolvers<string>();
  let failure: string | undefined;
  child.on('error', ({ message }) => {
    failure ??= message;
    if (child.pid === undefined) end.resolve(message);
    // Nobody can talk to it any more, so it is not left to itself: another one is started once it has ended.
    else if (child.exitCode === null && child.signalCode === null) child.kill();
  });
  child.once('exit', (code, signal) =>
    end.resolve(failure ?? (signal === null ? `it ended with code ${code}` : `${signal} ended it`)),
  );
  return {
    pid: child.pid,
    send: (message) => child.connected && child.send(message),
    on: (event: 'message' | 'disconnect', listener: (message: unknown) => void) => child.on(event, listener),
    onEnd: (listener) => void end.promise.then(listener),
    kill: () => child.kill(),
  };
}
