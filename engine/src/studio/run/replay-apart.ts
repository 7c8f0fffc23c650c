import { type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer } from '../../protocol/peer.ts';
import type { ReplayOrder } from '../dead-letters/replay-letters.ts';
import { forkRunProcess } from './fork-run-process.ts';
import type { RunProcessMethods } from './run-link.ts';

/** Replays letters through their pipeline in a process of its own: user code may end it, and costs nothing else. */
export async function replayApart(
  order: ReplayOrder,
  onSent: (sent: number) => void,
  signal: AbortSignal,
): Promise<RunProcessMethods['process.replay']['result']> {
  const child = forkRunProcess();
  for (const output of [child.stdout, child.stderr]) output?.resume(); // a full pipe would hold it up
  const transport = ipcChannels(child as IpcPort, 'parent', (unasked) => unasked.close()).open();
  const peer = createPeer<RunProcessMethods>(transport);
  try {
    return await peer.request('process.replay', order, { signal, onSnapshot: ({ sent }) => onSent(sent) });
  } finally {
    peer.close();
    if (child.connected) child.disconnect();
  }
}
