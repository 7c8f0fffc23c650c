import { expect, test } from 'vitest';
import { type Broken, simulate } from './commit-log.sim.test-support.ts';

/** The heavy suite runs 10,000. */
const RUNS = process.env.PARQUETRY_TEST_FACTOR === undefined ? 300 : 10_000;
const world = { messages: 6, writers: 4 };

/** The first seed whose run broke the promise, with what was broken. */
async function breach(runs: number, broken?: Broken): Promise<string | undefined> {
  for (let seed = 1; seed <= runs; seed++) {
    const { copies, missing, history } = await simulate({ ...world, seed, broken });
    const wrong = Array.from(copies, ([place, count]) => `${place} ${count} times`).filter(
      (what) => !what.endsWith(' 1 times'),
    );
    if (wrong.length === 0 && missing.length === 0) continue;
    return `seed ${seed}: ${wrong.join(', ')}; missing ${missing.join(' ')}\n${history.join('\n')}`;
  }
  return undefined;
}

test('every row lands exactly once, whoever stands still, dies or loses answers, and when', async () => {
  expect(await breach(RUNS)).toBeUndefined();
}, 120_000);

test.each(['no-lease-check', 'no-fence', 'no-lookup', 'no-late-answers', 'late-renewals', 'blind-adoption'] as const)(
  'without its parts it does not: %s',
  async (broken) => {
    expect(await breach(1_000, broken)).toBeDefined();
  },
);
