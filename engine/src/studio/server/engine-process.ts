import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type IpcChannels, type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer } from '../../protocol/peer.ts';
import type { StudioMethods } from '../../protocol/studio-methods.ts';
import type { Transport } from '../../protocol/transport.ts';

const isSource = import.meta.url.endsWith('.ts');
const entry = fileURLToPath(new URL(isSource ? '../studio-process.ts' : './studio-process.js', import.meta.url));

/** Time for runs to drain and workers to end before the process is killed. */
const GRACE_MS = 10_000;

/** A studio in a process of its own: what eats its memory or ends it costs neither server nor pages. */
export interface EngineProcess {
  /** A conversation with it; starts the process if there is none. */
  connect(): Transport;
  /** Of the process there is now. */
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** The process opens the folders itself, trusted, so that no page can choose others. */
export function createEngineProcess(roots: readonly string[], onDeath: (how: string) => void): EngineProcess {
  let current: { child: ChildProcess; channels: IpcChannels } | undefined;
  let isClosing = false;

  function start(): IpcChannels {
    const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const channels = ipcChannels(child as IpcPort, 'parent', (transport) => transport.close());
    current = { child, channels };
    const ended = (how: string) => {
      if (current?.child === child) current = undefined;
      if (!isClosing) onDeath(how);
    };
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      if (child.pid === undefined) ended(error.message);
      else child.kill(); // nobody can talk to it any more: another one is started once it has ended
    });
    const studio = createPeer<StudioMethods>(channels.open());
    // It fails only with the process, of which is told above.
    studio.request('workspace.open', { roots, trusted: true }).catch(() => {});
    return channels;
  }

  return {
    connect: () => (current?.channels ?? start()).open(),
    get pid() {
      return current?.child.pid;
    },
    async close() {
      isClosing = true;
      const child = current?.child;
      if (child === undefined || child.exitCode !== null) return;
      const exited = once(child, 'exit');
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
