import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { LaneRun } from './lane.ts';
import type { LaneSetup } from './workspace.ts';

/** What came out of one pass, whoever made it. */
export interface Outcome {
  readonly seconds: number;
  /** Of all threads of this process; absent where another process did the work. */
  readonly cpuSeconds?: number;
  readonly rows: number;
  readonly bytesOut: number;
}

/** One of those that are compared: makes one pass from file to files under `target`. */
export interface Contender {
  readonly target: string;
  pass(): Promise<Outcome>;
  close(): Promise<void>;
}

/** Runs `work`; wall time, and the time that the cores spent on this process meanwhile, which busy neighbours distort less. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; cpuSeconds: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds, cpuSeconds: (user + system) / 1e6 };
}

/** Our lanes, a thread each; they start together, and a pass ends with the last one. */
export async function startCrew(setups: readonly LaneSetup[]): Promise<Contender> {
  const workers = setups.map((workerData) => new Worker(new URL('worker.ts', import.meta.url), { workerData }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const { target } = setups[0]!;
  return {
    target,
    async pass() {
      rmSync(target, { recursive: true, force: true });
      const { result: runs, ...times } = await timed(() => Promise.all(workers.map(passOf)));
      const total = (of: 'rows' | 'bytesOut') => runs.reduce((sum, run) => sum + run[of], 0);
      return { ...times, rows: total('rows'), bytesOut: total('bytesOut') };
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

async function passOf(worker: Worker): Promise<LaneRun> {
  worker.postMessage('go');
  const [run] = await once(worker, 'message');
  return run;
}
