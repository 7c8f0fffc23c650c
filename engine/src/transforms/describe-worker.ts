/** The thread that `describeTransform` starts: loads the transform in `workerData` and answers with a DescribeAnswer. */
import { parentPort, workerData } from 'node:worker_threads';
import { asParquetryError } from '../core/errors.ts';
import type { CompiledTransform } from './compile.ts';
import type { DescribeAnswer } from './describe.ts';
import { loadTransform } from './load.ts';

function describe(compiled: CompiledTransform): DescribeAnswer {
  try {
    const { output, setup, prefetch } = loadTransform(compiled);
    return { description: { output, hasSetup: setup !== undefined, hasPrefetch: prefetch !== undefined } };
  } catch (thrown) {
    const { code, message, hint, file, line, column, details } = asParquetryError(thrown);
    return { error: { code, message, hint, file, line, column, details } };
  }
}

parentPort?.postMessage(describe(workerData as CompiledTransform));
