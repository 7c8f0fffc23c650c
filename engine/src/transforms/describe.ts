import { Worker } from 'node:worker_threads';
import { ParquetryError } from '../core/errors.ts';
import type { Schema } from '../core/schema.ts';
import type { CompiledTransform } from './compile.ts';
import { besideEngine } from './engine-files.ts';

/** What can be known of a transform without running it over records. */
export interface TransformDescription {
  readonly output: Schema;
  readonly hasSetup: boolean;
  readonly hasPrefetch: boolean;
}

export interface DescribeLimits {
  readonly timeMs: number;
  /** V8 keeps a thread to it while that allocates small objects; one array grown beyond it ends the whole process. */
  readonly heapMb: number;
}

const DEFAULT_LIMITS: DescribeLimits = { timeMs: 5000, heapMb: 256 };

/** What the worker answers: the fields of an error, because its class does not cross threads. */
export type DescribeAnswer =
  | { readonly description: TransformDescription }
  | { readonly error: Pick<ParquetryError, 'code' | 'message' | 'hint' | 'file' | 'line' | 'column' | 'details'> };

/**
 * Loads a transform in a thread of its own, which ends before this resolves, and answers what it declares. Throws
 * E_TRANSFORM if it does not load, is no transform, or passes a limit: the code at the top of a module may do anything.
 */
export async function describeTransform(
  compiled: CompiledTransform,
  limits: DescribeLimits = DEFAULT_LIMITS,
): Promise<TransformDescription> {
  const answer = await answerOf(compiled, limits);
  if ('description' in answer) return answer.description;
  const { code, message, ...facts } = answer.error;
  throw new ParquetryError(code, message, facts);
}

async function answerOf(compiled: CompiledTransform, { timeMs, heapMb }: DescribeLimits): Promise<DescribeAnswer> {
  const worker = new Worker(besideEngine('describe-worker', 'describe-worker'), {
    workerData: compiled,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    stdout: true, // what the module prints is not the engine's output
    stderr: true,
  });
  const refused = (rule: string, cause?: unknown) =>
    new ParquetryError('E_TRANSFORM', `${compiled.file} must load ${rule}`, {
      hint: 'Code outside of functions runs at every load: move work into setup().',
      file: compiled.file,
      cause,
    });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<DescribeAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(refused(`within ${timeMs} ms, got no end`)), timeMs);
      worker.once('message', resolve);
      worker.once('error', (cause) => reject(refused(`within its limits, got ${cause.message}`, cause)));
      worker.once('exit', (code) => reject(refused(`without ending the process, got exit code ${code}`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
