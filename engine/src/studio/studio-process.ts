/** Entry of the process that an editor forks: a studio over IPC, for as long as its parent is there. */
import { type IpcPort, ipcChannels } from '../protocol/ipc-transport.ts';
import { createStudio } from './studio.ts';

const studio = createStudio();
ipcChannels(process as IpcPort, 'child', (transport) => studio.connect(transport));
// An answer to a parent that has just gone: its end is heard of below.
process.on('error', () => {});
process.once('disconnect', () => void studio.close().then(() => process.exit(0)));
// Ctrl-C in a terminal, and Ctrl-Break, reach the whole group: when it is time to end, the parent says. SIGTERM ends it, hung or not.
for (const signal of ['SIGINT', 'SIGBREAK'] as const) process.on(signal, () => {});
