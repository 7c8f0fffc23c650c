import { expect, test } from 'vitest';
import { type SimulationOptions, simulate } from './commit-log.sim.test-support.ts';

/** The heavy suite runs a hundred times as many. */
const RUNS = 400 * Number(process.env.PARQUETRY_TEST_FACTOR ?? 1);
const world = { messages: 6, writers: 3 };

/** Seeds whose run broke the promise, with what was broken. */
async function breaches(runs: number, broken?: SimulationOptions['broken']): Promise<string[]> {
  const found: string[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const { copies, missing, history } = await simulate({ ...world, seed, broken });
    const wrong = Array.from(copies, ([place, count]) => `${place} ${count} times`).filter(
      (what) => !what.endsWith(' 1 times'),
    );
    if (wrong.length > 0 || missing.length > 0) {
      found.push(`seed ${seed}: ${wrong.join(', ')}; missing ${missing.join(' ')}\n${history.join('\n')}`);
    }
  }
  return found;
}

test('every row lands exactly once, whoever stands still, dies or loses answers, and when', async () => {
  expect((await breaches(RUNS))[0]).toBeUndefined();
}, 120_000);

test.each(['no-lease-check', 'no-fence', 'no-lookup'] as const)('without its parts it does not: %s', async (broken) => {
  expect(await breaches(400, broken)).not.toEqual([]);
});
