import type { IProperty, Parameters } from 'fast-check';
import { vi } from 'vitest';

/*
 * Properties state how many cases are enough for every day; here each gets a hundred times as many, or as many as fit into a few
 * seconds. fast-check's own global settings would not reach a property that states its number, so `assert` itself is replaced. One
 * that states its seed means just those cases, and keeps them.
 */
const RUNS = Number(process.env.PARQUETRY_RUNS ?? 100);
const LIMIT_MS = Number(process.env.PARQUETRY_RUNS_LIMIT_MS ?? 2_500);
const DEFAULT_RUNS = 100;

function manyRuns<T>(given: Parameters<T> | undefined): Parameters<T> {
  const numRuns = RUNS * (given?.numRuns ?? DEFAULT_RUNS);
  return { ...given, numRuns, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false };
}

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>();
  // The cast stands for the overloads of properties that are asynchronous and of those that are not.
  const assert = (<T>(property: IProperty<T>, given?: Parameters<T>) =>
    original.assert(property, given?.seed === undefined ? manyRuns(given) : given)) as typeof original.assert;
  return { ...original, assert, default: { ...original.default, assert } };
});
