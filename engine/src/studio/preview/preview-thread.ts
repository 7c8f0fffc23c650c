import { Worker } from 'node:worker_threads';
import { ParquetryError } from '../../core/errors.ts';
import type { Place } from '../../protocol/places.ts';
import { Pulse, type PulseReading, StuckWatch } from '../../runtime/pulse.ts';
import type { PreviewError, PreviewJob, PreviewMessage, PreviewOutcome } from './preview-job.ts';
import { placeOfStuck } from './stuck-place.ts';

/** From source the worker lies here; in a release it is a bundle beside the others. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './preview-worker.ts' : './preview-worker.js',
  import.meta.url,
);

/** User code that holds more is ended. */
const HEAP_BYTES = 512 << 20;
/**
 * V8's own limit lies far beyond: where a single array grows over it, V8 ends the whole process, so threads are to be found out
 * before.
 */
const HARD_HEAP_BYTES = 2 ** 31;
/** A third of what Node gives: what a preview leaves behind is garbage, and resident until it is collected. */
const YOUNG_MB = 16;
const LOOK_EVERY_MS = 25;
/** Looking into a thread's heap interrupts it. */
const HEAP_LOOK_EVERY_MS = 50;
/** Longest time on one record, whatever the pipeline says: somebody waits. */
const MAX_STUCK_MS = 2_000;
/** Longest time until a transform is loaded and set up, and then until all samples are through. */
const MAX_LOADING_MS = 10_000;
const MAX_RUNNING_MS = 15_000;

/** A thread that runs one preview at a time. User code in it can be ended, whatever it does. */
export class PreviewThread {
  readonly #worker: Worker;
  readonly #pulse = new Pulse();
  readonly #ready = Promise.withResolvers<void>();
  #hear: (message: PreviewMessage) => void = () => undefined;
  #die: (error: Error | undefined) => void = () => undefined;
  #isGone = false;
  #runs = 0;

  constructor() {
    this.#worker = new Worker(workerUrl, {
      name: 'parquetry-preview',
      workerData: this.#pulse.shared,
      resourceLimits: { maxOldGenerationSizeMb: HARD_HEAP_BYTES / 2 ** 20, maxYoungGenerationSizeMb: YOUNG_MB },
      stdout: true, // what user code prints is not the studio's output
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    let failure: Error | undefined;
    this.#worker.on('message', (message: PreviewMessage) => {
      if (message.type === 'ready') this.#ready.resolve();
      else this.#hear(message);
    });
    this.#worker.on('error', (error) => {
      failure = error;
    });
    this.#worker.on('exit', () => {
      this.#isGone = true;
      this.#ready.reject(failure ?? new TypeError('the preview thread did not start'));
      this.#die(failure);
    });
    this.#ready.promise.catch(() => undefined);
    this.#worker.unref();
  }

  /** Whether it takes no more jobs. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Jobs that it was given. */
  get runs(): number {
    return this.#runs;
  }

  /**
   * Runs a job; rejects with why there is no outcome: E_TRANSFORM, with the record in `details.record` where that is known, if user
   * code did not come back, ate its memory or ended the thread, after which the thread is gone. Not to be called before the last
   * job has ended.
   */
  async run(job: PreviewJob): Promise<PreviewOutcome> {
    this.#runs++;
    await this.#ready.promise;
    const { promise, resolve, reject } = Promise.withResolvers<PreviewOutcome>();
    const end: End = (ending) => {
      reject(endedError(job, ending));
      this.close();
    };
    const watch = this.#watch(job, end);
    this.#hear = (message) => {
      if (message.type === 'running') watch.running();
      else if (message.type === 'done') resolve(message.outcome);
      else if (message.type === 'failed') reject(errorOf(message.error));
    };
    this.#die = (failure) => {
      const isFull = (failure as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const at = this.#pulse.read();
      if (isFull) end({ ...OUT_OF_MEMORY, at });
      else end({ problem: `ended its thread${failure ? `: ${failure.message}` : ''}`, hint: EXIT_HINT, at });
    };
    this.#worker.postMessage(job);
    return promise.finally(() => {
      watch.stop();
      this.#hear = () => undefined;
      this.#die = () => undefined;
    });
  }

  close(): void {
    this.#isGone = true;
    void this.#worker.terminate();
  }

  /** Looks every now and then whether user code gets on, and ends the thread where it does not. */
  #watch(job: PreviewJob, end: End) {
    const limitMs = Math.min(job.pipeline.errors.transformTimeoutMs, MAX_STUCK_MS);
    const stuck = new StuckWatch(this.#pulse, limitMs);
    let deadlineMs = performance.now() + MAX_LOADING_MS;
    let isLoading = true;
    const timers: NodeJS.Timeout[] = [];
    const stop = () => {
      for (const timer of timers) clearInterval(timer);
    };
    const endStuck = async (ending: Ending) => {
      stop();
      const { transform } = job;
      end({ ...ending, place: transform && (await placeOfStuck(this.#worker, transform)) });
    };
    const look = () => {
      const nowMs = performance.now();
      const at = stuck.check(nowMs);
      if (at) void endStuck({ problem: `did not come back within ${limitMs} ms`, hint: STUCK_HINT, at });
      else if (nowMs < deadlineMs) return;
      else if (isLoading)
        void endStuck({ problem: `did not load and set up within ${MAX_LOADING_MS} ms`, hint: LOADING_HINT });
      else
        void endStuck({
          problem: `did not get through all records within ${MAX_RUNNING_MS} ms`,
          hint: SLOW_HINT,
          at: this.#pulse.read(),
        });
    };
    timers.push(setInterval(look, LOOK_EVERY_MS));
    timers.push(setInterval(() => void this.#lookAtHeap(end), HEAP_LOOK_EVERY_MS));
    return {
      stop,
      running() {
        isLoading = false;
        deadlineMs = performance.now() + MAX_RUNNING_MS;
      },
    };
  }

  /** Node before 22.16 cannot look into another thread's heap; there V8's limit is the only one. */
  async #lookAtHeap(end: End): Promise<void> {
    const heap = await this.#worker.getHeapStatistics?.().catch(() => undefined);
    if (heap && heap.used_heap_size > HEAP_BYTES) end({ ...OUT_OF_MEMORY, at: this.#pulse.read() });
  }
}

/** Why user code was ended. */
interface Ending {
  readonly problem: string;
  readonly hint: string;
  /** Where it was then. */
  readonly at?: PulseReading;
  readonly place?: Place;
}

type End = (ending: Ending) => void;

const OUT_OF_MEMORY: Ending = {
  problem: 'ran out of memory',
  hint: 'The transform keeps too much: look for arrays or maps that only grow.',
};
const STUCK_HINT = 'Look for an endless loop or a regular expression that explodes.';
const LOADING_HINT =
  'Code outside of functions runs at every load, setup() once a lane: look for what never ends there.';
const EXIT_HINT = 'Look for process.exit().';
const SLOW_HINT = 'Preview fewer records, or look for what is slow in map().';

function endedError({ transform, pipeline }: PreviewJob, { problem, hint, at, place }: Ending): ParquetryError {
  const record = at?.seq !== undefined && at.record >= 0 ? at.seq + at.record : undefined;
  const where = record === undefined ? '' : ` at record ${record + 1}`;
  return new ParquetryError('E_TRANSFORM', `the transform ${problem}${where}`, {
    hint,
    file: transform?.file ?? pipeline.file,
    ...place,
    details: { record },
  });
}

function errorOf({ code, message, ...facts }: PreviewError): ParquetryError {
  return new ParquetryError(code as ParquetryError['code'], message, facts);
}
