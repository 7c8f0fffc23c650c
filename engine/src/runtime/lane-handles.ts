import { MessageChannel, Worker } from 'node:worker_threads';
import { ParquetryError } from '../core/errors.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import { Lane } from './lane.ts';
import type { LaneHandle, ThreadHeap } from './lane-handle.ts';
import { buildLane, contextOf, type LaneJob } from './lane-job.ts';
import type { LaneWorkerData } from './lane-worker.ts';
import type { LiveComponents } from './live.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';
import { Pulse } from './pulse.ts';
import { toWire } from './wire-error.ts';

/** Old-generation heap of a lane; user code beyond it ends the lane, not the process, in most cases. */
const LANE_HEAP_BYTES = 2 ** 31;
/** Half of Node's own: a lane's garbage is short-lived, and what is collected later is resident until then. Costs no time. */
export const LANE_YOUNG_MB = 24;

/** Bundled, the worker lies beside the bundle; from source, beside this file. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './lane-worker.ts' : './lane-worker.js', import.meta.url);

/** A lane in a thread of its own. */
export function threadLane(job: LaneJob): LaneHandle {
  const pulse = new Pulse();
  const workerData: LaneWorkerData = { job, pulse: pulse.shared };
  const worker = new Worker(workerUrl, {
    workerData,
    name: `parquetry-lane-${job.lane}`,
    resourceLimits: {
      maxOldGenerationSizeMb: (job.heapBytes ?? LANE_HEAP_BYTES) / 2 ** 20,
      maxYoungGenerationSizeMb: LANE_YOUNG_MB,
    },
  });
  let failure: ParquetryError | undefined;
  worker.on('error', (error: Error & { code?: string }) => {
    const hint =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? 'The transform keeps too much: look for arrays or maps that only grow.'
        : undefined;
    failure = new ParquetryError('E_LANE', `lane ${job.lane} died: ${error.message}`, { cause: error, hint });
  });
  return {
    pulse,
    postMessage: (message: LandingMessage) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    exited: new Promise((resolve) => worker.once('exit', () => resolve(failure))),
    activity: () => {
      const { active, idle } = worker.performance.eventLoopUtilization();
      return { activeMs: active, idleMs: idle };
    },
    heap: () => heapOf(worker, job.laneBytes),
    terminate: async () => void (await worker.terminate()),
  };
}

/** Node before 22.16 cannot look into a worker's heap; a worker that ends meanwhile has none. */
async function heapOf(worker: Worker, budgetBytes: number): Promise<ThreadHeap | undefined> {
  const heap = await worker.getHeapStatistics?.().catch(() => undefined);
  return (
    heap && {
      usedBytes: heap.used_heap_size,
      externalBytes: heap.external_memory,
      limitBytes: heap.heap_size_limit,
      budgetBytes,
    }
  );
}

/** A lane on the caller's thread, for live components. Its user code cannot be stopped from outside. */
export function inlineLane(
  job: LaneJob,
  live: LiveComponents,
  telemetry: { logger: Logger; metrics: Metrics },
): LaneHandle {
  const { port1: outer, port2: inner } = new MessageChannel();
  const pulse = new Pulse();
  const run = async () => {
    try {
      await new Lane(await buildLane(job, contextOf(job, telemetry), pulse, live), inner).run();
    } catch (thrown) {
      inner.postMessage({ type: 'failed', error: toWire(thrown) } satisfies LaneMessage);
      inner.postMessage({ type: 'stopped' } satisfies LaneMessage);
    }
  };
  return {
    pulse,
    postMessage: (message) => outer.postMessage(message),
    onMessage: (listener) => {
      outer.on('message', listener);
      void run();
    },
    // The lane says `stopped` itself; terminated, it is not listened to any more, whatever its user code still waits for.
    exited: new Promise((resolve) => outer.once('close', () => resolve(undefined))),
    terminate: async () => outer.close(),
  };
}
