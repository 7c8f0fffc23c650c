import { parentPort, workerData } from 'node:worker_threads';
import { Lane } from './lane.ts';
import { buildLane, contextOf, type LaneJob } from './lane-job.ts';
import type { LaneMessage } from './messages.ts';
import { portTelemetry } from './port-telemetry.ts';
import { Pulse } from './pulse.ts';
import { watchThread } from './thread-watch.ts';
import { toWire } from './wire-error.ts';

/** Entry of a lane's worker thread. */
export interface LaneWorkerData {
  readonly job: LaneJob;
  readonly pulse: SharedArrayBuffer;
}

if (!parentPort) throw new TypeError('the lane worker must be started as a worker thread');
const port = parentPort;
const { job, pulse } = workerData as LaneWorkerData;
const post = (message: LaneMessage) => port.postMessage(message);
try {
  const telemetry = portTelemetry(post);
  const finish = await watchThread(job, telemetry);
  const parts = await buildLane(job, contextOf(job, telemetry), new Pulse(pulse));
  await new Lane({ ...parts, finish }, port).run();
} catch (thrown) {
  post({ type: 'failed', error: toWire(thrown) });
  post({ type: 'stopped' });
}
port.close();
