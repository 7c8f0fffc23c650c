import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import {
  type IpcChannels,
  type IpcMessage,
  type IpcPort,
  ipcChannels,
} from '../../../engine/src/protocol/ipc-transport.ts';
import type { TransportSubject } from '../protocol-subject.ts';

interface Forked {
  readonly child: ChildProcess;
  readonly channels: IpcChannels;
}

/** Forking takes most of a claim's time: a child that lives is used by the next one. */
let idle: Forked | undefined;

function forked(): Forked {
  const child = fork(path.join(import.meta.dirname, 'ipc-child.ts'), [], { serialization: 'advanced' });
  return { child, channels: ipcChannels(child as IpcPort, 'parent', () => {}) };
}

/** A forked child, with a channel for each conversation. */
export const ipc: TransportSubject = {
  name: 'IPC',
  async open() {
    const used = idle ?? forked();
    idle = undefined;
    const { child, channels } = used;
    return {
      connect: async () => channels.open(),
      async kill() {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      },
      async garble() {
        const garbage: unknown[] = [
          'text',
          1,
          null,
          {},
          { channel: 'one' },
          { channel: 1, frame: 'x' },
          { channel: 2 ** 40 },
        ];
        for (const one of garbage) child.send(one as IpcMessage);
      },
      async [Symbol.asyncDispose]() {
        if (child.connected) idle = used;
      },
    };
  },
};

/** The child ends with its channel. */
export function endIpc(): void {
  idle?.child.disconnect();
}
