import { Worker } from 'node:worker_threads';
import { type ErrorCode, ParquetryError } from '../../core/errors.ts';
import { Pulse } from '../../runtime/pulse.ts';
import type { Measures, ProfileJob, ProfileMessage } from './profile-job.ts';

export interface MeasureOptions {
  readonly signal?: AbortSignal;
  /** Called at most four times a second. */
  readonly show?: (snapshot: { readonly step: string; readonly share: number }) => void;
  /** How long user code may be at one record. Default: what the pipeline says, at most 10 s. */
  readonly stuckAfterMs?: number;
}

const HEAP_MB = 1_024;
const LONGEST_STUCK_MS = 10_000;
const LOOK_EVERY_MS = 250;
/** A measurement takes seconds; whatever takes minutes waits for something that does not come: `setup`, `prefetch`. */
const LONGEST_MS = 180_000;

/**
 * Measures in a thread of its own, which is gone when this ends. Rejects as `measureSamples`; with E_TRANSFORM if user code does not come
 * back from a record, or takes the heap; with E_CANCELLED if the signal aborts.
 */
export async function runMeasurement(job: Omit<ProfileJob, 'pulse'>, options: MeasureOptions = {}): Promise<Measures> {
  const { signal, show = () => {} } = options;
  if (signal?.aborted) throw cancelledError();
  const pulse = new Pulse();
  const worker = new Worker(workerUrl(), {
    workerData: { ...job, pulse: pulse.shared } satisfies ProfileJob,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    stdout: true, // what user code prints is nobody's result
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.resume(); // unread, it would pile up
  const { promise, resolve, reject } = Promise.withResolvers<Measures>();
  const stop = () => reject(cancelledError());
  signal?.addEventListener('abort', stop, { once: true });
  let latest: { step: string; share: number } | undefined;
  worker.on('message', (message: ProfileMessage) => {
    if (message.type === 'measured') resolve(message.measures);
    else if (message.type === 'failed') reject(errorOf(message.error));
    else latest = { step: message.step, share: message.share };
  });
  worker.once('error', (cause) => reject(lostError(job, cause)));
  worker.once('exit', () => reject(lostError(job)));
  const startMs = performance.now();
  const isStuck = stuckWatch(pulse, options.stuckAfterMs ?? Math.min(LONGEST_STUCK_MS, timeoutOf(job)));
  const ticker = setInterval(() => {
    if (latest) show(latest);
    latest = undefined;
    const record = isStuck();
    if (record !== undefined) reject(stuckError(job, record));
    if (performance.now() - startMs > LONGEST_MS) reject(lateError(job));
  }, LOOK_EVERY_MS);
  try {
    return await promise;
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function cancelledError(): ParquetryError {
  return new ParquetryError('E_CANCELLED', 'the measurement was stopped on request');
}

function timeoutOf({ pipeline }: Pick<ProfileJob, 'pipeline'>): number {
  return pipeline.errors.transformTimeoutMs;
}

/** Answers the record that user code has been at for too long. */
function stuckWatch(pulse: Pulse, afterMs: number): () => number | undefined {
  let seen = pulse.moment();
  let sinceMs = performance.now();
  return () => {
    const isElsewhere = !pulse.isInside || !pulse.isAt(seen) || seen.record < 0;
    if (isElsewhere) {
      seen = pulse.moment();
      sinceMs = performance.now();
    }
    return performance.now() - sinceMs > afterMs ? seen.record : undefined;
  };
}

function stuckError({ pipeline: { transform }, bodies }: Omit<ProfileJob, 'pulse'>, record: number): ParquetryError {
  const [first] = bodies;
  return new ParquetryError('E_TRANSFORM', `map must come back from every record, got stuck in record ${record + 1}`, {
    hint: `Look for a loop without an end; the records are those of ${first?.file ?? 'the samples'}. A run would dead-letter the record.`,
    file: transform,
  });
}

function lateError({ pipeline: { transform } }: Omit<ProfileJob, 'pulse'>): ParquetryError {
  return new ParquetryError(
    'E_TRANSFORM',
    `samples must be measured within ${LONGEST_MS / 60_000} minutes, got no end`,
    {
      hint: 'Look for what setup or prefetch waits for, or take fewer samples.',
      file: transform,
    },
  );
}

function lostError({ pipeline: { transform } }: Omit<ProfileJob, 'pulse'>, cause?: Error): ParquetryError {
  const isHeap = (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const got = isHeap ? 'more' : (cause?.message ?? 'an exit');
  const rule = isHeap ? `must keep within ${HEAP_MB} MiB of heap` : 'must not end its thread';
  return new ParquetryError('E_TRANSFORM', `user code ${rule}, got ${got}`, { cause, file: transform });
}

function errorOf({ code, message, ...facts }: Extract<ProfileMessage, { type: 'failed' }>['error']): ParquetryError {
  return new ParquetryError(code as ErrorCode, message, facts);
}

/** From source the worker lies here; in a release it is a bundle beside the others. */
function workerUrl(): URL {
  return new URL(`./profile-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}
