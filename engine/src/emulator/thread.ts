import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { EmulatorOptions } from './emulator.ts';

/** What can be handed to another thread; the clock there is the real one. */
export type EmulatorThreadOptions = Omit<EmulatorOptions, 'clock'>;

/** An emulator that takes no time from this thread; faults and the rest are controlled over its admin calls. */
export interface EmulatorThread extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  /** The port is free and the thread gone afterwards. */
  stop(): Promise<void>;
}

/** Starts the emulator in a worker thread. Rejects when the port is taken. */
export async function startEmulatorThread(options: EmulatorThreadOptions = {}): Promise<EmulatorThread> {
  // From source Node strips the types itself; a bundle has the worker beside it as JavaScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./emulator-worker.${extension}`, import.meta.url), { workerData: options });
  const [{ endpoint, port }] = await once(worker, 'message');
  worker.unref();
  let stopped: Promise<unknown> | undefined;
  const stop = async () => {
    if (stopped === undefined) {
      stopped = once(worker, 'exit');
      worker.ref(); // the wait for its end must not be cut short by an idle event loop
      worker.postMessage('stop');
    }
    await stopped;
  };
  return { endpoint, port, stop, [Symbol.asyncDispose]: stop };
}
