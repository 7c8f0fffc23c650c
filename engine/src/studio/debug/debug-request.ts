import path from 'node:path';
import { parseArgs } from 'node:util';
import { ParquetryError } from '../../core/errors.ts';

/** What is debugged: a record of the samples, all of them, or a case of the tests. */
export interface DebugRequest {
  /** Absolute path of the pipeline's folder. */
  readonly folder: string;
  readonly environment?: string;
  /** Absolute path of a sample file. Default: those of the pipeline's `samples/`. */
  readonly sample?: string;
  /** Number of the record in the samples, from 0, bad ones included. Default: each of them. */
  readonly record?: number;
  /** Name of a case of the test files, in the place of a record. */
  readonly case?: string;
}

/**
 * Reads a command line: `<folder> [--env E] [--sample FILE] [--record N] [--case NAME]`, or the request as one JSON object, as
 * editors pass it. Throws E_CONFIG.
 */
export function readDebugRequest(args: readonly string[], cwd: string): DebugRequest {
  const [first = ''] = args;
  const given = first.startsWith('{') ? (JSON.parse(first) as Partial<DebugRequest>) : flagsOf(args);
  const { folder, sample, record, ...rest } = given;
  if (typeof folder !== 'string')
    throw new ParquetryError('E_CONFIG', 'a debug request must name the folder of a pipeline');
  if (record !== undefined && !(Number.isSafeInteger(record) && record >= 0)) {
    throw new ParquetryError('E_CONFIG', `record must be a whole number from 0, got ${String(record)}`);
  }
  const root = path.resolve(cwd, folder);
  return { ...rest, record, folder: root, sample: sample === undefined ? undefined : path.resolve(root, sample) };
}

function flagsOf(args: readonly string[]): Partial<DebugRequest> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { env: text, sample: text, record: text, case: text },
  });
  const { env, record, ...rest } = values;
  return {
    ...rest,
    folder: positionals[0],
    environment: env,
    record: record === undefined ? undefined : Number(record),
  };
}
