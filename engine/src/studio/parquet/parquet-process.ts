/** Entry of the process that reads Parquet files for a studio: what a file does to it, the studio does not feel. */

import { type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer } from '../../protocol/peer.ts';
import { viewerHandlers } from './viewer.ts';
import type { ViewerMethods } from './viewer-methods.ts';

const handlers = viewerHandlers();
ipcChannels(process as IpcPort, 'child', (transport) => {
  createPeer<Record<never, never>, ViewerMethods>(transport, handlers);
});
process.once('disconnect', () => process.exit(0));
