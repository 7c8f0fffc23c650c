/** Entry of the process that one run of a studio has for itself: it may run out of memory, or abort, and cost nothing else. */
import { type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer, type Handlers } from '../../protocol/peer.ts';
import type { RunProcessMethods } from './run-link.ts';
import { runOrder } from './run-order.ts';
import { tapRun } from './tap-run.ts';

const stopping = new AbortController();
/** After the wish to stop, whatever the grace of the pipeline: nobody is there any more who could end this process. */
const ORPHAN_MS = 60_000;
/** Id of the run, once it can be looked at. */
const begun = Promise.withResolvers<string>();

const handlers: Handlers<RunProcessMethods> = {
  'process.run': (order, { show }) =>
    runOrder(order, {
      show,
      signal: stopping.signal,
      started: () => begun.resolve(order.runId),
    }),
  async 'process.replay'(order, { show, signal }) {
    const { replayLetters } = await import('../dead-letters/replay-letters.ts');
    return replayLetters(order, (sent) => show({ sent }), AbortSignal.any([signal, stopping.signal]));
  },
  'process.stop': () => stopping.abort(),
  'process.tap': (asked, { show, signal }) => tapRun(begun.promise, asked, show, signal),
};

ipcChannels(process as IpcPort, 'child', (transport) =>
  createPeer<Record<never, never>, RunProcessMethods>(transport, handlers),
);
// Nobody reads what is printed once the parent is gone: that must not end a run that drains.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
process.once('disconnect', () => {
  stopping.abort();
  setTimeout(() => process.exit(1), ORPHAN_MS).unref();
});
// Ctrl-C in a terminal, Ctrl-Break, and a terminal that is closed reach the whole group: when it is time to end, the parent says, or is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.on(signal, () => undefined);
