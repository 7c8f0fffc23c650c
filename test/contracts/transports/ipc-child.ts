/** The far end of the IPC subject. */
import { type IpcPort, ipcChannels } from '../../../engine/src/protocol/ipc-transport.ts';
import { answerOver } from './memory.ts';

const state = { cancelled: 0 };
ipcChannels(process as IpcPort, 'child', (transport) => void answerOver(transport, state));
process.once('disconnect', () => process.exit(0));
