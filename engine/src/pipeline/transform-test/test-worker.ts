import { parentPort, workerData } from 'node:worker_threads';
import { asParquetryError, type ParquetryError } from '../../core/errors.ts';
import { type CaseOutcome, runCases, type TestWork } from './case-run.ts';

/** What the worker says: outcomes in the order of the cases, or the error that ended it. */
export type TestMessage =
  | { readonly outcome: CaseOutcome }
  | { readonly error: Pick<ParquetryError, 'code' | 'message' | 'hint' | 'file' | 'line' | 'column' | 'details'> };

/** Thread of one test file: user code neither blocks nor outlives the tests. */
async function answer(): Promise<void> {
  try {
    for await (const outcome of runCases(workerData as TestWork)) post({ outcome });
  } catch (thrown) {
    const { code, message, hint, file, line, column, details } = asParquetryError(thrown);
    post({ error: { code, message, hint, file, line, column, details } });
  }
}

function post(message: TestMessage): void {
  parentPort?.postMessage(message);
}

await answer();
