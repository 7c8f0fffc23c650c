import type { IProperty, Parameters } from 'fast-check';
import { vi } from 'vitest';

/*
 * Properties state how many cases are enough for every day; here each gets a hundred times as many, or as many as fit into its time:
 * on a slow machine a few, so a test must claim nothing of all its cases together. fast-check's own global settings would not
 * reach a property that states its number, so `assert` itself is replaced. One that states its seed means just those cases, and keeps
 * them.
 */
const RUNS = Number(process.env.PARQUETRY_RUNS ?? 100);
const LIMIT_MS = Number(process.env.PARQUETRY_RUNS_LIMIT_MS ?? 600);
/** A file of very many properties would keep one worker busy long after the others are done: behind so many, each gets a fifth. */
const FULL_LIMITS_A_FILE = 20;
const DEFAULT_RUNS = 100;
/** However long they take: fast-check fails what it interrupts in its first case. */
const LEAST_RUNS = 10;

let asserted = 0;

type Assert = <T>(property: IProperty<T>, given?: Parameters<T>) => void | Promise<void>;

/** A few cases without a limit, and then as many more as fit into what they left of the time. */
function assertMany<T>(assert: Assert, property: IProperty<T>, given: Parameters<T> | undefined): void | Promise<void> {
  const { numRuns = DEFAULT_RUNS } = given ?? {};
  const limitMs = asserted++ < FULL_LIMITS_A_FILE ? LIMIT_MS : LIMIT_MS / 5;
  const startMs = performance.now();
  const assertMore = () => {
    const interruptAfterTimeLimit = limitMs - (performance.now() - startMs);
    // What is left must do for a case, which took a tenth of the time that has gone by.
    if (interruptAfterTimeLimit < limitMs / 2) return undefined;
    return assert(property, {
      ...given,
      numRuns: RUNS * numRuns,
      interruptAfterTimeLimit,
      markInterruptAsFailure: false,
    });
  };
  const first = assert(property, { ...given, numRuns: Math.min(LEAST_RUNS, numRuns) });
  return first instanceof Promise ? first.then(assertMore) : assertMore();
}

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>();
  // The casts stand for the overloads of properties that are asynchronous and of those that are not.
  const once = original.assert as Assert;
  const assert = (<T>(property: IProperty<T>, given?: Parameters<T>) =>
    given?.seed === undefined ? assertMany(once, property, given) : once(property, given)) as typeof original.assert;
  return { ...original, assert, default: { ...original.default, assert } };
});
