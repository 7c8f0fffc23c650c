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
}

/**
 * Runs the cases of one file in a thread of its own and compares what comes out with what they expect. `output` is the
 * contract of the transform. Throws E_TRANSFORM if the transform does not load or set up.
 */
export async function runTests(
  work: TestWork,
  output: readonly Field[],
  options: RunTestsOptions,
): Promise<TestResult[]> {
  const outcomes = await outcomesOf(work, options);
  return work.cases.map((testCase, i) => {
    const outcome = outcomes[i];
    if (!outcome) return { testCase, differences: [], problem: problemOf(i, outcomes.length, options) };
    if (!testCase.expect) return { testCase, outcome, differences: [], problem: 'The case says not what to expect.' };
    return { testCase, outcome, differences: compareOutcome(testCase.expect, outcome, output) };
  });
}

/** Whether a case did what it should. */
export function isPassed(result: TestResult): boolean {
  return result.problem === undefined && result.differences.length === 0;
}

/** The outcomes in order; fewer than there are cases if one did not end in time. */
async function outcomesOf(work: TestWork, { caseTimeMs, signal, print }: RunTestsOptions): Promise<CaseOutcome[]> {
  const worker = new Worker(workerUrl(), { workerData: work, stdout: true, stderr: true });
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => print?.(text));
  const outcomes: CaseOutcome[] = [];
  const idle = new AbortController();
  const restart = () => setTimeout(() => idle.abort(), caseTimeMs);
  let timer = restart();
  try {
    const stop = AbortSignal.any([idle.signal, ...(signal ? [signal] : [])]);
    for await (const [message] of on(worker, 'message', { signal: stop, close: ['exit'] }) as AsyncIterable<
      [TestMessage]
    >) {
      if ('error' in message) throw new ParquetryError(message.error.code, message.error.message, message.error);
      outcomes.push(message.outcome);
      if (outcomes.length === work.cases.length) break;
      clearTimeout(timer);
      timer = restart();
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    if (!idle.signal.aborted) throw thrown;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
  return outcomes;
}

function problemOf(index: number, ended: number, { caseTimeMs }: RunTestsOptions): string {
  if (index > ended) return 'Not run: the case before it did not end.';
  return `The case must end within ${caseTimeMs} ms, and did not: the transform loops, or waits, or ended the process.`;
}

/** From source the worker lies here; in a release it is a bundle beside the others. */
function workerUrl(): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? './test-worker.ts' : './test-worker.js', import.meta.url);
}
