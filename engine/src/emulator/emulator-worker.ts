import { parentPort, workerData } from 'node:worker_threads';
import { startEmulator } from './emulator.ts';

// The thread behind startEmulatorThread: says where it listens, ends when told to stop.
const emulator = await startEmulator(workerData);
parentPort!.postMessage({ endpoint: emulator.endpoint, port: emulator.port });
parentPort!.once('message', () => emulator.stop().then(() => parentPort!.close()));
