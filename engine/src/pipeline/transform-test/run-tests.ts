import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import type { CaseOutcome, TestWork } from './case-run.ts';
import { compareOutcome, type Difference } from './compare.ts';
import type { TestCase } from './test-file.ts';
import type { TestMessage } from './test-worker.ts';

/** One case after it ran. */
export interface TestResult {
  readonly testCase: TestCase;
  /** Absent if it did not come to an end. */
  readonly outcome?: CaseOutcome;
  /** Empty if the case passes. */
  readonly differences: readonly Difference[];
  /** Why there is no outcome, or nothing to compare it with; a sentence. */
  readonly problem?: string;
}

export interface RunTestsOptions {
  /** Longest a case may take before it is given up, and the cases behind it with it. */
  readonly caseTimeMs: number;
  readonly signal?: AbortSignal;
  /** Gets what user code prints. */
  print?(text: string): void;
  /** Is told each case as it ends. */
  onResult?(result: TestResult): void;
}

/** What the thread of a test file may fill; a transform that needs more needs more than a lane should have. */
const HEAP_MB = 512;

/**
 * Runs the cases of one file in a thread of its own and compares what comes out with what they expect. `output` is the
 * contract of the transform. Throws E_TRANSFORM if the transform does not load or set up.
 */
export async function runTests(
  work: TestWork,
  output: readonly Field[],
  options: RunTestsOptions,
): Promise<TestResult[]> {
  const resultOf = (testCase: TestCase, outcome: CaseOutcome): TestResult => {
    if (!testCase.expect) return { testCase, outcome, differences: [], problem: 'The case says not what to expect.' };
    return { testCase, outcome, differences: compareOutcome(testCase.expect, outcome, output) };
  };
  const results: TestResult[] = [];
  const tell = (result: TestResult) => {
    results.push(result);
    options.onResult?.(result);
  };
  const end = await runThread(work, options, (outcome) => tell(resultOf(work.cases[results.length]!, outcome)));
  let problem = problemOf(end, options);
  for (const testCase of work.cases.slice(results.length)) {
    tell({ testCase, differences: [], problem });
    problem = 'Not run: the case before it did not end.';
  }
  return results;
}

/** Whether a case did what it should. */
export function isPassed(result: TestResult): boolean {
  return result.problem === undefined && result.differences.length === 0;
}

/** Why a thread ended before all cases had. */
type End = 'done' | 'time' | 'memory';

/** Hands over the outcomes in order; fewer than there are cases if one did not end in time, or filled the heap. */
async function runThread(
  work: TestWork,
  { caseTimeMs, signal, print }: RunTestsOptions,
  took: (outcome: CaseOutcome) => void,
): Promise<End> {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = new Worker(workerUrl(), { workerData: work, stdout: true, stderr: true, resourceLimits });
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => print?.(text));
  const idle = new AbortController();
  const restart = () => setTimeout(() => idle.abort(), caseTimeMs);
  let timer = restart();
  let left = work.cases.length;
  try {
    const stop = AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]);
    for await (const [message] of on(worker, 'message', { signal: stop, close: ['exit'] }) as AsyncIterable<
      [TestMessage]
    >) {
      if ('error' in message) throw new ParquetryError(message.error.code, message.error.message, message.error);
      took(message.outcome);
      if (--left === 0) return 'done';
      clearTimeout(timer);
      timer = restart();
    }
    return 'time';
  } catch (thrown) {
    signal?.throwIfAborted();
    if (isOutOfMemory(thrown)) return 'memory';
    if (!idle.signal.aborted) throw thrown;
    return 'time';
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function problemOf(end: End, { caseTimeMs }: RunTestsOptions): string {
  if (end === 'memory') return `The case must end within a heap of ${HEAP_MB} MiB, and did not.`;
  return `The case must end within ${caseTimeMs} ms, and did not: the transform loops, or waits, or ended the process.`;
}

/** From source the worker lies here; in a release it is a bundle beside the others. */
function workerUrl(): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? './test-worker.ts' : './test-worker.js', import.meta.url);
}
