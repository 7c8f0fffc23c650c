import type { IProperty, Parameters } from 'fast-check';
import { vi } from 'vitest';

/*
 * Properties state how many cases are enough for every day; here each gets a hundred times as many, or as many as fit into its time:
 * on a slow machine fewer, so what a test claims of all its cases must be a share of them. fast-check's own global settings would not
 * reach a property that states its number, so `assert` itself is replaced. One that states its seed means just those cases, and keeps
 * them.
 */
const RUNS = Number(process.env.PARQUETRY_RUNS ?? 100);
const LIMIT_MS = Number(process.env.PARQUETRY_RUNS_LIMIT_MS ?? 600);
/** A file of very many properties would keep one worker busy long after the others are done: behind so many, each gets a fifth. */
const FULL_LIMITS_A_FILE = 20;
const DEFAULT_RUNS = 100;

let asserted = 0;

function manyRuns<T>(given: Parameters<T> | undefined): Parameters<T> {
  const numRuns = RUNS * (given?.numRuns ?? DEFAULT_RUNS);
  const interruptAfterTimeLimit = asserted++ < FULL_LIMITS_A_FILE ? LIMIT_MS : LIMIT_MS / 5;
  return { ...given, numRuns, interruptAfterTimeLimit, markInterruptAsFailure: false };
}

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>();
  // The cast stands for the overloads of properties that are asynchronous and of those that are not.
  const assert = (<T>(property: IProperty<T>, given?: Parameters<T>) =>
    original.assert(property, given?.seed === undefined ? manyRuns(given) : given)) as typeof original.assert;
  return { ...original, assert, default: { ...original.default, assert } };
});
