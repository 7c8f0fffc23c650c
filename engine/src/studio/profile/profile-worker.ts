import { parentPort, workerData } from 'node:worker_threads';
import { asParquetryError } from '../../core/errors.ts';
import { measureSamples } from './measure.ts';
import type { ProfileJob, ProfileMessage } from './profile-job.ts';

/** Thread of one measurement: user code neither blocks a studio nor outlives its request. */
function post(message: ProfileMessage): void {
  parentPort?.postMessage(message);
}

try {
  const measures = await measureSamples(workerData as ProfileJob, (step, share) => post({ type: 'step', step, share }));
  post({ type: 'measured', measures });
} catch (thrown) {
  const { code, message, hint, file, line, column } = asParquetryError(thrown);
  post({ type: 'failed', error: { code, message, hint, file, line, column } });
}
