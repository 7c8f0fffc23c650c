import { parentPort, workerData } from 'node:worker_threads';
import { openLane } from './lane.ts';
import type { LaneSetup } from './workspace.ts';

/* Entry of a lane's thread: says 'ready', then answers each message with the `LaneRun` of a pass. */

if (!parentPort) throw new TypeError('the worker must be started as a worker thread');
const port = parentPort;
const lane = await openLane(workerData as LaneSetup);
port.on('message', async () => port.postMessage(await lane.run()));
port.postMessage('ready');
